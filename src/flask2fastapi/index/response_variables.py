"""Variables of a view that hold a response while its status and headers are set."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.made import is_plain_header
from flask2fastapi.index.nodes import every_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask2fastapi.index.values import FunctionNode

_BODILESS = {204, 304}
_READ = frozenset({ast.Assign, ast.Return, ast.arg, ast.ExceptHandler, ast.Name, ast.Global, ast.Nonlocal})


def response_variables(
    node: FunctionNode,
    assigning: Iterable[ast.AST],
    is_maker: Callable[[ast.expr], bool],
    is_text: Callable[[ast.expr], bool],
) -> frozenset[str]:
    """Variables that only ever hold what a maker gave, and are only returned or given status and headers.

    A maker is ``jsonify`` or ``Response``. What is set on them (``response.status_code = 404``,
    ``response.headers["x-a"] = "b"``) is spelled alike by Starlette's responses. ``assigning`` holds the assignments of
    the view ``node``; ``is_text`` knows text that can be a header.
    """
    if not any(_makes(each, is_maker) for each in assigning):
        return frozenset()
    made: set[str] = set()
    spoiled: set[str] = set()
    used: dict[str, int] = {}
    understood: dict[str, int] = {}
    for each in every_node(node):
        if each.__class__ not in _READ:
            continue
        match each:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_maker(value):
                made.add(name)
                understood[name] = understood.get(name, 0) + 1
            case ast.Assign(targets=[target], value=value) if (held := _set_on(target, value, is_text)) is not None:
                understood[held] = understood.get(held, 0) + 1
            case ast.Return(value=ast.Name(id=name)):
                understood[name] = understood.get(name, 0) + 1
            case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                spoiled.add(name)
            case ast.Name(id=name):
                used[name] = used.get(name, 0) + 1
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                spoiled.update(names)
    return frozenset(name for name in made - spoiled if used[name] == understood[name])


def _makes(node: ast.AST, is_maker: Callable[[ast.expr], bool]) -> bool:
    return isinstance(node, ast.Assign) and len(node.targets) == 1 and is_maker(node.value)


def _set_on(target: ast.expr, value: ast.expr, is_text: Callable[[ast.expr], bool]) -> str | None:
    """The variable on which a status or a header is set."""
    match target, value:
        case ast.Attribute(value=ast.Name(id=name), attr="status_code"), ast.Constant(value=int() as status):
            return name if 200 <= status <= 599 and status not in _BODILESS else None
        case (
            ast.Subscript(
                value=ast.Attribute(value=ast.Name(id=name), attr="headers"), slice=ast.Constant(value=header)
            ),
            value,
        ):
            return name if is_plain_header(header) and is_text(value) else None
    return None
