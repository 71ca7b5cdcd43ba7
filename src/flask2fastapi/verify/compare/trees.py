"""Differences between two JSON values, by path and kind."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from flask2fastapi.verify.compare.canonical import canonical
from flask2fastapi.verify.compare.change import Change, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")
_SHAPE = {Kind.TYPE, Kind.MISSING, Kind.EXTRA}
Place = tuple[str, str]
"""``where`` (any element of a list is ``[*]``) and the very path."""


def diff(before: Any, after: Any, place: Place, unordered: Collection[str] = ()) -> Iterator[Change]:
    """Changes from one value to the other, as ``json.loads`` makes them; numbers that are equal are equal.

    Lists of different length give one SIZE change and what differs in the shape of their common elements, lists with
    the same elements in another order one ORDER change. Lists at the places ``unordered`` are compared as bags.
    """
    if _type(before) != _type(after):
        yield _change(place, Kind.TYPE, f"{_type(before)} {text(before)}", f"{_type(after)} {text(after)}")
    elif isinstance(before, dict):
        yield from _objects(before, after, place, unordered)
    elif isinstance(before, list):
        yield from _lists(before, after, place, unordered)
    elif before != after and not (_is_nan(before) and _is_nan(after)):
        yield _change(place, Kind.VALUE, text(before), text(after))


def text(value: Any) -> str:
    """A value as people and policies read it: strings without quotes, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def same(before: Any, after: Any) -> bool:
    """Whether two values are alike to the types of their numbers and the order of their keys."""
    if isinstance(before, dict) and isinstance(after, dict):
        return list(before) == list(after) and all(map(same, before.values(), after.values()))
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(same, before, after))
    return type(before) is type(after) and (before == after or (_is_nan(before) and _is_nan(after)))


def _objects(
    before: dict[str, Any], after: dict[str, Any], place: Place, unordered: Collection[str]
) -> Iterator[Change]:
    for key, value in before.items():
        if key in after:
            yield from diff(value, after[key], (place[0] + _key(key), place[1] + _key(key)), unordered)
        else:
            yield _change(_named(place, key), Kind.MISSING, before=text(value))
    for key in after.keys() - before.keys():
        yield _change(_named(place, key), Kind.EXTRA, after=text(after[key]))


def _lists(before: list[Any], after: list[Any], place: Place, unordered: Collection[str]) -> Iterator[Change]:
    if len(before) != len(after):
        yield _change(place, Kind.SIZE, f"{len(before)} elements", f"{len(after)} elements")
        yield from (change for change in _elements(before, after, place, unordered) if change.kind in _SHAPE)
        return
    found = list(_elements(before, after, place, unordered))
    if not found:
        return
    left, right = sorted(before, key=_identity), sorted(after, key=_identity)
    if list(map(_identity, left)) == list(map(_identity, right)):
        yield _change(place, Kind.ORDER, text(before), text(after))
    elif place[0] in unordered:
        yield from _elements(left, right, place, unordered)
    else:
        yield from found


def _elements(before: list[Any], after: list[Any], place: Place, unordered: Collection[str]) -> Iterator[Change]:
    where = f"{place[0]}[*]"
    for number, (left, right) in enumerate(zip(before, after, strict=False)):
        yield from diff(left, right, (where, f"{place[1]}[{number}]"), unordered)


def _identity(value: Any) -> str:
    """What makes an element the same one at another place: equal numbers are equal, true is not 1."""
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if value is None:
        return "null"
    return {str: "string", int: "number", float: "number", list: "list", dict: "object"}[type(value)]


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _key(key: str) -> str:
    return f".{key}" if _PLAIN_KEY.fullmatch(key) else f"[{key!r}]"


def _named(place: Place, key: str) -> Place:
    """The place of a key that one side lacks; keys that are made anew each time have one place together."""
    return place[0] + _key(canonical(key)), place[1] + _key(key)


def _change(place: Place, kind: Kind, before: str = "", after: str = "") -> Change:
    return Change(place[0], kind, before, after, place[1])
