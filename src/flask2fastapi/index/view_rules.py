"""How the rules of a view stand in the source, and what they give it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.requests import CONVERTED
from flask2fastapi.index.rules import variables
from flask2fastapi.index.shapes import BOOLEAN, DATA, INTEGER, NOTHING, TEXT, UNKNOWN, union
from flask2fastapi.model.facts import RouteKind
from flask2fastapi.model.views import NO_DECORATOR, RouteSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.values import FunctionNode
    from flask2fastapi.model.facts import RouteFact
    from flask2fastapi.model.views import Shape

_CONVERTED: Mapping[str, Shape] = {**CONVERTED, "uuid": DATA}
_SCALARS: Mapping[type, Shape] = {str: TEXT, int: INTEGER, bool: BOOLEAN, type(None): NOTHING}


def parameter_shapes(node: FunctionNode, routes: Sequence[RouteFact]) -> Mapping[str, Shape]:
    """The shapes of a view's arguments, by the converters of its rules, their defaults and its own."""
    own = _own_defaults(node)
    found: dict[str, list[Shape]] = {}
    for route in routes:
        given = {each.name: _CONVERTED.get(each.converter, UNKNOWN) for each in variables(route.rule) or ()}
        given |= {name: _SCALARS.get(type(value), UNKNOWN) for name, value in route.defaults.items()}
        for name, shape in {**own, **given}.items():
            found.setdefault(name, []).append(shape)
    return {name: union(shapes) for name, shapes in found.items()}


def _own_defaults(node: FunctionNode) -> dict[str, Shape]:
    positional = [*node.args.posonlyargs, *node.args.args]
    pairs = zip(positional[len(positional) - len(node.args.defaults) :], node.args.defaults, strict=True)
    named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return {arg.arg: _default(value) for arg, value in [*pairs, *named] if value is not None}


def _default(value: ast.expr) -> Shape:
    return _SCALARS.get(type(value.value), UNKNOWN) if isinstance(value, ast.Constant) else UNKNOWN


def rule_sources(module: Module, node: FunctionNode, routes: Iterable[RouteFact]) -> Iterator[RouteSource]:
    """The decorators that register a view, as they stand in the source."""
    text = module.lines.segment
    for route in routes:
        for index, decorator in enumerate(node.decorator_list):
            match decorator:
                case ast.Call(func=ast.Attribute(value=owner, attr=attr), args=[rule]) if _is_at(
                    module, decorator, route
                ):
                    keywords = [(each.arg or "**", text(each.value)) for each in decorator.keywords]
                    if attr not in {"route", "get"}:
                        keywords.append(("methods", f'["{attr.upper()}"]'))
                    sources = (text(owner), text(rule))
                    yield RouteSource(route.key, index, *sources, tuple(keywords), route.stated_methods)


def _is_at(module: Module, decorator: ast.expr, route: RouteFact) -> bool:
    return module.path == route.path and module.span(decorator) == route.span


def served(fact: RouteFact) -> dict[str, tuple[str, ...]]:
    """Function -> the methods of a rule that it serves; a class view has a function for each method."""
    stated = fact.stated_methods or ()
    if not fact.view_methods:
        return {fact.view: stated} if fact.view is not None else {}
    methods = dict(fact.view_methods)
    found: dict[str, tuple[str, ...]] = {}
    for each in stated:
        if each in methods:
            found[methods[each]] = (*found.get(methods[each], ()), each)
    return found


def call_sources(key: str, routes: Iterable[RouteFact]) -> Iterator[RouteSource]:
    """The rules that calls of ``add_url_rule`` register for a function."""
    for route in routes:
        if route.kind in {RouteKind.ADD_URL_RULE, RouteKind.CLASS_VIEW}:
            yield RouteSource(route.key, NO_DECORATOR, "", repr(route.rule), (), served(route).get(key, ()))
