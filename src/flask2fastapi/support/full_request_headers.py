"""Cookies and credentials of a request, read as Werkzeug reads them."""

# ruff: noqa: D102 - the names are Werkzeug's
from __future__ import annotations

import base64
import re

from .full_values import ImmutableMultiDict

_VALUE = r'"(?:[^\\"]|\\.)*"|[^ \t";]*'
_NAME = r'[ \t]*([^ \t=";]+)'
_COOKIE = re.compile(rf"{_NAME}(?:[ \t]*=[ \t]*({_VALUE}))?[ \t]*(?:;|\Z)")


class UserAgent:
    """The ``User-Agent`` header."""

    def __init__(self, string: str) -> None:
        self.string = string

    def __str__(self) -> str:
        return self.string

    def __bool__(self) -> bool:
        return bool(self.string)


class Authorization:
    """Credentials, as ``werkzeug.datastructures.Authorization`` has them."""

    def __init__(
        self,
        kind: str,
        parameters: dict[str, str],
        token: str | None,
    ) -> None:
        self.type = kind
        self.parameters = parameters
        self.token = token

    def __getattr__(self, name: str) -> str | None:
        return self.parameters.get(name)

    def __getitem__(self, name: str) -> str | None:
        return self.parameters.get(name)

    def get(self, key: str, default: str | None = None) -> str | None:
        return self.parameters.get(key, default)

    def __contains__(self, key: str) -> bool:
        return key in self.parameters


def authorization_of(header: str) -> Authorization | None:
    """Read an ``Authorization`` header; credentials that are malformed are none."""
    kind, _, rest = header.partition(" ")
    kind, rest = kind.lower(), rest.strip(" \t")
    if not header:
        return None
    if kind == "basic":
        try:
            text = base64.b64decode(rest, validate=True).decode()
        except ValueError:
            return None
        user, _, password = text.partition(":")
        return Authorization(kind, {"username": user, "password": password}, None)
    if "=" not in rest.rstrip("="):
        return Authorization(kind, {}, rest)
    pairs = re.findall(r'([^\s=,]+)=("(?:[^"\\]|\\.)*"|[^\s,]*)', rest)
    given = {key: re.sub(r"\\(.)", r"\1", text.strip('"')) for key, text in pairs}
    return Authorization(kind, given, None)


def cookies_of(header: str) -> ImmutableMultiDict:
    """Read a ``Cookie`` header; what is none is passed over up to the next one."""
    text = header.encode("latin-1").decode(errors="replace")
    pairs = []
    at = 0
    while at < len(text):
        found = _COOKIE.match(text, at)
        if found is not None:
            pairs.append((found[1], _cookie_value(found[2] or "")))
        at = found.end() if found else (text.find(";", at) + 1 or len(text))
    return ImmutableMultiDict(pairs)


def _cookie_value(text: str) -> str:
    if not text.startswith('"'):
        return text

    def plain(found: re.Match[bytes]) -> bytes:
        escaped = found[1]
        return escaped if len(escaped) == 1 else bytes([int(escaped, 8)])

    inner = text[1:-1].encode()
    return re.sub(rb"\\([0-3][0-7]{2}|.)", plain, inner).decode(errors="replace")
