"""Make facts of registered rules: their methods, endpoints, views and decorators."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.decorators import api_decorators, view_decorators
from flask2fastapi.index.facts import literals
from flask2fastapi.index.fastapi_side import is_fastapi
from flask2fastapi.index.flavours import DISPATCHING, Flavour, flavour_of, is_class_view
from flask2fastapi.index.recorder import function_of
from flask2fastapi.index.values import Class, ClassView, Const, Function, Items, Made, Pairs, strings, unwrapped
from flask2fastapi.model.facts import RouteFact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask2fastapi.index.recorder import PendingRoute
    from flask2fastapi.index.values import Value
    from flask2fastapi.index.world import World
    from flask2fastapi.model.facts import Scalar
    from flask2fastapi.model.location import Span

HTTP_METHODS = ("get", "post", "head", "options", "delete", "put", "trace", "patch")
"""`flask.views.http_method_funcs`: methods of a class view that serve requests."""
_AUTOMATIC = {"HEAD", "OPTIONS"}
_OWN_ARGUMENTS = {"rule", "endpoint", "view_func", "methods", "defaults"}


def route_facts(world: World) -> tuple[RouteFact, ...]:
    """All registrations, in the order in which they were seen."""
    counts: dict[str, int] = {}
    named: dict[tuple[str | None, str], list[Span]] = {}
    found = []
    for pending in world.recorder.routes.values():
        span = pending.scope.module.span(pending.node)
        place = f"{pending.scope.module.path}:{span.line}:{span.column}"
        counts[place] = counts.get(place, 0) + 1
        fact = _fact(world, pending, f"{place}#{counts[place]}", span)
        found.append(_numbered(fact, named) if _is_restx(pending) and not pending.endpoint else fact)
    return tuple(found)


def _is_restx(pending: PendingRoute) -> bool:
    return pending.owner is not None and flavour_of(pending.owner.class_name) in {Flavour.RESTX, Flavour.NAMESPACE}


def _numbered(fact: RouteFact, named: dict[tuple[str | None, str], list[Span]]) -> RouteFact:
    """`flask_restx.Api.default_endpoint` numbers the registrations of one name: ``items_item``, ``items_item_2``."""
    places = named.setdefault((fact.owner, fact.endpoint), [])
    if fact.span not in places:
        places.append(fact.span)
    number = places.index(fact.span) + 1
    return replace(fact, endpoint=f"{fact.endpoint}_{number}") if number > 1 else fact


def _fact(world: World, pending: PendingRoute, key: str, span: Span) -> RouteFact:
    view = unwrapped(pending.view)
    cls = view.cls if isinstance(view, ClassView) else view if isinstance(view, Class) else None
    keywords = pending.arguments.keywords
    unread = [name for name, value in keywords.items() if name not in _OWN_ARGUMENTS and not isinstance(value, Const)]
    unread += [] if pending.rule is not None else ["rule"]
    unread += ["**"] if pending.arguments.open else []
    methods = _methods(world, pending, cls)
    if methods is None:
        unread.append("methods")
    defaults = _defaults(keywords)
    if defaults is None:
        unread.append("defaults")
    return RouteFact(
        key=key,
        owner=pending.owner.key if pending.owner else None,
        kind=pending.kind,
        rule=pending.rule if pending.rule is not None else "?",
        methods=methods or ("GET",),
        stated_methods=_stated(world, pending, cls, methods),
        endpoint=pending.endpoint or _endpoint(pending, view, cls),
        view=_view_key(view, cls),
        path=pending.scope.module.path,
        span=span,
        view_span=_view_span(view, cls),
        view_methods=_view_methods(world, cls) or _dispatching(world, pending, cls) if cls else (),
        defaults=defaults or {},
        options={n: v for n, v in literals(keywords).items() if n not in _OWN_ARGUMENTS},
        unread_options=tuple(unread),
        decorators=(
            *view_decorators(world, view, cls, pending.view, _method_values(world, cls)),
            *api_decorators(world, pending.owner),
        ),
        conditional=pending.conditional,
        function=function_of(pending.scope),
        moved=_is_moved(pending.view) or (pending.owner is not None and is_fastapi(pending.owner)),
    )


def _methods(world: World, pending: PendingRoute, cls: Class | None) -> tuple[str, ...] | None:
    """The methods that a rule declares; None when they are given but cannot be read."""
    given = pending.arguments.get(None, "methods")
    if given is not None and not (isinstance(given, Const) and given.value is None):
        return _upper(strings(given))
    seen = _as_flask_sees_it(pending.view)
    if isinstance(seen, Function) and seen.methods is not None:
        return _upper(strings(seen.methods))
    if cls is None or (isinstance(seen, Function) and seen.wrapped is not None):
        return ("GET",)
    own = world.class_attribute(cls, "methods")
    if isinstance(own, Items):
        return _upper(strings(own))
    dispatching = [b for b in world.foreign_bases(cls) if is_class_view(b) and b.rpartition(".")[2] in DISPATCHING]
    if not dispatching and not world.foreign_bases(cls):
        return ("GET",)
    return tuple(sorted(method for method, _ in _view_methods(world, cls))) or ("GET",)


def _stated(
    world: World, pending: PendingRoute, cls: Class | None, methods: tuple[str, ...] | None
) -> tuple[str, ...] | None:
    """The methods of a rule in the order in which they are given."""
    given = pending.arguments.get(None, "methods")
    if given is None or (isinstance(given, Const) and given.value is None):
        seen = _as_flask_sees_it(pending.view)
        own = world.class_attribute(cls, "methods") if cls is not None else None
        given = seen.methods if isinstance(seen, Function) else own if isinstance(own, Items) else None
        if given is None:
            return methods
    found = strings(given)
    return tuple(dict.fromkeys(each.upper() for each in found)) if found is not None else None


def _as_flask_sees_it(view: Value | None) -> Value | None:
    """The function whose attributes Flask reads: through wrappers that took them over, not through others."""
    while isinstance(view, Function) and view.transparent and view.methods is None:
        view = view.wrapped
    return view


def _is_moved(view: Value | None) -> bool:
    """Whether a rule was left behind by an earlier run: its view is ``moved(...)`` of a support module."""
    if not isinstance(view, Made):
        return False
    module, _, name = view.name.rpartition(".")
    return name == "moved" and module.rpartition(".")[2].startswith("flask_compat")


def _upper(methods: list[str] | None) -> tuple[str, ...] | None:
    if methods is None:
        return None
    return tuple(sorted({m.upper() for m in methods} - _AUTOMATIC)) or tuple(sorted({m.upper() for m in methods}))


def _view_methods(world: World, cls: Class) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, function.key) for name, function in _methods_of(world, cls).items()))


def _dispatching(world: World, pending: PendingRoute, cls: Class) -> tuple[tuple[str, str], ...]:
    """A view class that does not dispatch by methods has one function for all of them."""
    function = world.class_attribute(cls, "dispatch_request")
    if not isinstance(function, Function):
        return ()
    return tuple((each, function.key) for each in _stated(world, pending, cls, _methods(world, pending, cls)) or ())


def _method_values(world: World, cls: Class | None) -> list[Function]:
    return [] if cls is None else list(_methods_of(world, cls).values())


def _methods_of(world: World, cls: Class) -> dict[str, Function]:
    """HTTP method -> the function of a class view, or of its bases, that serves it."""
    found: dict[str, Function] = {}
    for each in world.mro(cls):
        for name in HTTP_METHODS:
            value = each.attributes.get(name)
            if isinstance(value, Function):
                found.setdefault(name.upper(), value)
    return found


def _endpoint(pending: PendingRoute, view: Value | None, cls: Class | None) -> str:
    """The endpoint that Flask, or the extension, makes of the view's name."""
    flavour = flavour_of(pending.owner.class_name) if pending.owner else None
    if flavour is Flavour.RESTFUL and cls is not None:
        return cls.name.lower()
    if flavour in {Flavour.NAMESPACE, Flavour.RESTX} and cls is not None and pending.owner is not None:
        name = _dashed(cls.name)
        return f"{pending.owner.name}_{name}" if flavour is Flavour.NAMESPACE else name
    if isinstance(view, ClassView):
        return view.name
    if isinstance(pending.view, Function) and not isinstance(view, Class):
        return pending.view.name
    return view.name if isinstance(view, Function | Class) else ""


def _dashed(name: str) -> str:
    """``camel_to_dash`` of flask-restx, which names endpoints with it."""
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)).lower()


def _view_key(view: Value | None, cls: Class | None) -> str | None:
    if cls is not None:
        return cls.key
    return view.key if isinstance(view, Function) else None


def _view_span(view: Value | None, cls: Class | None) -> Span | None:
    """The whole definition with its decorators."""
    node = cls.node if cls else view.node if isinstance(view, Function) else None
    scope = cls.scope if cls else view.scope if isinstance(view, Function) else None
    if node is None or scope is None:
        return None
    span = scope.module.span(node)
    decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
    first = min([span.line, *(each.lineno for each in decorators)])
    return type(span)(first, span.column, span.end_line, span.end_column)


def _defaults(keywords: Mapping[str, Value]) -> dict[str, Scalar] | None:
    """What a rule gives its view beside its variables; None when it is not known."""
    given = keywords.get("defaults", Const(None))
    if isinstance(given, Const) and given.value is None:
        return {}
    if not isinstance(given, Pairs) or not given.complete:
        return None
    found = literals({str(name): value for name, value in given.pairs.items()})
    return found if len(found) == len(given.pairs) else None
