"""What a function inside a factory may use of it without needing Flask: plain data, and the application itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask2fastapi.index.scanned import Body
    from flask2fastapi.model.facts import RouteFact

_APPLICATION = {"flask.Flask", "flask.app.Flask"}


def factories(routes: Iterable[RouteFact]) -> frozenset[str]:
    """Keys of the functions in which routes are declared."""
    return frozenset(route.function for route in routes if route.function is not None)


def is_view_of_factory(key: str, around: frozenset[str]) -> bool:
    """Whether a function stands right in one of the factories ``around``."""
    factory, inside, name = key.rpartition(".<locals>.")
    return bool(inside) and factory in around and "." not in name and "." not in factory.partition(":")[2]


def is_plain(holder: Body, name: str, foreign: Callable[[ast.expr], str | None]) -> bool:
    """Whether all that a function assigns to one of its variables is literals, or the application that it makes."""
    given: list[ast.expr] = []
    stored = 0
    for node in ast.walk(holder.node):
        match node:
            case ast.Assign(targets=targets, value=value) if any(_is(each, name) for each in targets):
                given.append(value)
            case ast.AnnAssign(target=target, value=ast.expr() as value) if _is(target, name):
                given.append(value)
            case ast.Name(id=used, ctx=ast.Store()) if used == name:
                stored += 1
    return stored == len(given) > 0 and all(_is_data(each) or _is_application(each, foreign) for each in given)


def _is(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _is_data(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except ValueError:
        return False
    return True


def _is_application(value: ast.expr, foreign: Callable[[ast.expr], str | None]) -> bool:
    return isinstance(value, ast.Call) and foreign(value.func) in _APPLICATION
