"""Small readings of syntax nodes that all finders of inputs share."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.model.inputs import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

TYPES = {
    "str": "str", "string": "str", "text": "str", "textarea": "str", "password": "str", "hidden": "str",
    "int": "int", "integer": "int", "float": "float", "decimal": "float", "number": "float",
    "bool": "bool", "boolean": "bool", "email": "email", "url": "url", "date": "date", "datetime": "date",
    "list": "list", "nested": "dict", "dict": "dict", "select": "str", "file": "file",
}  # fmt: skip
PLACES = {
    "args": Place.QUERY,
    "form": Place.FORM,
    "json": Place.JSON,
    "values": Place.ANY,
    "files": Place.FILE,
    "headers": Place.HEADER,
    "cookies": Place.COOKIE,
}


def called(call: ast.Call) -> str:
    """Name of what a call calls, without its module or object."""
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def number(call: ast.Call, name: str, position: int, known: int | None) -> int | None:
    """A whole number that is given by keyword or position, ``known`` where there is none."""
    for keyword in call.keywords:
        if keyword.arg == name and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, int):
            return keyword.value.value
    if position < len(call.args):
        argument = call.args[position]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, int):
            return argument.value
    return known


def flag(call: ast.Call, name: str) -> bool:
    """Whether a keyword argument is the literal True."""
    return any(k.arg == name and isinstance(k.value, ast.Constant) and k.value.value is True for k in call.keywords)


def literals(node: ast.expr | None) -> Iterator[str]:
    """The texts and numbers of a literal list."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        for element in node.elts:
            if isinstance(element, ast.Constant) and isinstance(element.value, str | int):
                yield str(element.value)


def last_name(node: ast.expr) -> str:
    """The last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
