"""Werkzeug's rules as FastAPI's paths, for applications whose rules Flask's own map still matches."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask2fastapi.index.rules import Variable, variables

_TEXT = ("default", "string", "any")
_CONVERTERS = {**dict.fromkeys(_TEXT, ""), "int": ":int", "float": ":float", "path": ":path", "uuid": ":uuid"}
TYPES = {**dict.fromkeys((*_TEXT, "path"), "str"), "int": "int", "float": "float", "uuid": "$UUID"}
"""Annotation of what a converter gives."""
_ARGUMENTS = {
    "string": re.compile(r"(\s*(minlength|maxlength|length)\s*=\s*\d+\s*,?)*"),
    "int": re.compile(r"(\s*(min|max|fixed_digits)\s*=\s*\d+\s*,?)*"),
    "any": re.compile(r"[\w\s,'\"-]*"),
}
"""Arguments that only narrow what a rule matches; Flask's map goes on seeing to that."""


@dataclass(frozen=True, slots=True)
class Path:
    """A FastAPI path, split where the router's own part begins."""

    prefix: str
    path: str
    variables: tuple[Variable, ...]


def fastapi_path(rule: str, own: str) -> Path | None:
    """The path of a full ``rule`` that ends with the ``own`` rule of a decorator; None when it has no equal."""
    path = f"/{own.lstrip('/')}" if own else ""
    found = variables(rule)
    if found is None or not rule.endswith(path) or "//" in rule or not all(map(_is_known, found)):
        return None
    prefix = _converted(rule[: len(rule) - len(path)])
    converted = _converted(path)
    if prefix is None or converted is None or (prefix and not prefix.startswith("/")) or not (prefix or converted):
        return None
    return Path(prefix, converted, found)


def _is_known(variable: Variable) -> bool:
    if variable.converter not in _CONVERTERS:
        return False
    if variable.arguments is None:
        return True
    allowed = _ARGUMENTS.get(variable.converter)
    return allowed is not None and allowed.fullmatch(variable.arguments) is not None


def _converted(text: str) -> str | None:
    """A part of a rule; None when its static text would mean something to FastAPI."""
    out, end = "", 0
    for variable in variables(text) or ():
        out += text[end : variable.start] + "\0" + f"{variable.name}{_CONVERTERS[variable.converter]}" + "\1"
        end = variable.end
    out += text[end:]
    if "{" in out or "}" in out:
        return None
    return out.replace("\0", "{").replace("\1", "}")
