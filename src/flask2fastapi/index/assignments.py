"""What a function assigns to its variables."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BINDING = {ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.AugAssign, ast.For, ast.comprehension, ast.withitem}
_BINDING |= {ast.AsyncFor, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler}
_BINDING |= {ast.MatchAs, ast.MatchStar}


def bindings(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr | None]]:
    """Names that a function binds with what they are bound to: an element of it if starred, None for the rest.

    ``nodes`` are those of its own body, without what is inside functions and classes that it defines.
    """
    for inner in nodes:
        if inner.__class__ not in _BINDING:
            continue
        match inner:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _bound(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
                yield from _bound(target, value)
            case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
                loaded = ast.copy_location(ast.Name(name, ast.Load()), target)
                yield name, ast.copy_location(ast.BinOp(loaded, op, value), inner)
            case ast.For(target=target, iter=iterable) | ast.comprehension(target=target, iter=iterable):
                yield from _elements(target, iterable)
            case ast.withitem(optional_vars=ast.expr() as target) | ast.AsyncFor(target=target):
                yield from ((each, None) for each in _names(target))
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, None
            case ast.ExceptHandler(name=str(name)):
                yield name, None
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, None


def _bound(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for each, part in zip(target.elts, value.elts, strict=True):
            yield from _bound(each, part)
    else:
        yield from ((name, None) for name in _names(target))


def _elements(target: ast.expr, iterable: ast.expr) -> Iterator[tuple[str, ast.expr | None]]:
    starred = ast.copy_location(ast.Starred(iterable), iterable)
    for name in _names(target):
        yield name, starred


def _names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
        return
    for inner in ast.walk(target):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id
