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
_CUSTOMARY = {
    "status": "200", "code": "200", "codes": "200", "status_code": "200", "year": "2026", "month": "1", "day": "2",
    "date": "2026-01-02", "lang": "en", "language": "en", "locale": "en", "email": "ann@example.org",
}  # fmt: skip
"""What parameters of such names take in most programs."""
_FALLBACKS = {"int": "1", "float": "1.5", "uuid": "00000000-0000-4000-8000-000000000000", "path": "a/b"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable part of a rule."""

    name: str
    converter: str
    text: str
    """As it stands in the rule."""
    options: str = ""
    """What stands in brackets after the converter: ``min=3``, ``de,en``."""


@dataclass(frozen=True, slots=True)
class Variation:
    """A path, and what is tried with it."""

    kind: str
    path: str


def parameters(rule: str) -> tuple[Parameter, ...]:
    """The variable parts of a rule, in order."""
    return tuple(
        Parameter(m["name"], m["converter"] or "string", m[0], m["options"] or "") for m in _PARAMETER.finditer(rule)
    )


def valid_values(rule: str, endpoint: str, harvest: Harvest, choice: int = 0) -> dict[str, str]:
    """A value for each parameter, one that exists where the database shows some."""
    found = {}
    for parameter in parameters(rule):
        context = f"{endpoint} {rule}"
        numeric = parameter.converter in {"int", "float"} or parameter.name.endswith("id")
        values = harvest.numbers(parameter.name, context) if numeric else harvest.texts(parameter.name, context)
        if parameter.name == "pk" and not numeric:  # of whatever kind the key is
            values = (*harvest.numbers("", context)[:1], *values)
        usual = _CUSTOMARY.get(parameter.name.lower(), "1" if numeric else "x")
        is_count = parameter.converter == "int" and not parameter.name.lower().endswith(("id", "pk"))
        usual = "3" if is_count and parameter.name.lower() not in _CUSTOMARY else usual  # of one, nothing can be seen
        fallback = usual if is_count else _FALLBACKS.get(parameter.converter, usual)
        values = _allowed(parameter) or values or (fallback, "1")
        found[parameter.name] = values[min(choice, len(values) - 1)]
    return found


def _allowed(parameter: Parameter) -> tuple[str, ...]:
    """Values that the options of a converter prescribe: ``any(de,en)``, ``int(min=3)``, ``string(length=2)``."""
    if parameter.converter == "any":
        return tuple(part.strip(" \"'") for part in parameter.options.split(",") if part.strip())
    given = dict(re.findall(r"(min|minlength|length)\s*=\s*(\d+)", parameter.options))
    if "min" in given:
        return (given["min"], str(int(given["min"]) + 1))
    length = given.get("length") or given.get("minlength")
    return ("x" * int(length),) if length else ()


def fill(rule: str, values: dict[str, str]) -> str:
    """The percent-encoded path of a rule with values."""
    path = rule
    for parameter in parameters(rule):
        safe = "/" if parameter.converter == "path" else ""
        value = values.get(parameter.name, "x")
        ready = "%" in value or value.startswith("{{")
        path = path.replace(parameter.text, value if ready else quote(value, safe=safe), 1)
    return quote(path, safe="/%:@!$&'()*+,;=~-._{}")


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
