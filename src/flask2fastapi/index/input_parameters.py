"""The names of inputs in the signatures of path operations that an earlier run has made of views."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from flask2fastapi.model.inputs import InputField, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

_BODIES = {"FormBody": Place.FORM, "FormFiles": Place.FILE, "JSONBody": Place.JSON}
_READER = "JSONReader"
_ALIAS = re.compile(r"alias='([^']+)'")
_QUERY = re.compile(r"\b(?:lenient|lenient_list|Query)\(")
_TYPE = re.compile(r"\b(int|float|bool)\b")


def bodies_taken(node: ast.AST) -> Iterator[tuple[str, Place]]:
    """Parameters that hold a whole body: ``form: FormBody``; ``get_json()`` for one that is called to read it.

    What stands in brackets (``form: FormBody[BookForm]``) is for the documentation.
    """
    for name, annotation, _ in _parameters(node):
        kind = annotation.partition("[")[0].rpartition(".")[2]
        if kind in _BODIES:
            yield name, _BODIES[kind]
        elif kind == _READER:
            yield f"{name}()", Place.JSON
        elif "json_body(" in annotation:
            yield name, Place.JSON


def parameters_read(node: ast.AST) -> Iterator[InputField]:
    """Query parameters: ``page: Annotated[int, lenient(int, 1)] = 1``, ``q: str = ""``."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not _is_operation(node):
        return
    for name, annotation, has_default in _parameters(node):
        if _QUERY.search(annotation) or (has_default and annotation.startswith(("str", "Optional[str"))):
            alias, kind = _ALIAS.search(annotation), _TYPE.search(annotation)
            yield InputField(
                alias[1] if alias else name, Place.QUERY, kind[1] if kind else "", required=not has_default
            )


def _parameters(node: ast.AST) -> Iterator[tuple[str, str, bool]]:
    """Name, annotation, and whether there is a default."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    arguments = [*node.args.posonlyargs, *node.args.args]
    without = len(arguments) - len(node.args.defaults)
    for index, each in enumerate(arguments):
        yield each.arg, ast.unparse(each.annotation) if each.annotation else "", index >= without


def _is_operation(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) for each in node.decorator_list)
