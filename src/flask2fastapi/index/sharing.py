"""Who else puts something into the lists and dictionaries of a module: what is taken out of them may be theirs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.values import Items, Pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.scanned import Body

_READING = {"get", "items", "keys", "values", "copy", "index", "count"}


def writers(world: Program) -> Mapping[int, frozenset[str]]:
    """Keys of the functions that change a container of a module, or hand it on, by the identity of its value."""
    found: dict[int, set[str]] = {}
    for module in world.modules.by_path.values():
        values = {name: id(each) for name, each in _containers(world, module)}
        for body in module.body.functions() if values else ():
            for name in _changed(body) & values.keys():
                found.setdefault(values[name], set()).add(body.key)
    return {value: frozenset(keys) for value, keys in found.items()}


def _containers(world: Program, module: Module) -> Iterator[tuple[str, Items | Pairs]]:
    for name, value in world.run_module(module).names.items():
        if isinstance(value, Items | Pairs):
            yield name, value


def _changed(body: Body) -> set[str]:
    """Names of variables that a function, or a lambda inside it, may change what they hold."""
    kept = [node for each in body.everything() for node in each.kept]
    read = {id(node.value) for node in kept if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)}
    read |= {id(node.iter) for node in kept if isinstance(node, ast.For | ast.comprehension)}
    loads = [load for each in body.everything() for load in each.loads]
    found = {
        name
        for node, name, chain in loads
        if (not chain and id(node) not in read) or (chain and chain[0] not in _READING)
    }
    for node in kept:
        match node:
            case ast.Subscript(ctx=ast.Store() | ast.Del(), value=owner) | ast.Attribute(ctx=ast.Store(), value=owner):
                found.add(_root(owner))
            case ast.Call(func=ast.Attribute(value=owner, attr=attr)) if attr not in _READING:
                found.add(_root(owner))
    return found


def _root(node: ast.expr) -> str:
    """The variable that something is taken out of, "" for none."""
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
