"""The parts of a request that can be left out or made shorter."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask2fastapi.verify.secret_values import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.verification import Step

_SHORT = 3
"""Values up to this length stay: shorter ones are no easier to read."""


def fields(text: str) -> tuple[str, ...]:
    """``a=1&b=2`` by field, still encoded."""
    return tuple(text.split("&")) if text else ()


def form(step: Step) -> tuple[str, ...]:
    """The fields of an URL-encoded form, still encoded; none for another body."""
    if not _media(step).startswith("application/x-www-form-urlencoded"):
        return ()
    try:
        return fields(step.body.decode("ascii"))
    except UnicodeDecodeError:
        return ()


def smaller_json(step: Step) -> Iterator[bytes]:
    """Bodies with one key or element less, the outermost first; none for another body."""
    value = _json(step)
    if value is None:
        return
    for each in _fewer(value):
        yield json.dumps(each).encode()


def shorter_values(step: Step) -> Iterator[Step]:
    """Steps in which one value of query, form or JSON is shorter: first a few signs of it, then a half."""
    for number, field in enumerate(parts := fields(step.query)):
        for shorter in _shorter_field(field):
            yield replace(step, query="&".join((*parts[:number], shorter, *parts[number + 1 :])))
    for number, field in enumerate(parts := form(step)):
        for shorter in _shorter_field(field):
            yield replace(step, body="&".join((*parts[:number], shorter, *parts[number + 1 :])).encode())
    value = _json(step)
    if value is not None:
        for each in _shorter(value):
            yield replace(step, body=json.dumps(each).encode())


def _shorter_field(field: str) -> Iterator[str]:
    name, equals, value = field.partition("=")
    if "%" not in value and "{{" not in value:  # half an escape or half a captured value is another thing
        yield from (f"{name}{equals}{shorter}" for shorter in _prefixes(value))


def _prefixes(value: str) -> Iterator[str]:
    if len(value) > _SHORT and not NAME.search(value):  # a part of a secret's name is no secret
        yield value[:_SHORT]
        if len(value) // 2 > _SHORT:
            yield value[: len(value) // 2]


def _fewer(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key in value:
            yield {name: each for name, each in value.items() if name != key}
        for key, inner in value.items():
            yield from ({**value, key: fewer} for fewer in _fewer(inner))
    elif isinstance(value, list):
        for number in range(len(value)):
            yield value[:number] + value[number + 1 :]
        for number, inner in enumerate(value):
            yield from ([*value[:number], fewer, *value[number + 1 :]] for fewer in _fewer(inner))


def _shorter(value: Any) -> Iterator[Any]:
    if isinstance(value, str) and "{{" not in value:
        yield from _prefixes(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: shorter} for shorter in _shorter(inner))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from ([*value[:number], shorter, *value[number + 1 :]] for shorter in _shorter(inner))


def _json(step: Step) -> Any:
    if "json" not in _media(step):
        return None
    try:
        return json.loads(step.body)
    except (ValueError, RecursionError):
        return None


def _media(step: Step) -> str:
    return next((value for name, value in step.headers if name.lower() == "content-type"), "").lower()
