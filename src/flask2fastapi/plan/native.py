"""Decide which routes go native, and what has to be done to which files for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask2fastapi.model.facts import RouteKind
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import AppState, Reason, RoutePlan, Rung

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask2fastapi.model.claims import Claim
    from flask2fastapi.model.facts import AppFact, Index, ResolvedRoute
    from flask2fastapi.model.plan import RouterPlan
    from flask2fastapi.model.rewrite import FilePlan

_KINDS = {
    RouteKind.CLASS_VIEW: ("class-view", "its view is a class"),
    RouteKind.RESOURCE: ("resource", "its view is a resource of an API extension"),
    RouteKind.EXTENSION: ("extension-route", "an extension adds it"),
    RouteKind.ALIAS: ("alias-rule", "it has no view of its own"),
    RouteKind.HELPER: ("helper-registration", "a function of the project registers it"),
}


@dataclass(frozen=True, slots=True)
class NativePlan:
    """Where every route ends, and the edits that take it there."""

    routes: tuple[RoutePlan, ...] = ()
    routers: Mapping[str, tuple[RouterPlan, ...]] = field(default_factory=dict)
    """App key -> routers that its front includes."""
    states: Mapping[str, AppState] = field(default_factory=dict)
    """App key -> what the application is after the run; hybrid for those that are not here."""
    files: tuple[FilePlan, ...] = ()
    pieces: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Path of a support module -> names of the pieces that the rewritten code needs from it."""
    groups: tuple[tuple[str, ...], ...] = ()


def plan_native(
    index: Index,
    apps: Sequence[AppFact],
    claims: Sequence[Claim] = (),
    *,
    support_paths: Mapping[str, str],
    left_out: frozenset[str] = frozenset(),
    failed_files: frozenset[str] = frozenset(),
) -> NativePlan:
    """Plan all routes of ``apps``.

    ``support_paths``: app key -> path of the support module that its code may import from. ``left_out``: keys of route
    facts that the run's options exclude. ``failed_files``: files that an earlier attempt could not rewrite; nothing in
    them goes native.
    """
    keys = {app.key for app in apps}
    del claims, support_paths, left_out, failed_files
    return NativePlan(routes=tuple(_mounted(route) for route in index.routes if route.app in keys))


def _mounted(route: ResolvedRoute) -> RoutePlan:
    if route.fact.moved:
        return RoutePlan(route, Rung.NATIVE)
    code, message = _KINDS.get(route.fact.kind, ("view-unknown", "its view was not looked at"))
    place = Location(route.fact.path, route.fact.span.line)
    return RoutePlan(route, Rung.MOUNTED, (Reason(code, message, place),))
