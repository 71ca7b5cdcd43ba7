"""Go over syntax nodes: only over the fields that hold nodes, which `ast.walk` has to find out for each node again."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN = {"ctx", "op", "ops", "id", "attr", "name", "names", "module", "level", "asname", "arg", "kind", "type_comment"}
_PLAIN |= {"conversion", "simple", "is_async", "lineno", "type_ignores", "rest", "kwd_attrs"}
LEAVES = frozenset({ast.Constant, ast.MatchSingleton, ast.Pass, ast.Break, ast.Continue, type(None), str})
FIELDS = {
    cls: tuple(name for name in cls._fields if name not in _PLAIN and cls not in LEAVES)
    for cls in vars(ast).values()
    if isinstance(cls, type) and issubclass(cls, ast.AST)
}
"""Class of a node -> its fields in which there may be nodes; those of names and operators are left out."""


def children(node: ast.AST) -> list[Any]:
    """The nodes right below a node in the order of its fields, without constants and operators."""
    found: list[Any] = []
    for name in FIELDS.get(node.__class__, ()):
        value: Any = getattr(node, name, None)
        if value.__class__ is list:
            found += [each for each in value if each.__class__ not in LEAVES]
        elif value.__class__ not in LEAVES:
            found.append(value)
    return found


def every_node(*roots: ast.AST) -> list[Any]:
    """Nodes and all that is below them, those nearest to the top first; without constants and operators."""
    found: list[Any] = [*roots]
    for node in found:  # it grows meanwhile
        for name in FIELDS.get(node.__class__, ()):
            value: Any = getattr(node, name, None)
            if value.__class__ is list:
                found += [each for each in value if each.__class__ not in LEAVES]
            elif value.__class__ not in LEAVES:
                found.append(value)
    return found


def names_among(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Every name that some of these nodes use or bind; those of imports are left out."""
    found = set()
    for node in nodes:
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.ExceptHandler(name=str(name)):
                found.add(name)
    return frozenset(found)


def is_docstring(statement: ast.stmt) -> bool:
    """Whether a statement is only a constant."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
