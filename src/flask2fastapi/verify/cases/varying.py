"""Other values for a request that is accepted: several rows, that sort and escape in ways of their own."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from flask2fastapi.verify.cases.payloads import FORM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.verification import Step

_KEPT = re.compile(
    r"passw|pwd|confirm|token|csrf|date|time|type|kind|categor|lang|role|status|url|color", re.IGNORECASE
)
"""Names of fields whose values a program likely prescribes."""
_VARIANTS = ("<b>{}</b> & \u00e9", "A {}")
_PLAIN = re.compile(r"^[\w.-]+$")


def varied(step: Step) -> Iterator[Step]:
    """The request itself, then others with different texts, the milder one last."""
    yield step
    for number in range(len(_VARIANTS)):
        other = _varied(step, number)
        if other is not None and other != step:
            yield other


def unused(step: Step) -> Step | None:
    """The request with texts that no row has yet: another user name, where the usual one is taken."""
    return _varied(step, len(_VARIANTS))


def _varied(step: Step, number: int) -> Step | None:
    content = next((value for name, value in step.headers if name.lower() == "content-type"), "")
    try:
        text = step.body.decode("utf-8")
        if "json" in content:
            return replace(step, body=json.dumps(_other("", json.loads(text), number)).encode())
    except ValueError:
        return None
    if content.startswith(FORM):
        pairs = parse_qsl(text, keep_blank_values=True)
        return replace(step, body=urlencode([(name, _other(name, value, number)) for name, value in pairs]).encode())
    return None


def _other(name: str, value: Any, number: int) -> Any:
    match value:
        case dict():
            return {key: _other(key, each, number) for key, each in value.items()}
        case list():
            return [_other(name, each, number) for each in value]
        case str() if value and not _KEPT.search(name):
            return _other_text(name, value, number)
        case _:
            return value


def _other_text(name: str, value: str, number: int) -> str:
    if "@" in value:
        return f"{'abc'[number]}{number}.{value}"
    if _PLAIN.match(value) or "name" in name.lower():
        return f"{'za'[number % 2]}{value.lower()}{number + 2}"[:40] if " " not in value else f"{value} {number + 2}"
    return _VARIANTS[number % 2].format(value)
