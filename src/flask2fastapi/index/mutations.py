"""Which containers of a function do not stay what they were made as."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.index.nodes import every_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_READING = frozenset(
    {
        *("get", "items", "keys", "values", "copy", "index", "count", "join", "format", "split", "strip", "lower"),
        *("upper", "startswith", "endswith", "replace", "isdigit", "title", "encode", "rsplit", "splitlines"),
    }
)
"""Methods of builtin types that change nothing."""
_DISPLAYS = (ast.Dict, ast.List, ast.ListComp, ast.DictComp, ast.Constant, ast.JoinedStr, ast.BinOp, ast.Compare)
_FUNCTIONS = frozenset({ast.Lambda, ast.FunctionDef})
_CHANGING = frozenset({ast.Call, ast.Subscript, ast.Attribute, ast.Assign, ast.AnnAssign})
_BINDING = frozenset({ast.Assign, ast.Name, ast.For, ast.comprehension})


@dataclass(frozen=True, slots=True)
class Mutations:
    """What may have been put into containers after they were made."""

    names: frozenset[str] = frozenset()
    """Variables whose container was changed, given away or given a second name."""
    everywhere: bool = False
    """Whether something was changed that may be part of any container."""


def mutations(nodes: Sequence[ast.AST], is_builtin: Callable[[ast.expr], bool]) -> Mutations:
    """Find changes among a function's ``nodes``; ``is_builtin`` knows what changes none of its arguments.

    ``nodes`` need to have only those that bind, change or call something, and functions.
    """
    fresh = _fresh(nodes)
    names: set[str] = set()
    everywhere = any(each.__class__ in _FUNCTIONS for each in nodes)
    for each in nodes:
        if each.__class__ not in _CHANGING:
            continue
        for changed in _changed(each):
            root = _root(changed)
            if root is None or root.id not in fresh:
                continue  # something of the module: what was put there has been given away
            names.add(root.id)
            everywhere |= root is not changed or not fresh[root.id]
        names.update(_given_away(each, is_builtin))
    return Mutations(frozenset(names), everywhere)


def _changed(node: ast.AST) -> Iterator[ast.expr]:
    """What a node changes."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name not in _READING:
            yield owner
        case ast.Subscript(value=owner, ctx=ast.Store() | ast.Del()) | ast.Attribute(value=owner, ctx=ast.Store()):
            yield owner


def _given_away(node: ast.AST, is_builtin: Callable[[ast.expr], bool]) -> Iterator[str]:
    """Variables that get a second name, or that somebody else may change."""
    match node:
        case ast.Assign(value=ast.Name(id=name)) | ast.AnnAssign(value=ast.Name(id=name)):
            yield name
        case ast.Call(func=func, args=args, keywords=keywords) if not is_builtin(func):
            for value in (*args, *(keyword.value for keyword in keywords)):
                if value.__class__ is not ast.Constant:
                    yield from (each.id for each in every_node(value) if each.__class__ is ast.Name)


def _root(node: ast.expr) -> ast.Name | None:
    """The variable in which something lies: ``rows`` of ``rows[0].names``."""
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Starred):
        node = node.value
    return node if isinstance(node, ast.Name) else None


def _fresh(nodes: Iterable[ast.AST]) -> dict[str, bool]:
    """The function's variables, and whether each only ever holds something made on the spot."""
    made: dict[str, bool] = {}
    for each in nodes:
        if each.__class__ not in _BINDING:
            continue
        match each:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                made[name] = made.get(name, True) and isinstance(value, _DISPLAYS)
            case ast.Name(id=name, ctx=ast.Store()):
                made.setdefault(name, True)
            case ast.For(target=target) | ast.comprehension(target=target):
                made.update({inner.id: False for inner in every_node(target) if isinstance(inner, ast.Name)})
    return made
