"""The functions of a module with their keys, and the names that a function binds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.index.values import FunctionNode

    Import = ast.Import | ast.ImportFrom

_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def each_function(
    module: str, node: ast.AST, prefix: str = "", enclosing: frozenset[str] = frozenset()
) -> Iterator[tuple[str, FunctionNode, frozenset[str]]]:
    """Every function below a node with its key and the names that the functions around it bind."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            qualname = f"{prefix}{child.name}"
            yield f"{module}:{qualname}", child, enclosing
            yield from each_function(module, child, f"{qualname}.<locals>.", enclosing | bound_names(child).keys())
        elif isinstance(child, ast.ClassDef):
            yield from each_function(module, child, f"{prefix}{child.name}.", enclosing)
        elif isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from each_function(module, child, prefix, enclosing)


def bound_names(node: FunctionNode) -> dict[str, Import | None]:
    """The names that a function binds, each with its import statement where that is what binds it."""
    found: dict[str, Import | None] = {arg.arg: None for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
    outer: set[str] = set()
    for inner in own_nodes(node):
        match inner:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.setdefault(name, None)
            case ast.Import() | ast.ImportFrom():
                found.update(_imported(inner))
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.setdefault(name, None)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found.setdefault(name, None)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                outer.update(names)
    return {name: value for name, value in found.items() if name not in outer}


def own_nodes(node: FunctionNode) -> Iterator[ast.AST]:
    """The nodes of a function's body, not those inside functions and classes that it defines."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        inner = waiting.pop()
        yield inner
        if not isinstance(inner, _INNER):
            waiting += ast.iter_child_nodes(inner)


def _imported(node: Import) -> dict[str, Import | None]:
    """Each name that an import binds, with the same import of that name alone."""
    found: dict[str, Import | None] = {}
    for alias in node.names:
        single: Import = ast.Import([alias])
        if isinstance(node, ast.ImportFrom):
            single = ast.ImportFrom(node.module, [alias], node.level)
        found[alias.asname or alias.name.partition(".")[0]] = single
    return found
