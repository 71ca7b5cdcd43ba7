"""For how long things hold, as code says it: ``timedelta(minutes=15)``, ``max_age=3600``, ``TOKEN_MINUTES = 15``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask2fastapi.model.files import SourceFile

_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}
_NAME = re.compile(r"max_?age|expir|lifetime|ttl|time_?out|valid_for|_(?:seconds|minutes|hours|days)$", re.IGNORECASE)
_MOST = 6
_SHORTEST = 10


def read_lifetimes(files: Iterable[SourceFile]) -> tuple[int, ...]:
    """Seconds, each once, the shortest first."""
    found: set[int] = set()
    for file in files:
        try:
            tree = ast.parse(file.data)
        except (SyntaxError, ValueError):
            continue
        found.update(seconds for node in ast.walk(tree) for seconds in _of_node(node))
    return tuple(sorted(seconds for seconds in found if seconds > _SHORTEST)[:_MOST])


def _of_node(node: ast.AST) -> Iterator[int]:
    match node:
        case ast.Call(func=ast.Name(id="timedelta") | ast.Attribute(attr="timedelta"), keywords=keywords):
            parts = [(_UNITS.get(each.arg or ""), _number(each.value)) for each in keywords]
            yield sum(int(unit * number) for unit, number in parts if unit and number)
        case ast.keyword(arg=str(name), value=value) if _NAME.search(name):
            yield int(_number(value) or 0) * _unit(name)
        case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)], value=value) if _NAME.search(name):
            yield int(_number(_default(value)) or 0) * _unit(name)


def _unit(name: str) -> int:
    return next((seconds for word, seconds in _UNITS.items() if word[:-1] in name.lower()), 1)


def _default(node: ast.expr) -> ast.expr:
    """``int(os.environ.get("TTL") or "15")`` and ``os.environ.get("TTL", 15)`` say 15."""
    match node:
        case ast.Call(func=ast.Name(id="int" | "float"), args=[inner]):
            return _default(inner)
        case ast.BoolOp(op=ast.Or(), values=[*_, last]):
            return _default(last)
        case ast.Call(func=ast.Attribute(attr="get" | "getenv"), args=[_, default]):
            return _default(default)
    return node


def _number(node: ast.expr) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return float(value)
        case ast.Constant(value=str(text)) if text.isdigit():
            return float(text)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            first, second = _number(left), _number(right)
            return None if first is None or second is None else first * second
    return None
