"""Mistakes in what a handler does: checks that are gone or turned round, steps left out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.verify.mutants.edits import Edit, called, parent, source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.verify.mutants.edits import Finder

_GUARDS = ("required", "login", "auth", "permission", "role", "admin", "token", "jwt", "protect")
_DECLARING = {"route", "get", "post", "put", "patch", "delete"}
_SWAPPED: dict[type[ast.cmpop], str] = {
    ast.Eq: "!=", ast.NotEq: "==", ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Is: "is not",
    ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip


def dropped_guard(node: ast.AST) -> Iterator[Edit]:
    """A decorator that guards a view is gone."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for decorator in node.decorator_list:
            text = source(decorator).lower()
            declares = isinstance(decorator, ast.Call) and called(decorator) in _DECLARING
            if any(word in text for word in _GUARDS) and not declares:
                yield Edit(decorator, "(lambda view: view)")


def dropped_refusal(node: ast.AST) -> Iterator[Edit]:
    """``abort(403)`` or ``raise HTTPException(…)`` is gone."""
    if isinstance(node, ast.Expr) and called(node.value) == "abort":
        yield Edit(node, "pass")
    if isinstance(node, ast.Raise) and node.exc is not None:
        yield Edit(node, "pass")


def dropped_check(node: ast.AST) -> Iterator[Edit]:
    """An early return after a check is gone."""
    if isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], ast.Return | ast.Raise):
        yield Edit(node.test, "False")


def negated_condition(node: ast.AST) -> Iterator[Edit]:
    """A condition is the wrong way round."""
    if isinstance(node, ast.If | ast.IfExp):
        yield Edit(node.test, f"not ({source(node.test)})")


def other_comparison(node: ast.AST) -> Iterator[Edit]:
    """``<`` where ``<=`` was, ``==`` where ``!=`` was."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _SWAPPED:
        yield Edit(node, f"({source(node.left)} {_SWAPPED[type(node.ops[0])]} {source(node.comparators[0])})")


def other_connective(node: ast.AST) -> Iterator[Edit]:
    """``and`` where ``or`` was."""
    if isinstance(node, ast.BoolOp):
        word = " or " if isinstance(node.op, ast.And) else " and "
        yield Edit(node, "(" + word.join(f"({source(value)})" for value in node.values) + ")")


def dropped_commit(node: ast.AST) -> Iterator[Edit]:
    """A commit is forgotten."""
    if isinstance(node, ast.Expr) and called(node.value) in {"commit", "save"}:
        yield Edit(node, "pass")


def dropped_deletion(node: ast.AST) -> Iterator[Edit]:
    """Something is no longer deleted or cleared; what is filled anew at once may never have held anything else."""
    deleting = {"delete", "clear", "remove", "delete_instance", "pop"}
    if isinstance(node, ast.Expr) and called(node.value) in deleting and not _is_filled_next(node):
        yield Edit(node, "pass")


def _is_filled_next(node: ast.Expr) -> bool:
    """``session.clear()`` before ``session["user_id"] = …``."""
    block = next((body for body in _blocks(parent(node)) if node in body), [])
    following = block[block.index(node) + 1 :][:1] if block else []
    owner = (
        node.value.func.value
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute)
        else None
    )
    return owner is not None and any(
        isinstance(each, ast.Assign)
        and isinstance(each.targets[0], ast.Subscript)
        and source(each.targets[0].value) == source(owner)
        for each in following
    )


def _blocks(node: ast.AST | None) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def dropped_addition(node: ast.AST) -> Iterator[Edit]:
    """Something is no longer added or written."""
    if isinstance(node, ast.Expr) and called(node.value) in {"add", "append", "execute", "update", "create", "send"}:
        yield Edit(node, "pass")


def dropped_assignment(node: ast.AST) -> Iterator[Edit]:
    """A value is no longer stored on an object, in a session or in a dictionary."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript | ast.Attribute):
        yield Edit(node, "pass")


CATALOGUE: dict[str, Finder] = {
    "dropped-guard": dropped_guard,
    "dropped-refusal": dropped_refusal,
    "dropped-check": dropped_check,
    "negated-condition": negated_condition,
    "other-comparison": other_comparison,
    "other-connective": other_connective,
    "dropped-commit": dropped_commit,
    "dropped-deletion": dropped_deletion,
    "dropped-addition": dropped_addition,
    "dropped-assignment": dropped_assignment,
}
