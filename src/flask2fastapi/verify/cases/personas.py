"""Who sends the requests: nobody in particular, or somebody who logs in first."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flask2fastapi.errors import ConfigError
from flask2fastapi.model.verification import Capture, Step
from flask2fastapi.verify.cases.hiding import Hiding
from flask2fastapi.verify.cases.payloads import FORM, JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask2fastapi.model.verification import Header

USAGE = (
    "write it as `[NAME=]METHOD PATH [form|json|basic BODY] [&& another request] [-> SOURCE [as HEADER-TEMPLATE]]`, "
    "e.g. `ann=POST /login form username=ann&password=pw` or "
    '`POST /tokens json {"name": "ann"} -> json:$.token as Authorization: Bearer {{token}}`'
)
_REQUEST = re.compile(
    r"(?P<method>[A-Za-z]+)\s+(?P<path>/\S*)(?:\s+(?P<kind>form|json|basic)(?:\s+(?P<body>.*))?)?", re.DOTALL
)
_FIXED = re.compile(r"(?P<name>[\w.@ -]+)=\s*as\s+(?P<header>[\w-]+)\s*:(?P<value>.+)")
_NAME = re.compile(r"(?P<name>[\w.@ -]+)=\s*(?=[A-Za-z]+\s+/)")
_VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)\}")


@dataclass(frozen=True, slots=True)
class Persona:
    """A name, the steps that log in, and headers that all later steps carry."""

    name: str = "anonymous"
    steps: tuple[Step, ...] = ()
    headers: tuple[Header, ...] = ()
    known: tuple[tuple[str, str], ...] = ()
    """Names of fields -> placeholders of what the login's answer gave under that name."""
    is_brief: bool = False
    """Sends only what is likely to be accepted: somebody who is known by another token of the same login."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """What the names in the steps and headers stand for: see `secret_values.Secrets`."""


def parse_login(text: str, number: int = 1, environment: Mapping[str, str] = os.environ) -> Persona:
    """Read a ``--login``; ConfigError that shows the form for anything else.

    Requests that are joined by ``&&`` come one after another (sign up, log in); what is captured comes from the last.
    ``NAME=as HEADER: VALUE`` is somebody whom a header makes known. ``basic`` is for ``name:password``, which goes
    into an Authorization header (RFC 7617). ``${NAME}`` stands for a variable of the environment. Passwords and tokens
    are in ``secrets``, and only their names in the steps.
    """
    text = _VARIABLE.sub(lambda match: _variable(match[1], number, environment), text.strip())
    fixed = _FIXED.fullmatch(text)
    named = _NAME.match(text)
    name = (fixed or named or {"name": f"login {number}"})["name"].strip()
    hiding = Hiding(name)
    if fixed:
        headers: tuple[Header, ...] = ((fixed["header"], hiding.header(fixed["header"], fixed["value"].strip())),)
        return Persona(name, headers=headers, secrets=hiding.secrets)
    login, _, capture = (text[named.end() :] if named else text).partition(" -> ")
    steps = [_step(part.strip(), number, hiding) for part in login.split(" && ")]
    source, _, template = capture.partition(" as ")
    headers = ()
    if source.strip():
        steps[-1] = replace(steps[-1], captures=(Capture("token", source.strip()),))
        header, _, value = (template or "Authorization: Bearer {{token}}").partition(":")
        headers = ((header.strip(), value.strip()),)
    return Persona(name, tuple(steps), headers, secrets=hiding.secrets)


def _variable(name: str, number: int, environment: Mapping[str, str]) -> str:
    if name not in environment:
        raise ConfigError(f"--login number {number} names ${{{name}}}: there is no such variable in the environment")
    return environment[name]


def _step(text: str, number: int, hiding: Hiding) -> Step:
    """One request of a login; what cannot be read is not repeated, as it may hold a password."""
    request = _REQUEST.fullmatch(text)
    if request is None:
        raise ConfigError(f"--login number {number} cannot be read: {USAGE}")
    path, _, query = request["path"].partition("?")
    kind, body = request["kind"] or "form", request["body"] or ""
    method = request["method"].upper()
    query = hiding.query(query)
    if kind == "basic":
        return Step(method, path, query, (("Authorization", f"Basic {hiding.basic(body.strip())}"),))
    if kind == "json":
        try:
            return Step(method, path, query, (("Content-Type", JSON),), hiding.json(body).encode())
        except ValueError as error:
            raise ConfigError(f"--login number {number}: its body is not JSON: {error}") from None
    return Step(method, path, query, (("Content-Type", FORM),), hiding.form(body).encode())
