"""Find the passwords and tokens in the requests of a login, and put names in their place."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from flask2fastapi.verify.secret_values import NAME, SECRET, name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_PLACEHOLDER = re.compile(r"\{\{\w+(?:\|url)?\}\}")
_NO_SECRET = re.compile(
    r"user|name|mail|login|account|^id$|_id$|phone|nick|remember|next|redirect|grant|scope|type|locale|lang|submit",
    re.IGNORECASE,
)
"""Fields of logins that are no secrets, for logins of which no field is called like one."""


class Hiding:
    """Takes the secrets out of the parts of one login, and keeps them."""

    def __init__(self, persona: str) -> None:
        self._persona = persona
        self.secrets: dict[str, str] = {}

    def header(self, name: str, value: str) -> str:
        """The value of a header that makes somebody known: all of it is secret, but for a scheme before it."""
        scheme, _, rest = value.rpartition(" ")
        if _PLACEHOLDER.search(value):
            return value
        if name.lower() not in {"authorization", "proxy-authorization"}:
            return self._named(name, value)
        return f"{scheme} {self._named(name, rest)}".strip()

    def basic(self, credentials: str) -> str:
        """``name:password`` as it goes into an Authorization header (RFC 7617)."""
        self._named("password", credentials.partition(":")[2])
        return self._named("basic", base64.b64encode(credentials.encode()).decode("ascii"))

    def form(self, body: str) -> str:
        """A form; what is no secret stays as it was written."""
        pairs = [pair.partition("=") for pair in body.split("&")]
        secret = _secret_names([unquote_plus(name) for name, _, _ in pairs])
        return "&".join(
            (
                f"{name}={self._named(unquote_plus(name), unquote_plus(value))}"
                if sign and unquote_plus(name) in secret and not _PLACEHOLDER.search(value)
                else f"{name}{sign}{value}"
            )
            for name, sign, value in pairs
        )

    def query(self, query: str) -> str:
        """A query: only what is called like a secret is one."""
        if not any(SECRET.search(unquote_plus(pair.partition("=")[0])) for pair in query.split("&")):
            return query
        return self.form(query)

    def json(self, body: str) -> str:
        """A JSON document; ValueError when it is none. Numbers stay: they are only left out of reports."""
        if not body.strip():
            return body
        document = json.loads(body)
        found = list(_keys(document))
        hidden = self._document(document, _secret_names(found), "")
        return body if hidden == document else json.dumps(hidden)

    def _document(self, value: Any, secret: Collection[str], key: str) -> Any:
        match value:
            case dict():
                return {name: self._document(each, secret, name) for name, each in value.items()}
            case list():
                return [self._document(each, secret, key) for each in value]
            case str() if key in secret and value and not _PLACEHOLDER.search(value):
                return self._named(key, value)
            case int() | float() if key in secret and not isinstance(value, bool):
                self._named(key, json.dumps(value))
        return value

    def _named(self, field: str, value: str) -> str:
        if not value:
            return value
        name = name_of(self._persona, field, taken=self.secrets, value=value)
        self.secrets[name] = value
        return name


def basic_account(value: str, secrets: Mapping[str, str]) -> str:
    """``name:password`` of an Authorization header of the scheme Basic, "" where it cannot be read."""
    told = NAME.sub(lambda match: secrets.get(match[0], ""), value.partition(" ")[2])
    try:
        return base64.b64decode(told).decode()
    except ValueError:
        return ""


def _secret_names(names: list[str]) -> set[str]:
    """Fields that are called like secrets; where none is, all that are not called like something else."""
    return {name for name in names if SECRET.search(name)} or {name for name in names if not _NO_SECRET.search(name)}


def _keys(value: Any, key: str = "") -> list[str]:
    match value:
        case dict():
            return [name for inner, each in value.items() for name in _keys(each, inner)]
        case list():
            return [name for each in value for name in _keys(each, key)]
    return [key]
