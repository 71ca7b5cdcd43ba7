"""What emitted tests ask of an answer. This text is also a part of every emitted file: standard library only."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

# --- copied into emitted files from here on ---

PART = re.compile(r"\.([^.\[\]]+)|\[(\*)\]|\['((?:[^'\\]|\\.)*)'\]|\[\"((?:[^\"\\]|\\.)*)\"\]")
ESCAPED = re.compile(r"\\(.)")


@dataclass
class Answer:
    """What an application answered, as the tests look at it."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The values of a header, None without one."""
        found = [value.strip() for key, value in self.headers if key.lower() == name]
        return ", ".join(found) if found else None

    def words(self, name: str) -> list[str]:
        """The words of a header that is a set, in order."""
        return sorted(word.strip().lower() for word in (self.header(name) or "").split(",") if word.strip())

    def location(self) -> str | None:
        """Where a redirect leads to, without the host."""
        value = self.header("location")
        return None if value is None else urlsplit(value)._replace(scheme="", netloc="").geturl()

    def cookie(self, name: str) -> str | None:
        """The value that is set, None where the cookie is not set."""
        found = self._cookies(name)
        return found[-1][0] if found else None

    def flag(self, name: str, attribute: str) -> str | None:
        """An attribute of a cookie that is set, "" for one without a value, None where it is not there."""
        found = self._cookies(name)
        return found[-1][1].get(attribute) if found else None

    def session(self, name: str, path: str) -> list[Any]:
        """Values in a session that Flask signed."""
        payload = (self.cookie(name) or "").lstrip(".").split(".")[0]
        try:
            data = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
            return values(json.loads(zlib.decompress(data) if (self.cookie(name) or "")[:1] == "." else data), path)
        except (ValueError, zlib.error, binascii.Error):
            return []

    def data(self) -> Any:
        """The body as JSON, None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def at(self, path: str) -> list[Any]:
        """All values at a path: ``$.items[*].id``."""
        return values(self.data(), path)

    def count(self, path: str) -> int:
        """How many values there are at a path."""
        return len(self.at(path))

    def sizes(self, path: str) -> list[int]:
        """How many elements the lists at a path have."""
        return [len(value) for value in self.at(path) if isinstance(value, list)]

    def types(self, path: str) -> list[str]:
        """Which types the values at a path have."""
        return [kind_of(value) for value in self.at(path)]

    def text(self) -> str:
        """The body as text, white space as single spaces."""
        return " ".join(self.body.decode("utf-8", "replace").split())

    def shows(self, text: str) -> bool:
        """Whether a text is in the body."""
        return text in self.text()

    def digest(self) -> str:
        """SHA-256 of the body."""
        return hashlib.sha256(self.body).hexdigest()

    def _cookies(self, name: str) -> list[tuple[str, dict[str, str]]]:
        found = []
        for header, line in self.headers:
            pair, *rest = line.split(";")
            key, _, value = pair.partition("=")
            if header.lower() == "set-cookie" and key.strip() == name:
                attributes = (part.strip().partition("=") for part in rest)
                found.append((value.strip(), {key.lower(): content for key, _, content in attributes}))
        return found


def values(data: Any, path: str) -> list[Any]:
    """All values at a path."""
    found = [data]
    for name, every, *quoted in PART.findall(path):
        if every:
            found = [each for value in found if isinstance(value, list) for each in value]
        else:
            key = name or ESCAPED.sub(r"\1", "".join(quoted))
            found = [value[key] for value in found if isinstance(value, dict) and key in value]
    return found


def kind_of(value: Any) -> str:
    """The type of a JSON value."""
    names: dict[type, str] = {type(None): "null", bool: "boolean", str: "string", list: "list", dict: "object"}
    return names.get(type(value), "number")


def alike(value: Any, expected: Any) -> bool:
    """Whether two values are equal as JSON has it: 1 and 1.0 are, 1 and true are not."""
    if kind_of(value) != kind_of(expected):
        return False
    if isinstance(value, dict):
        return value.keys() == expected.keys() and all(alike(value[key], expected[key]) for key in value)
    if isinstance(value, list):
        return len(value) == len(expected) and all(map(alike, value, expected))
    return bool(value == expected)
