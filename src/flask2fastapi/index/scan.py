"""One pass over a module's tree: which functions it has, and which names each of them uses and binds.

The pass looks only at fields that hold nodes with names in them, and goes over each node once: functions are most of a
program's text, so this is most of what an index costs beside parsing.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from flask2fastapi.index.nodes import FIELDS, LEAVES
from flask2fastapi.index.scanned import Body, Import, arguments_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask2fastapi.index.values import FunctionNode

_KEPT = {
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.NamedExpr,
    ast.For,
    ast.AsyncFor,
    ast.comprehension,
    ast.withitem,
}
_KEPT |= {ast.Call, ast.Subscript}


def scan_module(name: str, tree: ast.Module) -> Body:
    """Scan a module of this name."""
    body = Body(f"{name}:", tree, None)
    _scan(body, tree.body)
    return body


def scan_function(key: str, node: FunctionNode) -> Body:
    """Scan one function by itself."""
    body = Body(key, node, None)
    _bind_arguments(body, node.args)
    _scan(body, node.body)
    return body


def _scan(body: Body, statements: Iterable[ast.AST]) -> None:
    waiting: list[Any] = [*statements]
    special, fields, leaves, keeping, kept = _SPECIAL, FIELDS, LEAVES, _KEPT, body.kept
    while waiting:
        node = waiting.pop()
        cls = node.__class__
        if cls in leaves:
            continue
        handle = special.get(cls)
        if handle is not None:
            handle(body, node, waiting)
            continue
        if cls in keeping:
            kept.append(node)
        for name in fields[cls]:
            value = getattr(node, name)
            if value.__class__ is list:
                waiting += value
            elif value is not None:
                waiting.append(value)


def _name(body: Body, node: ast.Name, _: list[Any]) -> None:
    if node.ctx.__class__ is ast.Load:
        body.loads.append((node, node.id, ()))
    else:
        body.bound.setdefault(node.id, None)
        body.kept.append(node)


def _attribute(body: Body, node: ast.Attribute, waiting: list[Any]) -> None:
    if node.ctx.__class__ is not ast.Load:
        body.kept.append(node)
    chain = [node.attr]
    at = node.value
    while isinstance(at, ast.Attribute):
        chain.append(at.attr)
        at = at.value
    if isinstance(at, ast.Name):
        chain.reverse()
        body.loads.append((node, at.id, tuple(chain)))
    else:
        waiting.append(at)


def _function(body: Body, node: FunctionNode, waiting: list[Any]) -> None:
    inner = Body(f"{_prefix(body)}{node.name}", node, body)
    body.bound[node.name] = inner.key
    body.inner.append(inner)
    body.kept.append(node)
    _leave_outside(node.args, waiting)
    waiting += node.decorator_list
    if node.returns is not None:
        waiting.append(node.returns)
    _bind_arguments(inner, node.args)
    _scan(inner, node.body)


def _lambda(body: Body, node: ast.Lambda, waiting: list[Any]) -> None:
    inner = Body(body.key, node, body)
    body.inner.append(inner)
    body.kept.append(node)
    _leave_outside(node.args, waiting)
    _bind_arguments(inner, node.args)
    _scan(inner, [node.body])


def _class(body: Body, node: ast.ClassDef, waiting: list[Any]) -> None:
    inner = Body(f"{_prefix(body)}{node.name}", node, body)
    body.bound[node.name] = inner.key
    body.inner.append(inner)
    body.kept.append(node)
    waiting += node.decorator_list
    waiting += node.bases
    waiting += node.keywords
    _scan(inner, node.body)


def _import(body: Body, node: Import, _: list[Any]) -> None:
    for alias in node.names:
        body.bound[alias.asname or alias.name.partition(".")[0]] = _single(node, alias)


def _handler(body: Body, node: ast.ExceptHandler, waiting: list[Any]) -> None:
    if node.name:
        body.bound.setdefault(node.name, None)
        body.kept.append(node)
    waiting.append(node.type)
    waiting += node.body


def _declare(body: Body, node: ast.Global | ast.Nonlocal, _: list[Any]) -> None:
    body.outer.update(node.names)
    if isinstance(node, ast.Global):
        body.shared.update(node.names)


def _capture(body: Body, node: ast.MatchAs | ast.MatchStar, waiting: list[Any]) -> None:
    if node.name:
        body.bound.setdefault(node.name, None)
        body.kept.append(node)
    waiting.append(getattr(node, "pattern", None))


_SPECIAL: dict[type[ast.AST], Callable[[Body, Any, list[Any]], None]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.Lambda: _lambda,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.ExceptHandler: _handler,
    ast.Global: _declare,
    ast.Nonlocal: _declare,
    ast.MatchAs: _capture,
    ast.MatchStar: _capture,
}


def _prefix(body: Body) -> str:
    """What the keys of functions and classes in a body begin with."""
    if body.key.endswith(":"):
        return body.key
    at = body
    while isinstance(at.node, ast.Lambda) and at.parent is not None:
        at = at.parent
    return f"{body.key}." if isinstance(at.node, ast.ClassDef) else f"{body.key}.<locals>."


def _leave_outside(arguments: ast.arguments, waiting: list[Any]) -> None:
    """Defaults and annotations belong to the body around a function."""
    waiting += arguments.defaults
    waiting += arguments.kw_defaults
    waiting += [each.annotation for each in arguments_of(arguments) if each.annotation is not None]


def _bind_arguments(body: Body, arguments: ast.arguments) -> None:
    for each in arguments_of(arguments):
        body.bound[each.arg] = None


def _single(node: Import, alias: ast.alias) -> Import:
    """The same import with only one of its names."""
    if len(node.names) == 1:
        return node
    if isinstance(node, ast.Import):
        return ast.Import([alias])
    return ast.ImportFrom(node.module, [alias], node.level)
