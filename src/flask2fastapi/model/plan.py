"""What will be done with a program: pure data, computed from the index before anything is rewritten."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask2fastapi.model.bodies import Verdict
    from flask2fastapi.model.diagnostics import Diagnostic
    from flask2fastapi.model.facts import AppFact, ResolvedRoute
    from flask2fastapi.model.location import Location


class Rung(StrEnum):
    """Where a route ends.

    The body of a native one may still run in Flask's context (`RoutePlan.needs`), as long as its application is hybrid.
    """

    NATIVE = "native"  # a FastAPI path operation
    MOUNTED = "mounted"  # a Flask view, run by Flask's own whole pipeline behind the FastAPI front


class AppState(StrEnum):
    """What an application is after the run."""

    FULL = "full"  # the app object is a FastAPI application, under its old name in its old place
    HYBRID = "hybrid"  # the Flask object stays as and where it is, a generated module puts FastAPI in front


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a route does not go native."""

    code: str
    """A key of `model.reasons.REASONS`."""
    message: str
    location: Location | None = None
    while_flask_stays: bool = False
    """Whether it counts only as long as the application keeps its Flask object: the full state answers it."""
    in_context: bool = False
    """Whether it only says that Flask's context is needed: it keeps the application from leaving Flask, no route."""
    about: str = ""
    """The qualified name that needs it: ``flask.session``."""


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """One row of an application's URL map and the rung on which it ends."""

    route: ResolvedRoute
    rung: Rung
    reasons: tuple[Reason, ...] = ()
    verdict: Verdict | None = None
    """Whether its operation is a coroutine; None where this run makes none."""
    needs: tuple[Reason, ...] = ()
    """For what a native one runs in Flask's context; its application stays hybrid as long as there is something."""


@dataclass(frozen=True, slots=True)
class RouterPlan:
    """An ``APIRouter`` that takes the native routes of one blueprint (or of the app itself) in one module."""

    module: str
    """Dotted name of the module in which it stands."""
    path: str
    variable: str
    owner: str
    """Key of the blueprint or app whose routes it takes."""
    blueprint: str | None
    """Dotted blueprint name; the front includes the router only if the Flask app has it."""
    prefixes: tuple[str, ...]
    """Full prefixes under which it is included, one for each registration."""
    conditional: bool = False
    is_new: bool = True
    """False for a router that an earlier run wrote: a line about it that is gone was taken out by hand."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where the finished application object comes from when it is started today."""

    module: str
    attribute: str
    is_factory: bool
    arguments: str = ""
    """Source text of the arguments with which a factory is called, as the project itself calls it."""
    source: str = ""
    """Where this was read: ``Procfile:1``, ``wsgi.py:3``; for the report."""


@dataclass(frozen=True, slots=True)
class FrontPlan:
    """What an application gets: its front, its support module, its ASGI entry."""

    app: AppFact
    state: AppState
    front_path: str
    front_module: str
    support_path: str
    support_module: str
    import_root: str
    """Folder, relative to the project, from which the app's modules are imported; "" for the project's root."""
    asgi_path: str
    front_exists: bool = False
    asgi_exists: bool = False
    """True for modules that an earlier run wrote: what was changed in them by hand stays changed."""
    entry: Entry | None = None
    routers: tuple[RouterPlan, ...] = ()
    mounted: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole plan of a run."""

    routes: tuple[RoutePlan, ...] = ()
    fronts: tuple[FrontPlan, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    groups: tuple[tuple[str, ...], ...] = field(default=())
    """Function keys that go native together or not at all."""
    around: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    """App key -> hooks, extensions, middleware and sessions around it, inside which Flask calls the operations."""
