"""Fold literals: what operators and subscripts give when both sides are known."""

from __future__ import annotations

import ast

from flask2fastapi.index.values import UNKNOWN, Config, Const, Items, Pairs, Value, string

LONGEST = 10_000
"""Characters or elements of what is folded; longer ones are unknown."""


def first_known(*values: Value) -> Value:
    """The first value that tells something; None and empty defaults tell least."""
    telling = [v for v in values if v is not UNKNOWN and not (isinstance(v, Const) and v.value is None)]
    return telling[0] if telling else values[-1]


def binary(op: ast.operator, left: Value, right: Value) -> Value:
    """An operator between literals."""
    match op, left, right:
        case ast.Add(), Items(items=first), Items(items=second):
            return Items([*first, *second])
        case ast.Add(), Const(value=str(first)), Const(value=str(second)) if len(first) + len(second) < LONGEST:
            return Const(first + second)
        case ast.Add(), Const(value=int(first)), Const(value=int(second)):
            return Const(first + second)
        case ast.Mod(), Const(value=str(pattern)), _:
            return _percent(pattern, right)
        case ast.BitOr(), Pairs(pairs=first), Pairs(pairs=second):
            return Pairs({**first, **second}, left.complete and right.complete)
    return UNKNOWN


def _percent(pattern: str, right: Value) -> Value:
    parts = right.items if isinstance(right, Items) else [right]
    known = [part.value for part in parts if isinstance(part, Const)]
    if len(known) != len(parts):
        return UNKNOWN
    try:
        return Const(pattern % tuple(known))
    except (TypeError, ValueError):
        return UNKNOWN


def item(owner: Value, key: Value) -> Value:
    """``owner[key]`` for what is known of both."""
    if not isinstance(key, Const):
        return UNKNOWN
    if isinstance(owner, Pairs):
        return owner.pairs.get(key.value, UNKNOWN)
    if isinstance(owner, Config):
        return owner.owner.config.get(string(key) or "", UNKNOWN)
    if isinstance(owner, Items) and isinstance(key.value, int) and -len(owner.items) <= key.value < len(owner.items):
        return owner.items[key.value]
    return UNKNOWN
