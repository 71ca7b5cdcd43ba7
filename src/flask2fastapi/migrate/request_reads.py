"""What operations read of `FlaskRequest`, of which there is less without Flask."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import Reason
from flask2fastapi.plan.request_parameters import FLASK_REQUEST, WITHOUT_FLASK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.files import SourceFile


def needs_flasks_request(source: SourceFile) -> Reason | None:
    """The first read that only Flask's own request answers, None when there is none."""
    for function in ast.walk(ast.parse(source.text)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for name in _requests(function):
                for node, what in _reads(function, name):
                    if what not in WITHOUT_FLASK:
                        shown = f"{name}.{what}" if what else name
                        message = f"`{shown}` is not there without Flask yet"
                        return Reason("flask-object", message, Location(source.path, node.lineno))
    return None


def _requests(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Parameters that are Flask's request."""
    arguments = function.args
    for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        match each.annotation:
            case ast.Name(id=kind) | ast.Attribute(attr=kind) if kind == FLASK_REQUEST:
                yield each.arg


def _reads(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> Iterator[tuple[ast.expr, str]]:
    """Each use of a parameter, with the attribute that is read, "" where it is used whole."""
    known: set[int] = set()
    for node in ast.walk(function):
        match node:
            case ast.Attribute(value=ast.Name(id=used) as inner, attr=attribute) if used == name:
                known.add(id(inner))
                yield node, attribute
            case ast.Name(id=used) if used == name and id(node) not in known:
                yield node, ""
