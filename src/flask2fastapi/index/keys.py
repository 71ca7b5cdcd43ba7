"""Name syntax nodes for the engine: the ``ast`` side of ``model.rewrite.NodeKey``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.model.location import Span
from flask2fastapi.model.rewrite import NodeKey

if TYPE_CHECKING:
    from collections.abc import Callable

_UNENCLOSED = (ast.Tuple, ast.GeneratorExp)
"""Nodes whose own text is taken without the parentheses around it."""


def node_key(node: ast.AST, span_of: Callable[[ast.AST], Span]) -> NodeKey:
    """The key of a node; ``span_of`` gives the span of any node that has a position, in code points."""
    if not isinstance(node, _UNENCLOSED):
        return NodeKey(type(node).__name__, span_of(node))
    first, last = _ends(node)
    start, end = span_of(first), span_of(last)
    if node is first and isinstance(node, ast.Tuple):  # empty: "()" ends before its closing parenthesis
        inside = start.column + 1
        return NodeKey("Tuple", Span(start.line, inside, start.line, inside))
    return NodeKey(type(node).__name__, Span(start.line, start.column, end.end_line, end.end_column))


def _ends(node: ast.AST) -> tuple[ast.AST, ast.AST]:
    """The nodes where a node's own text begins and ends, parentheses of tuples and generators apart."""
    match node:
        case ast.Tuple(elts=[first, *rest]):
            return _ends(first)[0], _ends(rest[-1] if rest else first)[1]
        case ast.GeneratorExp(elt=elt, generators=generators):
            last = generators[-1]
            return _ends(elt)[0], _ends(last.ifs[-1] if last.ifs else last.iter)[1]
    return node, node
