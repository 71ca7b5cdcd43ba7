"""Replace the text of a syntax node, in the bytes of its file."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Edit:
    """Text that goes in place of a node."""

    node: ast.AST
    text: str


Finder: TypeAlias = Callable[[ast.AST], Iterator[Edit]]
"""The mistakes of one kind that one node of a handler has room for."""


def replaced(data: bytes, edit: Edit) -> bytes:
    """The file with the node's text replaced; ``ast`` counts columns in bytes of UTF-8."""
    node: Any = edit.node
    lines = data.splitlines(keepends=True)
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: node.end_lineno - 1])) + node.end_col_offset
    return data[:start] + edit.text.encode() + data[end:]


def source(node: ast.AST) -> str:
    """The node's code, layout apart."""
    return ast.unparse(node)


def called(node: ast.AST) -> str:
    """The last name of what a call calls: ``commit`` for ``db.session.commit()``; "" for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    func = node.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def link(tree: ast.AST) -> None:
    """Let every node know what it stands in, for `parent`."""
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]


def parent(node: ast.AST) -> ast.AST | None:
    """What a node stands in, once its tree is linked."""
    return getattr(node, "parent", None)


def root(node: ast.AST) -> ast.AST:
    """The module that a node stands in."""
    while (above := parent(node)) is not None:
        node = above
    return node


def function_of(node: ast.AST) -> ast.AST | None:
    """The function that a node stands in."""
    above = parent(node)
    while above is not None and not isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef):
        above = parent(above)
    return above


def keyword(call: ast.Call, name: str) -> ast.keyword | None:
    """A keyword argument of a call."""
    return next((each for each in call.keywords if each.arg == name), None)


def without(call: ast.Call, name: str) -> str:
    """A call's code without one keyword argument."""
    kept = [each for each in call.keywords if each.arg != name]
    return source(ast.Call(call.func, call.args, kept))
