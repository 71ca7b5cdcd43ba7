"""URLs of a rule: filled with values that exist, and with everything else that clients send."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.verify.cases.harvest import Harvest

_PARAMETER = re.compile(r"<(?:(?P<converter>[a-zA-Z_]\w*)(?:\((?P<options>.*?)\))?:)?(?P<name>[a-zA-Z_]\w*)>")
"""As ``werkzeug.routing.rules`` reads the parts of a rule."""
_ODD_NUMBERS = (
    ("missing-id", "987654321"),
    ("zero", "0"),
    ("negative", "-1"),
    ("padded", "007"),
    ("huge", "12345678901234567890"),
    ("fraction", "1.5"),
    ("letters", "abc"),
)
_ODD_TEXTS = (
    ("missing-id", "no-such-thing"),
    ("unicode", "gr\u00fc\u00df \u5317"),
    ("encoded-slash", "a%2Fb"),
    ("markup", "<b>&amp;"),
)
_FALLBACKS = {"int": "1", "float": "1.5", "uuid": "00000000-0000-4000-8000-000000000000", "path": "a/b"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable part of a rule."""

    name: str
    converter: str
    text: str
    """As it stands in the rule."""


@dataclass(frozen=True, slots=True)
class Variation:
    """A path, and what is tried with it."""

    kind: str
    path: str


def parameters(rule: str) -> tuple[Parameter, ...]:
    """The variable parts of a rule, in order."""
    return tuple(Parameter(m["name"], m["converter"] or "string", m[0]) for m in _PARAMETER.finditer(rule))


def valid_values(rule: str, endpoint: str, harvest: Harvest, choice: int = 0) -> dict[str, str]:
    """A value for each parameter, one that exists where the database shows some."""
    found = {}
    for parameter in parameters(rule):
        context = f"{endpoint} {rule}"
        numeric = parameter.converter in {"int", "float"} or parameter.name.endswith("id")
        values = harvest.numbers(parameter.name, context) if numeric else harvest.texts(parameter.name, context)
        fallback = _FALLBACKS.get(parameter.converter, "1" if numeric else "x")
        found[parameter.name] = values[min(choice, len(values) - 1)] if values else fallback
    return found


def fill(rule: str, values: dict[str, str]) -> str:
    """The percent-encoded path of a rule with values."""
    path = rule
    for parameter in parameters(rule):
        safe = "/" if parameter.converter == "path" else ""
        value = values.get(parameter.name, "x")
        path = path.replace(parameter.text, value if "%" in value else quote(value, safe=safe), 1)
    return quote(path, safe="/%:@!$&'()*+,;=~-._")


def odd_paths(rule: str, values: dict[str, str]) -> Iterator[Variation]:
    """Paths that a rule should refuse, redirect or read with care."""
    for parameter in parameters(rule):
        numeric = parameter.converter in {"int", "float"}
        for kind, value in _ODD_NUMBERS if numeric else _ODD_TEXTS:
            yield Variation(kind, fill(rule, {**values, parameter.name: value}))
    path = fill(rule, values)
    if len(path) > 1:
        yield Variation("slash", path.rstrip("/") if path.endswith("/") else f"{path}/")
        yield Variation("double-slash", "/" + path)
