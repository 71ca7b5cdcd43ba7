"""What was seen while a program was followed, in the order in which it was seen; `facts` makes facts of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from flask2fastapi.index.values import RouteOwner, unwrapped
from flask2fastapi.model.facts import ExtensionFact, HandlerFact, HookFact, Registration

if TYPE_CHECKING:
    import ast

    from flask2fastapi.index.values import Arguments, Class, Made, Scope, Value
    from flask2fastapi.index.world import World
    from flask2fastapi.model.facts import RouteKind
    from flask2fastapi.model.location import Location

_Owned = TypeVar("_Owned", HookFact, HandlerFact)
_NOT_EXTENSIONS = frozenset(
    {
        "flask", "werkzeug", "builtins", "click", "logging", "os", "sys", "functools", "typing", "copy", "pprint",
        "unittest", "pytest", "waitress", "gunicorn", "gevent", "eventlet", "cheroot", "cherrypy", "tornado", "uvicorn",
        "hypercorn", "bjoern", "meinheld", "wsgiref", "asgiref", "a2wsgi", "mangum", "serverless_wsgi",
    }
)  # fmt: skip
"""Packages that are given an application to serve or show it, not to change it."""
_HELD = frozenset(
    {"fields", "reqparse", "inputs", "validators", "file", "form", "forms", "elements", "contrib", "models"}
)
"""Modules of extensions whose classes are parts of forms, schemas and menus."""
_PARTS = frozenset({"Message", "Attachment", "RequestParser", "Permission", "RoleNeed", "UserNeed", "Need", "Headers"})


@dataclass(slots=True, eq=False)
class Construction:
    """The place where a holder of routes is made."""

    owner: RouteOwner
    scope: Scope
    node: ast.expr
    variable: str
    name: str = ""
    """The name that it was first given; the same place may make several."""


@dataclass(slots=True, eq=False)
class PendingRoute:
    """A registration of a rule; view and methods are read when all has been seen."""

    owner: RouteOwner | None
    kind: RouteKind
    rule: str | None
    endpoint: str | None
    view: Value | None
    arguments: Arguments
    node: ast.expr
    scope: Scope
    conditional: bool


def _current_app() -> RouteOwner:
    return RouteOwner("flask.current_app", "flask.Flask", is_app=True)


@dataclass(slots=True)
class Recorder:
    """Everything seen so far; sightings of the same thing (a factory called twice) count once."""

    constructions: dict[str, Construction] = field(default_factory=dict)
    routes: dict[tuple[object, ...], PendingRoute] = field(default_factory=dict)
    registrations: dict[Registration, None] = field(default_factory=dict)
    hooks: dict[HookFact, None] = field(default_factory=dict)
    handlers: dict[HandlerFact, None] = field(default_factory=dict)
    extensions: dict[ExtensionFact, None] = field(default_factory=dict)
    classes: dict[str, Class] = field(default_factory=dict)
    calls: list[tuple[str, Scope, ast.Call, str]] = field(default_factory=list)
    """Calls of the project's functions: key, where, the call, the name that the result is assigned to."""
    assigned_attributes: dict[tuple[str, str], None] = field(default_factory=dict)
    made: list[Made] = field(default_factory=list)
    middleware: dict[tuple[str, Location], None] = field(default_factory=dict)
    """Keys of applications that objects of the project were given which are called as WSGI applications are."""
    current: RouteOwner = field(default_factory=_current_app)
    """Stands for ``current_app`` where no context is known; `settle` puts the application in its place."""

    def settle(self) -> None:
        """Take what was registered on ``current_app`` for the application's, where there is only one."""
        apps = [made.owner for made in self.constructions.values() if made.owner.is_app]
        if len(apps) != 1:
            return
        for pending in self.routes.values():
            pending.owner = apps[0] if pending.owner is self.current else pending.owner
        self.hooks = {_owned(fact, self.current.key, apps[0].key): None for fact in self.hooks}
        self.handlers = {_owned(fact, self.current.key, apps[0].key): None for fact in self.handlers}
        here = self.current.key
        self.registrations = {
            replace(fact, parent=apps[0].key) if fact.parent == here else fact: None for fact in self.registrations
        }

    def route(self, pending: PendingRoute) -> None:
        """Keep a registration unless the same one was seen; one that is seen unconditionally is unconditional."""
        owner = pending.owner.key if pending.owner else None
        span = pending.scope.module.span(pending.node)
        view = getattr(unwrapped(pending.view), "key", None)  # a helper may register several views of one rule
        key = (owner, pending.scope.module.path, span, pending.rule, pending.endpoint, pending.kind, view)
        known = self.routes.setdefault(key, pending)
        known.conditional &= pending.conditional

    def extension(self, world: World, made: Made, arguments: Arguments, node: ast.expr, scope: Scope) -> None:
        """Keep what is given an application, or is made of a package named for Flask where a program is set up."""
        name = world.canonical(made.name)
        self.made.append(made)
        apps = [value for value in arguments.all() if _is_app(value)]
        own = made.cls is None and made.variable and not scope.is_class and _is_named_for_flask(name)
        if apps or (own and (function_of(scope) is None or _has_app(scope))):
            self._extension(name, made.variable, apps[0] if apps else None, node, scope)

    def set_up(self, name: str, variable: str | None, app: RouteOwner | None, node: ast.expr, scope: Scope) -> None:
        """Keep ``extension.init_app(app)``."""
        self._extension(name, variable, app, node, scope)

    def stranger(self, called: str, app: RouteOwner, node: ast.expr, scope: Scope) -> None:
        """Keep that an application was handed to something unknown."""
        self._extension(called, None, app, node, scope)

    def assigned(self, owner: RouteOwner, name: str) -> None:
        """Keep that an attribute of an application or blueprint was replaced."""
        self.assigned_attributes[(owner.key, name)] = None

    def _extension(self, name: str, variable: str | None, app: Value | None, node: ast.expr, scope: Scope) -> None:
        if name.partition(".")[0] in _NOT_EXTENSIONS or name.endswith(".keep_flask_http"):
            return
        key = getattr(app, "key", None)
        fact = ExtensionFact(name, variable or None, scope.module.path, scope.module.span(node), key)
        self.extensions[fact] = None


def _is_named_for_flask(name: str) -> bool:
    """Whether a name is that of a class of an extension, and not of what forms, schemas and menus are made of."""
    package, *modules, last = name.split(".")
    return package.startswith("flask_") and last[:1].isupper() and last not in _PARTS and _HELD.isdisjoint(modules)


def _has_app(scope: Scope) -> bool:
    """Whether a function makes an application or is given one, so that it is part of setting up."""
    at: Scope | None = scope
    while at is not None and at.qualname:
        if any(_is_app(value) for value in at.names.values()):
            return True
        at = at.parent
    return False


def _owned(fact: _Owned, current: str, owner: str) -> _Owned:
    return replace(fact, owner=owner) if fact.owner == current else fact


def _is_app(value: Value) -> bool:
    return bool(getattr(value, "is_app", False))


def function_of(scope: Scope) -> str | None:
    """Key of the function in which a scope lies, None at module level."""
    at: Scope | None = scope
    while at is not None and at.is_class:
        at = at.parent
    return f"{at.module.name}:{at.qualname}" if at is not None and at.qualname else None
