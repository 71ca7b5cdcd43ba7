"""Views that calls of ``add_url_rule`` register, and where these calls name them."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.class_views import class_problem
from flask2fastapi.index.keys import node_key
from flask2fastapi.index.registering_calls import call_parts, lent_parts
from flask2fastapi.index.values import ClassView, unwrapped
from flask2fastapi.index.view_rules import served
from flask2fastapi.model.facts import RouteKind
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import Reason
from flask2fastapi.model.registered import Registered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.index.program import Program
    from flask2fastapi.index.recorder import PendingRoute
    from flask2fastapi.index.values import Class
    from flask2fastapi.index.world import World
    from flask2fastapi.model.facts import RouteFact

_BY_CALL = {RouteKind.ADD_URL_RULE, RouteKind.CLASS_VIEW}


def registered_views(world: Program, routes: Sequence[RouteFact]) -> dict[str, Registered]:
    """By the keys of the facts of their rules; ``routes`` begin with those that were recorded."""
    found = {}
    for pending, fact in zip(world.recorder.routes.values(), routes, strict=False):
        if fact.kind in _BY_CALL and not fact.moved:
            node = view_argument(pending)
            place = Location(fact.path, fact.span.line)
            key = node_key(node, pending.scope.module.span) if node is not None else None
            reasons = tuple(Reason(*each, place) for each in _reasons(world, pending, fact))
            call = call_parts(world, pending, node) if node is not None else Registered(None)
            found[fact.key] = replace(call, view=key, reasons=reasons)
        elif fact.kind is RouteKind.ALIAS:
            found[fact.key] = lent_parts(pending)
    return found


def view_argument(pending: PendingRoute) -> ast.expr | None:
    """What a call of ``add_url_rule`` names as its view."""
    match pending.node:
        case ast.Call(func=ast.Attribute(attr="add_url_rule"), args=args, keywords=keywords):
            given = [each.value for each in keywords if each.arg == "view_func"]
            if any(isinstance(each, ast.Starred) for each in args) or None in {each.arg for each in keywords}:
                return None
            node = given[0] if given else args[2] if len(args) > 2 else None
            return node if isinstance(node, ast.Name | ast.Attribute | ast.Call) else None
    return None


def registering_nodes(world: World) -> list[ast.expr]:
    """Where views are named to be registered."""
    return [node for each in world.recorder.routes.values() if (node := view_argument(each)) is not None]


def classes_of(world: Program, routes: Sequence[RouteFact]) -> dict[str, list[Class]]:
    """Function -> the class views that are served by it, or use it as their own."""
    found: dict[str, list[Class]] = {}
    views = {view.cls.key: view.cls for each in world.recorder.routes.values() if (view := _class_view(each))}
    for fact in routes:
        cls = views.get(fact.view or "")
        for each in world.mro(cls) if cls is not None else ():
            for statement in each.node.body:
                if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                    mine = found.setdefault(f"{each.key}.{statement.name}", [])
                    mine += [cls] if cls is not None and cls not in mine else []
    return found


def _class_view(pending: PendingRoute) -> ClassView | None:
    view = unwrapped(pending.view)
    return view if isinstance(view, ClassView) else None


def _reasons(world: Program, pending: PendingRoute, fact: RouteFact) -> Iterator[tuple[str, str]]:
    view = unwrapped(pending.view)
    is_class = fact.kind is RouteKind.CLASS_VIEW
    code = "class-view" if is_class else "view-unknown"
    if view_argument(pending) is None:
        yield code, "its view is registered in a way that is not read"
    if not is_class:
        return
    if not isinstance(view, ClassView):
        yield code, "its view is a class"
        return
    problem = class_problem(world, view)
    if problem is not None:
        yield code, problem
    if set(served(fact).values()) == set() or not covers(fact):
        yield code, "its class does not serve all methods of the rule"


def covers(fact: RouteFact) -> bool:
    """Whether a class has a method for each of a rule; it answers 500 to others."""
    methods = dict(fact.view_methods)
    stated = fact.stated_methods or ()
    return all(each in methods or (each == "HEAD" and "GET" in methods and "GET" in stated) for each in stated)
