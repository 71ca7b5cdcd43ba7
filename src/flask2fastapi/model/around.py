"""Hooks and error handlers, as they stand in the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask2fastapi.model.location import Span
    from flask2fastapi.model.rewrite import NodeKey
    from flask2fastapi.model.views import ViewFact


@dataclass(frozen=True, slots=True)
class ErrorRead:
    """Something of an HTTP error that is spelled otherwise without Flask."""

    key: NodeKey
    what: str
    """``code``, ``description``, ``name`` or ``text``, which is ``str(error)``."""


@dataclass(frozen=True, slots=True)
class HeaderAdd:
    """``response.headers.add``, which is ``append`` there."""

    key: NodeKey
    source: str
    """``response.headers``."""


@dataclass(frozen=True, slots=True)
class AroundFact:
    """A hook or an error handler that a decorator registers."""

    kind: str
    """Flask's name of the decorator: ``errorhandler``, ``before_request``, ``after_request``, ``teardown_request``."""
    owner: str
    """Key of the application or blueprint."""
    path: str
    span: Span
    """Of the decorator."""
    function: str
    """Key of the function."""
    view: ViewFact
    """Its body."""
    decorator: int
    """Index of the decorator, from the top."""
    owner_source: str
    """Source of what it is registered on: ``app``."""
    error: str = ""
    """What it handles: a status as text, or the qualified name of an exception."""
    error_source: str = ""
    """What it handles, as it stands there."""
    is_http: bool = False
    """Whether what it handles may be an HTTP error."""
    parameters: tuple[str, ...] = ()
    """Names of the function's parameters."""
    reads: tuple[ErrorRead, ...] = ()
    app_wide: bool = False
    """Whether a blueprint registers it for the whole application."""
    adds: tuple[HeaderAdd, ...] = ()


@dataclass(frozen=True, slots=True)
class TeardownFact:
    """A function that a call has run at the end of an application's contexts: ``app.teardown_appcontext(close)``."""

    owner: str
    """Key of the application."""
    path: str
    span: Span
    """Of the call."""
    function: str
    """Key of the function."""
    statement: NodeKey
    """The call as a statement."""
    owner_source: str
    """Source of the application: ``app``."""
    function_source: str
    """Source of the function there: ``close``."""
    view: ViewFact
    """Its body."""
    asks_error: bool
    """Whether it does anything with the error that it is given, or is given it otherwise than as its only argument."""
