"""The bytes of bodies that are written as data: the same when a case is read as when it is checked for writing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLACEHOLDER = re.compile(r"(\{\{\w+(?:\|url)?\}\}|\$\{\w+\})")
"""Also of the environment: they are filled in before this is asked for, or else are to be kept."""


def json_bytes(value: Any) -> bytes:
    """JSON as Python's clients write it; TypeError for what JSON cannot hold."""
    return json.dumps(value).encode()


def browser_json(value: Any) -> bytes:
    """JSON as browsers write it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def form_bytes(pairs: Iterable[tuple[str, str]]) -> bytes:
    """A form, percent-encoded, with placeholders left whole."""
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in pairs).encode()


def _encoded(text: str) -> str:
    parts = _PLACEHOLDER.split(text)
    return "".join(part if number % 2 else quote_plus(part) for number, part in enumerate(parts))
