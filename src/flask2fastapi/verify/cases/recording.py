"""Exchanges that somebody has recorded, and the texts in them that may be bound: what a request takes from answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.verification import Header, Step

_TAG = re.compile(r"<(?:input|meta)\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SCRIPT = re.compile(r"""(\w*(?:csrf|token|nonce)\w*)(["']?\s*[:=]\s*["'])([^"'\s<>]{8,})["']""", re.IGNORECASE)
_PLAIN_KEY = re.compile(r"[^.\[\]']+")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One recorded request and its answer."""

    step: Step
    status: int = 0
    headers: tuple[Header, ...] = ()
    """Of the answer."""
    body: bytes = b""
    page: str = ""
    """The page (or session) to which it belongs."""


@dataclass(frozen=True, slots=True)
class Given:
    """A value that an answer gives, and where in it."""

    value: str
    key: str
    """What it is called there: ``csrf_token``, ``id``."""
    source: str
    """As in `Capture.source`."""


def given(exchange: Exchange) -> Iterator[Given]:
    """Every value of an answer that a client may send back: cookies, parts of Location, JSON, hidden fields."""
    yield from cookies_set(exchange)
    for name, value in exchange.headers:
        if name.lower() == "location":
            yield from _of_location(value)
        elif "token" in name.lower() or "csrf" in name.lower():
            yield Given(value, name, f"header:{name}")
    text = exchange.body.decode("utf-8", "replace")
    document = _document(text)
    if document is not None:
        yield from _of_json(document, "$", "")
    else:
        yield from _of_markup(text)


def cookies_set(exchange: Exchange) -> Iterator[Given]:
    """The cookies that an answer sets."""
    for name, value in exchange.headers:
        if name.lower() == "set-cookie":
            cookie, separator, content = value.partition(";")[0].partition("=")
            if separator:
                yield Given(content.strip(), cookie.strip(), f"cookie:{cookie.strip()}")


def _of_location(value: str) -> Iterator[Given]:
    """Parts of the path that stand where an id stands: the last one, and numbers."""
    path = re.sub(r"^https?://[^/]*", "", value).partition("?")[0].partition("#")[0]
    parts = path.strip("/").split("/")
    for number, part in enumerate(parts):
        if part.isdigit() or (number == len(parts) - 1 and part):
            before = "/".join(map(re.escape, parts[:number]))
            key = parts[number - 1] if number else "location"
            yield Given(unquote(part), f"{key} id", f"header:Location {before}/([^/?#]+)")


def _document(text: str) -> Any:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _of_json(value: Any, path: str, key: str) -> Iterator[Given]:
    match value:
        case dict():
            for name, inner in value.items():
                part = f".{name}" if _PLAIN_KEY.fullmatch(name) else f"['{name}']"
                yield from _of_json(inner, path + part, name) if "'" not in name else ()
        case list():
            for number, inner in enumerate(value):
                yield from _of_json(inner, f"{path}[{number}]", key)
        case bool() | None | float():
            return
        case _:
            yield Given(str(value), key, f"json:{path}")


def _of_markup(text: str) -> Iterator[Given]:
    """Hidden fields of forms, meta tags, and tokens in scripts; found again by a regular expression."""
    for tag in _TAG.finditer(text):
        attributes = {
            m[1].lower(): (m[2] if m[2] is not None else m[3], m.start(1)) for m in _ATTRIBUTE.finditer(tag[0])
        }
        name, content = attributes.get("name"), attributes.get("value") or attributes.get("content")
        if name is None or content is None or attributes.get("type", ("hidden", 0))[0].lower() != "hidden":
            continue
        own = f"""name=["']{re.escape(name[0])}["']"""
        value = """(?:value|content)=["']([^"']*)["']"""
        pattern = f"{own}[^>]*{value}" if name[1] < content[1] else f"{value}[^>]*{own}"
        yield from _found(text, pattern, content[0], name[0])
    for script in _SCRIPT.finditer(text):
        yield from _found(text, f"""{re.escape(script[1] + script[2])}([^"'\\s<>]+)""", script[3], script[1])


def _found(text: str, pattern: str, value: str, name: str) -> Iterator[Given]:
    """The value, when its pattern finds it, and it does not look different in a request than in the markup."""
    match = re.search(pattern, text)
    if match is not None and match[1] == value == unescape(value):
        yield Given(value, name, f"text:{pattern}")
