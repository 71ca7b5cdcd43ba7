"""Where functions connect to SQLite in a way that leaves a connection to the thread that made it."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.keys import node_key
from flask2fastapi.index.paths import is_test_path
from flask2fastapi.model.holders import ModuleHolders

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program

SAME_THREAD = "check_same_thread"
_BEFORE = 4
"""How many parameters of ``sqlite3.connect`` come before that one."""


def with_connections(world: Program, holders: Mapping[str, ModuleHolders]) -> dict[str, ModuleHolders]:
    """``holders`` by path, with the calls of ``sqlite3.connect`` that a keyword can be added to."""
    found = dict(holders)
    for path, module in world.modules.by_path.items():
        if "sqlite3" not in module.lines.text or is_test_path(path):
            continue
        keys = tuple(node_key(each, module.span) for each in _connections(module))
        if keys:
            found[path] = replace(found.get(path, ModuleHolders()), connections=keys)
    return found


def _connections(module: Module) -> Iterator[ast.Call]:
    functions = (each for each in ast.walk(module.tree) if isinstance(each, ast.FunctionDef))
    inside = {id(node): node for function in functions for each in function.body for node in ast.walk(each)}
    for node in inside.values():
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="sqlite3"), attr="connect")) if _is_open(node):
                yield node


def _is_open(call: ast.Call) -> bool:
    """Whether a call says nothing of threads, and could."""
    names = {each.arg for each in call.keywords}
    starred = any(isinstance(each, ast.Starred) for each in call.args)
    return not starred and len(call.args) <= _BEFORE and not names & {None, SAME_THREAD}
