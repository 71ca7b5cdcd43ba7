"""HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/) as browsers and proxies write it: recordings as cases."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlsplit

from flask2fastapi.errors import SourceError
from flask2fastapi.model.verification import Case, Origin, Step
from flask2fastapi.verify.cases.binding import bind
from flask2fastapi.verify.cases.making import case_id
from flask2fastapi.verify.cases.payloads import FORM
from flask2fastapi.verify.cases.recording import Exchange

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from flask2fastapi.model.verification import Header
    from flask2fastapi.verify.cases.binding import Bound

_TRANSPORT = {
    "host", "content-length", "connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade",
    "accept-encoding", "upgrade-insecure-requests", "priority", "dnt", "pragma", "cache-control",
    "if-none-match", "if-modified-since", "http2-settings",
}  # fmt: skip
"""What belongs to a connection or to a browser's cache; bodies are then answered plain and whole."""
_READING = {"GET", "HEAD", "OPTIONS"}
_OWN_HOST = "http://localhost"
"""How the workers are addressed: an Origin or Referer must name it, or CSRF checks refuse."""


@dataclass(frozen=True, slots=True)
class HarCases:
    """What a file gave."""

    cases: tuple[Case, ...]
    notes: tuple[str, ...] = ()
    """What was left out, and what a replay will lack."""


def har_cases(path: Path, *, hosts: Sequence[str] = (), group: str = "auto") -> HarCases:
    """Read a recording; SourceError, with the place in the file, when it is no HAR.

    ``hosts`` are those whose requests are kept (``shop.example:8080``), by default the one of the first request.
    ``group`` is ``page`` (a case for each page, after what it depends on), ``one`` (all in one case),
    or ``auto``: by page where there are pages, unless cookies were left out when the file was written.
    """
    log = _log(path)
    every = [_exchange(path, number, row) for number, row in enumerate(log["entries"])]
    kept, notes = _of_hosts([each for each in every if each is not None], hosts)
    exchanges = [exchange for _, exchange in kept]
    bound = bind(exchanges)
    titles = {page.get("id", ""): page.get("title") or "" for page in log.get("pages") or () if isinstance(page, dict)}
    pages = dict.fromkeys(exchange.page for exchange in exchanges)
    secretive = not any(name.lower() in {"cookie", "set-cookie"} for x in exchanges for name, _ in _all_headers(x))
    by_page = group == "page" or (group == "auto" and len(pages) > 1 and not secretive)
    groups = [_closure(page, exchanges, bound) for page in pages] if by_page else [list(range(len(bound)))]
    labels = [titles.get(page) or "" for page in pages] if by_page else [path.name]
    cases = [_case(label, numbers, bound) for label, numbers in zip(labels, groups, strict=True) if numbers]
    return HarCases(tuple({case.id: case for case in cases}.values()), (*notes, *_warnings(bound, exchanges)))


def _log(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from error
    except json.JSONDecodeError as error:
        raise SourceError(f"{path}:{error.lineno}: is not valid JSON: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: is not UTF-8: {error.reason} at byte {error.start}") from error
    log = document.get("log") if isinstance(document, dict) else None
    if not isinstance(log, dict) or not isinstance(log.get("entries"), list):
        raise SourceError(f"{path}: is not a HAR file: it has no log.entries")
    return log


def _exchange(path: Path, number: int, row: Any) -> tuple[str, Exchange] | None:
    """Host and exchange of an entry; None for what is no HTTP request that got an answer."""
    try:
        request, response = row["request"], row.get("response") or {}
        place = urlsplit(request["url"])
        method = request["method"].upper()
        if place.scheme not in {"http", "https"} or method == "CONNECT" or response.get("status") == 101:
            return None
        origin = f"{place.scheme}://{place.netloc}"
        headers = tuple(_headers(request.get("headers") or (), origin))
        step = Step(method, place.path or "/", place.query, headers, _sent(request, headers))
        answered = tuple((each["name"], line) for each in response.get("headers") or () for line in _lines(each))
        body = _content(response.get("content") or {})
        exchange = Exchange(step, int(response.get("status") or 0), answered, body, row.get("pageref") or "")
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise SourceError(f"{path}: log.entries[{number}] cannot be read: {what}") from error
    return place.netloc, exchange


def _headers(rows: Sequence[dict[str, Any]], origin: str) -> Iterator[Header]:
    for row in rows:
        name, value = row["name"], row["value"]
        lower = name.lower()
        if lower.startswith((":", "sec-")) or lower in _TRANSPORT:
            continue
        yield name, value.replace(origin, _OWN_HOST, 1) if lower in {"origin", "referer"} else value


def _lines(row: dict[str, Any]) -> list[str]:
    """Firefox joins several Set-Cookie headers with line ends."""
    text: str = row["value"]
    return text.split("\n") if row["name"].lower() == "set-cookie" else [text]


def _sent(request: dict[str, Any], headers: Sequence[Header]) -> bytes:
    """The body: as it was written down, else made of its parameters."""
    data = request.get("postData") or {}
    text = data.get("text")
    if text:
        return base64.b64decode(text) if data.get("encoding") == "base64" else str(text).encode()
    rows = data.get("params") or ()
    content = next((value for name, value in headers if name.lower() == "content-type"), data.get("mimeType") or "")
    if content.startswith("multipart/"):
        boundary = content.partition("boundary=")[2].strip('"')
        return "".join([*(_part(row, boundary) for row in rows), f"--{boundary}--\r\n"]).encode() if rows else b""
    # FORM values are written down decoded (HAR 1.2, params)
    assert content.startswith(FORM) or not rows, content
    return "&".join(f"{quote_plus(row['name'])}={quote_plus(row.get('value') or '')}" for row in rows).encode()


def _part(row: dict[str, Any], boundary: str) -> str:
    file = f'; filename="{row["fileName"]}"' if row.get("fileName") else ""
    kind = f"Content-Type: {row['contentType']}\r\n" if row.get("contentType") else ""
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{row["name"]}"{file}\r\n{kind}'
    return f"{head}\r\n{row.get('value') or ''}\r\n"


def _content(content: dict[str, Any]) -> bytes:
    text = content.get("text") or ""
    if content.get("encoding") != "base64":
        return str(text).encode()
    try:
        return base64.b64decode(text)
    except binascii.Error as error:
        raise ValueError(f"response.content is not base64: {error}") from error


def _all_headers(exchange: Exchange) -> tuple[Header, ...]:
    return (*exchange.step.headers, *exchange.headers)


def _of_hosts(every: list[tuple[str, Exchange]], hosts: Sequence[str]) -> tuple[list[tuple[str, Exchange]], list[str]]:
    wanted = set(hosts) or {host for host, _ in every[:1]}
    left: dict[str, int] = {}
    for host, _ in every:
        if host not in wanted:
            left[host] = left.get(host, 0) + 1
    notes = [f"left out: {count} request{'s' * (count > 1)} to {host}" for host, count in left.items()]
    return [each for each in every if each[0] in wanted], notes


def _closure(page: str, exchanges: Sequence[Exchange], bound: Sequence[Bound]) -> list[int]:
    """The requests of a page, those before it that may have written something, and what all of these use, in order."""
    own = [number for number, exchange in enumerate(exchanges) if exchange.page == page]
    waiting = own + [number for number in range(own[-1]) if exchanges[number].step.method not in _READING]
    found: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting.extend(bound[number].needs)
    return sorted(found)


def _case(label: str, numbers: Sequence[int], bound: Sequence[Bound]) -> Case:
    used = {needed for number in numbers for needed in bound[number].needs}
    steps = tuple(
        bound[number].step if number in used else replace(bound[number].step, captures=()) for number in numbers
    )
    title = label or f"{steps[-1].method} {steps[-1].path}"
    return Case(case_id("recorded", steps), Origin.HAR, title, steps, "recorded", kind="recorded")


def _warnings(bound: Sequence[Bound], exchanges: Sequence[Exchange]) -> Iterator[str]:
    names = {
        pair.strip().partition("=")[0]
        for each in bound
        for name, value in each.step.headers
        if name.lower() == "cookie"
        for pair in value.split(";")
    }
    for name in sorted(names):
        yield f"cookie {name} was set before the recording began: both sides get it as it was recorded"
    if exchanges and not any(exchange.body for exchange in exchanges):
        yield "the recording has no contents of answers: tokens and ids cannot be bound to them"
