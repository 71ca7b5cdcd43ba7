"""Fold literals: what operators, subscripts and comparisons give when both sides are known."""

from __future__ import annotations

import ast

from flask2fastapi.index.values import (
    UNKNOWN,
    Class,
    ClassView,
    Config,
    Const,
    Function,
    Instance,
    Items,
    Made,
    Pairs,
    RouteOwner,
    Value,
    string,
)

LONGEST = 10_000
"""Characters or elements of what is folded; longer ones are unknown."""
_KEYS = (Function, Class, ClassView, Instance, Made, RouteOwner)
NAMED_TUPLE = "collections.namedtuple()"
"""Name under which a tuple with named elements is known; the elements are its attributes."""


def first_known(*values: Value) -> Value:
    """The first value that tells something; None and empty defaults tell least."""
    telling = [v for v in values if v is not UNKNOWN and not (isinstance(v, Const) and v.value is None)]
    return telling[0] if telling else values[-1]


def elements(value: Value) -> list[Value] | None:
    """What a loop over a value goes through, None when that is not known."""
    match value:
        case Items(items=items):
            return items
        case Pairs(pairs=pairs):
            return [as_value(key) for key in pairs]
        case Const(value=str(text)):
            return [Const(character) for character in text]
        case Made(name=name, attributes=attributes) if name == NAMED_TUPLE:
            return list(attributes.values())
    return None


def as_key(value: Value) -> object:
    """What stands for a value among the keys of `Pairs`, UNKNOWN when it is not known which key it is."""
    if isinstance(value, Const):
        return value.value
    return value if isinstance(value, _KEYS) else UNKNOWN


def as_value(key: object) -> Value:
    """The value that a key of `Pairs` stands for."""
    if isinstance(key, Value):
        return key
    return Const(key) if key is None or isinstance(key, str | int | float | bytes) else UNKNOWN


def binary(op: ast.operator, left: Value, right: Value) -> Value:
    """An operator between literals."""
    match op, left, right:
        case ast.Add(), Items(items=first), Items(items=second) if len(first) + len(second) < LONGEST:
            return Items([*first, *second])
        case ast.Add(), Const(value=str(first)), Const(value=str(second)) if len(first) + len(second) < LONGEST:
            return Const(first + second)
        case ast.Add(), Const(value=int(first)), Const(value=int(second)) if abs(first) + abs(second) < LONGEST:
            return Const(first + second)
        case ast.Mod(), Const(value=str(pattern)), _:
            return _percent(pattern, right)
        case ast.BitOr(), Pairs(pairs=first), Pairs(pairs=second):
            return Pairs({**first, **second}, left.complete and right.complete)
        case ast.BitOr(), Items(items=first), Items(items=second) if len(first) + len(second) < LONGEST:
            return Items([*first, *second])
    return UNKNOWN


def _percent(pattern: str, right: Value) -> Value:
    if isinstance(right, Pairs):
        named = {str(key): each.value for key, each in right.pairs.items() if isinstance(each, Const)}
        return _formatted(pattern, named, len(named))
    parts = right.items if isinstance(right, Items) else [right]
    known = [part.value for part in parts if isinstance(part, Const)]
    return _formatted(pattern, tuple(known), len(known)) if len(known) == len(parts) else UNKNOWN


def _formatted(pattern: str, values: object, count: int) -> Value:
    if len(pattern) > LONGEST or pattern.count("%s") + pattern.count("%d") < count:
        return UNKNOWN  # a width ("%1000000d") would make a giant of it
    try:
        return Const(pattern % values)
    except (TypeError, ValueError, KeyError):
        return UNKNOWN


def item(owner: Value, key: Value) -> Value:
    """``owner[key]`` for what is known of both."""
    match owner, key:
        case Pairs(pairs=pairs), _:
            return pairs.get(as_key(key), UNKNOWN)
        case Config(owner=app), Const():
            return app.config.get(string(key) or "", UNKNOWN)
        case (Items() | Made() | Const(value=str())), Const(value=int(index)):
            items = elements(owner) or []
            return items[index] if -len(items) <= index < len(items) else UNKNOWN
    return UNKNOWN


def part(owner: Value, start: Value | None, stop: Value | None, step: Value | None) -> Value:
    """``owner[start:stop:step]`` of a string or list."""
    known: list[int | None] = []
    for each in (start, stop, step):
        value = each.value if isinstance(each, Const) else each
        if isinstance(value, Value | str | float | bytes):
            return UNKNOWN
        known.append(value)
    places = slice(known[0], known[1], known[2] or None)
    if isinstance(owner, Const) and isinstance(owner.value, str):
        return Const(owner.value[places])
    return Items(owner.items[places]) if isinstance(owner, Items) else UNKNOWN


def compared(left: Value, op: ast.cmpop, right: Value) -> bool | None:
    """The outcome of a comparison, None when it is not known."""
    match op, left, right:
        case (ast.Is() | ast.Eq()), Const(value=first), Const(value=second):
            return first == second
        case (ast.IsNot() | ast.NotEq()), Const(value=first), Const(value=second):
            return first != second
        case (ast.Is() | ast.Eq() | ast.IsNot() | ast.NotEq()), _, Const(value=None) if isinstance(left, _TELLING):
            return isinstance(op, ast.IsNot | ast.NotEq)
        case (ast.Is() | ast.Eq() | ast.IsNot() | ast.NotEq()), Class() | RouteOwner(), Class() | RouteOwner():
            return (left is right) is isinstance(op, ast.Is | ast.Eq)
        case (ast.In() | ast.NotIn()), Const(value=value), _:
            inside = _contains(right, value)
            return inside if inside is None or isinstance(op, ast.In) else not inside
    return None


_TELLING = (*_KEYS, Items, Pairs)


def _contains(owner: Value, value: object) -> bool | None:
    if isinstance(owner, Const):
        return value in owner.value if isinstance(owner.value, str) and isinstance(value, str) else None
    items = elements(owner)
    known = [each.value for each in items or () if isinstance(each, Const)]
    return value in known if items is not None and len(known) == len(items) else None


def truth(value: Value) -> bool | None:
    """Whether a value counts as true, None when that is not known."""
    match value:
        case Const(value=literal):
            return bool(literal)
        case Items(items=items):
            return bool(items)
        case Pairs(pairs=pairs, complete=complete):
            return bool(pairs) if pairs or complete else None
    return True if isinstance(value, _KEYS) and not isinstance(value, Made | Instance) else None
