"""Values that are taken out of an answer and put into later requests as ``{{name}}``, on each side its own."""

from __future__ import annotations

import json
import re
import threading
import time
from typing import Any
from urllib.parse import quote

from .clock import real
from .cookies import Jar
from .seen import SEEN

PART = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\['([^']*)'\]")
MISSING = object()
LONGEST, BEAT = 1.0, 0.01
"""Seconds that a mail is waited for, and between two looks."""


def captured(source: str, answer: dict[str, Any], jar: Jar) -> str | None:
    """The value that a source finds, or None where there is nothing of the kind.

    Sources are ``json:$.a[0]``, ``header:Location``, ``cookie:x``, ``text:regex`` and ``mail:regex``.

    A regular expression after the name of a header (``header:Location /books/(.+)``) takes a part of it.
    """
    kind, _, what = source.partition(":")
    if kind == "json":
        return _of_json(what, answer["body"])
    if kind == "header":
        wanted, _, pattern = what.partition(" ")
        found = next((value for name, value in answer["headers"] if name.lower() == wanted.lower()), None)
        return found if found is None or not pattern else _part(pattern, found)
    if kind == "cookie":
        return jar.value(what)
    if kind == "mail":
        return _of_mails(what)
    return _part(what, answer["body"].decode("utf-8", "replace"))


def _part(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text)
    return match.group(1) if match and match.groups() else None


def _of_mails(pattern: str) -> str | None:
    """A part of the latest mail, or of the latest task for a queue, in which it is found; threads may be at it yet."""
    until = time.monotonic() + LONGEST
    while True:
        found = (_part(pattern, text) for text in [*SEEN.mails, *SEEN.tasks][::-1])
        value = next((each for each in found if each is not None), None)
        if value is not None or threading.active_count() == 1 or time.monotonic() > until:
            return value
        real["sleep"](BEAT)


def _of_json(path: str, body: bytes) -> str | None:
    try:
        value = json.loads(body.decode("utf-8"))
    except ValueError:
        return None
    for name, number, quoted in PART.findall(path):
        value = _inside(value, int(number) if number else name or quoted)
    if value is MISSING:
        return None
    return value if isinstance(value, str) else json.dumps(value)


def _inside(value: Any, key: Any) -> Any:
    if isinstance(value, dict):
        return value.get(str(key), MISSING)
    return value[key] if isinstance(value, list) and isinstance(key, int) and key < len(value) else MISSING


def filled(text: str, values: dict[str, str]) -> str:
    """``text`` with every ``{{name}}`` replaced that has a value; ``{{name|url}}`` is percent-encoded."""
    for name, value in values.items():
        text = text.replace("{{%s}}" % name, value).replace("{{%s|url}}" % name, quote(value, safe=""))
    return text


def filled_bytes(body: bytes, values: dict[str, str]) -> bytes:
    """The same for a body."""
    for name, value in values.items():
        for written, text in (("{{%s}}" % name, value), ("{{%s|url}}" % name, quote(value, safe=""))):
            body = body.replace(written.encode("utf-8"), text.encode("utf-8"))
    return body
