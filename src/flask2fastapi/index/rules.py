"""Take a Werkzeug rule apart: its static text and its converters."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = re.compile(
    r"<(?:(?P<converter>[a-zA-Z_][a-zA-Z0-9_]*)(?:\((?P<arguments>.*?)\))?:)?(?P<name>[a-zA-Z_][a-zA-Z0-9_]*)>"
)
"""As in `werkzeug.routing.rules`."""


@dataclass(frozen=True, slots=True)
class Variable:
    """``<int(min=1):page>``."""

    name: str
    converter: str
    arguments: str | None
    start: int
    end: int
    """Where it stands in the rule."""


def variables(rule: str) -> tuple[Variable, ...] | None:
    """The variables of a rule in order, None when the rule is malformed."""
    found = tuple(
        Variable(part["name"], part["converter"] or "default", part["arguments"], part.start(), part.end())
        for part in _PART.finditer(rule)
    )
    rest = _PART.sub("", rule)
    return None if "<" in rest or ">" in rest or len({each.name for each in found}) < len(found) else found
