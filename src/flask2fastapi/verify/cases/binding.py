"""Bind recorded requests to the answers before them: a value that an answer gave becomes ``{{name}}``.

A recording holds one side's tokens and ids. Replayed on another side, each request needs that side's own: what the
answer before it gave there. Cookies need no name: the worker keeps a jar, so a recorded Cookie header only tells from
which answer a request depends.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, unquote_plus

from flask2fastapi.model.verification import Capture
from flask2fastapi.verify.cases.payloads import FORM
from flask2fastapi.verify.cases.recording import cookies_set, given

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.verification import Header, Step
    from flask2fastapi.verify.cases.recording import Exchange, Given

_WRITING = {"POST", "PUT", "PATCH"}
_ID = re.compile(r"(?:^|[^a-z])(?:id|pk|uid|number|no)$|[a-z]I[dD]$", re.IGNORECASE)
_OPAQUE = 8
_LONG = 20


@dataclass(frozen=True, slots=True)
class Bound:
    """A recorded request with its values bound."""

    step: Step
    needs: frozenset[int] = frozenset()
    """Numbers of the exchanges whose answers it uses, cookies included."""


@dataclass(slots=True)
class _Known:
    """A value that an answer gave."""

    number: int
    given: Given
    name: str = ""
    """Set as soon as a request uses it."""


@dataclass(slots=True)
class _Values:
    """What is known at a point of the recording."""

    known: dict[str, _Known] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    """What the client sent of its own accord: an echo of that is nothing to bind."""
    jar: dict[str, tuple[str, int]] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    captures: dict[int, dict[str, str]] = field(default_factory=dict)
    needs: set[int] = field(default_factory=set)

    def take(self, number: int, exchange: Exchange) -> None:
        for each in cookies_set(exchange):
            self.jar[each.key] = (each.value, number)
        for each in given(exchange):
            if each.value not in self.own and _may_bind(each, exchange.step.method):
                self.known[each.value] = _Known(number, each)

    def name(self, value: str, key: str | None = None) -> str | None:
        """The placeholder for a value, None when no answer gave it; ``key`` is what the request calls it."""
        known = self.known.get(value)
        if known is None or (len(value) < _OPAQUE and key is not None and not _ID.search(key)):
            self.own.add(value)
            return None
        if not known.name:
            base = re.sub(r"\W+", "_", known.given.key).strip("_").lower() or "value"
            self.names[base] = self.names.get(base, 0) + 1
            known.name = base if self.names[base] == 1 else f"{base}_{self.names[base]}"
            self.captures.setdefault(known.number, {})[known.name] = known.given.source
        self.needs.add(known.number)
        return known.name


def bind(exchanges: Sequence[Exchange]) -> list[Bound]:
    """The requests in their order, with captures in the steps whose answers are used."""
    values = _Values()
    bound: list[Bound] = []
    for number, exchange in enumerate(exchanges):
        values.needs = set()
        step = _bound_step(exchange.step, values)
        bound.append(Bound(step, frozenset(values.needs)))
        values.take(number, exchange)
    return [
        replace(each, step=replace(each.step, captures=_captures(values.captures.get(number, {}))))
        for number, each in enumerate(bound)
    ]


def _captures(found: dict[str, str]) -> tuple[Capture, ...]:
    return tuple(Capture(name, source) for name, source in found.items())


def _may_bind(each: Given, method: str) -> bool:
    """Opaque texts, and ids that a writing request was given; words and numbers come again by chance."""
    if each.value.isdigit() and len(each.value) < _OPAQUE:
        return method in _WRITING and bool(_ID.search(each.key))
    if len(each.value) < _OPAQUE or re.search(r"[\s<>]", each.value) or "://" in each.value:
        return False
    return len(each.value) >= _LONG or any(c.isdigit() for c in each.value) or each.source.startswith("cookie:")


def _bound_step(step: Step, values: _Values) -> Step:
    path = "/".join(_whole(unquote(part), part, values, "|url") for part in step.path.split("/"))
    headers = tuple(_headers(step.headers, values))
    content = next((value.lower() for name, value in headers if name.lower() == "content-type"), "")
    return replace(
        step, path=path, query=_pairs(step.query, values), headers=headers, body=_body(step, content, values)
    )


def _whole(value: str, written: str, values: _Values, filter_: str = "", key: str | None = None) -> str:
    """The placeholder for a value that stands alone, or what was written."""
    name = values.name(value, key) if value else None
    if name is None:
        return written
    return f"{{{{{name}{filter_ if quote(value, safe='') != value else ''}}}}}"


def _pairs(text: str, values: _Values) -> str:
    if not text:
        return text
    parts = []
    for pair in text.split("&"):
        key, separator, written = pair.partition("=")
        parts.append(key + separator + _whole(unquote_plus(written), written, values, "|url", unquote_plus(key)))
    return "&".join(parts)


def _headers(headers: Sequence[Header], values: _Values) -> Iterator[Header]:
    for name, value in headers:
        if name.lower() == "cookie":
            rest = _cookies_of_old(value, values)
            if rest:
                yield name, rest
        else:
            scheme, separator, credentials = value.rpartition(" ")
            yield name, scheme + separator + _whole(credentials, credentials, values)


def _cookies_of_old(value: str, values: _Values) -> str:
    """The cookies of a request that no recorded answer has set; the jar sends the others."""
    rest = []
    for pair in filter(None, (part.strip() for part in value.split(";"))):
        name, _, content = pair.partition("=")
        known = values.jar.get(name)
        if known is None:
            rest.append(pair)
        else:
            values.needs.add(known[1])
            values.own.discard(content)
    return "; ".join(rest)


def _body(step: Step, content: str, values: _Values) -> bytes:
    try:
        text = step.body.decode("utf-8")
    except UnicodeDecodeError:
        return step.body
    if content.startswith(FORM):
        return _pairs(text, values).encode()
    if "json" in content:
        return _json(text, values).encode()
    if content.startswith("multipart/"):
        parts = re.split(r"(\r\n\r\n|\r\n--)", text)
        return "".join(_whole(part, part, values) for part in parts).encode()
    return step.body


def _json(text: str, values: _Values) -> str:
    """A JSON text with its strings and ids bound where they stand, everything else byte for byte."""

    def string(match: re.Match[str]) -> str:
        value = json.loads(match["text"])
        return f'{match["key"]}"{_whole(value, match["text"][1:-1], values, key=_key(match))}"'

    def number(match: re.Match[str]) -> str:
        return match["key"] + _whole(match["number"], match["number"], values, key=_key(match))

    strings = r'(?P<key>"(?:[^"\\]|\\.)*"\s*:\s*|[\[,]\s*)(?P<text>"(?:[^"\\]|\\.)*")(?!\s*:)'
    numbers = r'(?P<key>"(?:[^"\\]|\\.)*"\s*:\s*)(?P<number>\d+)(?=\s*[,}])'
    return re.sub(numbers, number, re.sub(strings, string, text))


def _key(match: re.Match[str]) -> str | None:
    return match["key"].partition('"')[2].rpartition('"')[0] or None
