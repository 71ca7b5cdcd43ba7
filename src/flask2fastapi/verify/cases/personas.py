"""Who sends the requests: nobody in particular, or somebody who logs in first."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask2fastapi.errors import ConfigError
from flask2fastapi.model.verification import Capture, Step
from flask2fastapi.verify.cases.payloads import FORM, JSON

if TYPE_CHECKING:
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


def parse_login(text: str, number: int = 1) -> Persona:
    """Read a ``--login``; ConfigError that shows the form for anything else.

    Requests that are joined by ``&&`` come one after another (sign up, log in); what is captured comes from the last.
    ``NAME=as HEADER: VALUE`` is somebody whom a header makes known. ``basic`` is for ``name:password``, which goes
    into an Authorization header (RFC 7617).
    """
    fixed = _FIXED.fullmatch(text.strip())
    if fixed:
        return Persona(fixed["name"].strip(), headers=((fixed["header"], fixed["value"].strip()),))
    named = _NAME.match(text.strip())
    rest = text.strip()[named.end() :] if named else text
    login, _, capture = rest.partition(" -> ")
    steps = [_step(part.strip(), text) for part in login.split(" && ")]
    source, _, template = capture.partition(" as ")
    headers: tuple[Header, ...] = ()
    if source.strip():
        steps[-1] = replace(steps[-1], captures=(Capture("token", source.strip()),))
        header, _, value = (template or "Authorization: Bearer {{token}}").partition(":")
        headers = ((header.strip(), value.strip()),)
    return Persona(named["name"].strip() if named else f"login {number}", tuple(steps), headers)


def _step(text: str, whole: str) -> Step:
    request = _REQUEST.fullmatch(text)
    if request is None:
        raise ConfigError(f"--login {whole!r} cannot be read: {USAGE}")
    path, _, query = request["path"].partition("?")
    kind, body = request["kind"] or "form", request["body"] or ""
    method = request["method"].upper()
    if kind == "basic":
        credentials = base64.b64encode(body.strip().encode()).decode("ascii")
        return Step(method, path, query, (("Authorization", f"Basic {credentials}"),))
    return Step(method, path, query, (("Content-Type", FORM if kind == "form" else JSON),), body.encode())
