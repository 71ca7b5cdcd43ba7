"""Who sends the requests: nobody in particular, or somebody who logs in first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.errors import ConfigError
from flask2fastapi.model.verification import Capture, Step
from flask2fastapi.verify.cases.payloads import FORM, JSON

if TYPE_CHECKING:
    from flask2fastapi.model.verification import Header

USAGE = (
    "write it as `[NAME=]METHOD PATH (form|json) BODY [-> SOURCE [as HEADER-TEMPLATE]]`, "
    "e.g. `ann=POST /login form username=ann&password=pw` or "
    '`POST /tokens json {"name": "ann"} -> json:$.token as Authorization: Bearer {{token}}`'
)


@dataclass(frozen=True, slots=True)
class Persona:
    """A name, the steps that log in, and headers that all later steps carry."""

    name: str = "anonymous"
    steps: tuple[Step, ...] = ()
    headers: tuple[Header, ...] = ()


def parse_login(text: str, number: int = 1) -> Persona:
    """Read a ``--login``; ConfigError that shows the form for anything else."""
    login, _, rest = text.partition(" -> ")
    words = login.strip().split(None, 3)
    if len(words) < 2:
        raise ConfigError(f"--login {text!r} cannot be read: {USAGE}")
    first, separator, method = words[0].rpartition("=")
    name = first if separator else f"login {number}"
    kind = words[2] if len(words) > 2 else "form"
    body = words[3] if len(words) > 3 else ""
    if kind not in {"form", "json"} or not words[1].startswith("/"):
        raise ConfigError(f"--login {text!r} cannot be read: {USAGE}")
    content = FORM if kind == "form" else JSON
    source, _, template = rest.partition(" as ")
    captures = (Capture("token", source.strip()),) if source.strip() else ()
    path, _, query = words[1].partition("?")
    step = Step(method.upper(), path, query, (("Content-Type", content),), body.encode(), captures)
    headers: tuple[Header, ...] = ()
    if captures:
        header, _, value = (template or "Authorization: Bearer {{token}}").partition(":")
        headers = ((header.strip(), value.strip()),)
    return Persona(name, (step,), headers)
