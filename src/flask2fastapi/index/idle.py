"""Teardown functions that have nothing to do for a request that did not put anything on ``g``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask2fastapi.index.values import FunctionNode

_G = {"flask.g", "flask.globals.g"}


def is_idle(node: FunctionNode, name_of: Callable[[ast.expr], str | None]) -> bool:
    """Whether all that a function does is asked for by something that it finds on ``g``.

    ``db = g.pop("db", None)`` and ``if db is not None: db.close()`` in any of its usual forms; anything else counts as
    something that is done.
    """
    return _Idle(name_of).block(node.body)


class _Idle:
    def __init__(self, name_of: Callable[[ast.expr], str | None]) -> None:
        self._name_of = name_of
        self._found: set[str] = set()
        """Variables that are None where ``g`` is empty."""

    def block(self, body: Sequence[ast.stmt]) -> bool:
        return all(self._statement(statement) for statement in body)

    def _statement(self, statement: ast.stmt) -> bool:
        match statement:
            case ast.Pass() | ast.Return(value=None) | ast.Expr(value=ast.Constant()):
                return True
            case ast.Return(value=ast.Constant() | ast.Name()):
                return True
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if self._is_absent(value):
                self._found.add(name)
                return True
            case ast.Expr(value=value):
                return self._is_absent(value)
            case ast.If(test=test, orelse=orelse):
                return self._fails(test) and self.block(orelse)
        return False

    def _is_absent(self, node: ast.expr) -> bool:
        """``g.pop("db", None)``, ``g.get("db")``, ``getattr(g, "db", None)``: None where ``g`` is empty."""
        match node:
            case ast.Name(id=name):
                return name in self._found
            case ast.Call(func=ast.Attribute(value=owner, attr="pop"), args=[_, ast.Constant(value=None)]):
                return self._name_of(owner) in _G
            case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[_] | [_, ast.Constant(value=None)]):
                return self._name_of(owner) in _G
            case ast.Call(func=ast.Name(id="getattr"), args=[owner, _, ast.Constant(value=None)]):
                return self._name_of(owner) in _G
        return False

    def _fails(self, test: ast.expr) -> bool:
        """Whether a condition does not hold where ``g`` is empty."""
        match test:
            case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
                return self._is_absent(left)
            case ast.Compare(left=ast.Constant(), ops=[ast.In()], comparators=[owner]):
                return self._name_of(owner) in _G
            case ast.Call(func=ast.Name(id="hasattr"), args=[owner, _]):
                return self._name_of(owner) in _G
            case ast.BoolOp(op=ast.And(), values=[first, *_]):
                return self._fails(first)
        return self._is_absent(test)
