"""What is equivalent though it is not the same: named rules, each of which can say no.

A rule sees one change and the exchange that it comes from. Rules never look at what a user prefers (that is policy) and
never at a second run (that is noise): they say what no client can tell apart, or what no server promises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from flask2fastapi.verify.compare import locations
from flask2fastapi.verify.compare.bodies import header
from flask2fastapi.verify.compare.canonical import canonical
from flask2fastapi.verify.compare.change import Change, Exchange, Kind
from flask2fastapi.verify.compare.headers import LISTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask2fastapi.model.verification import Answer

_OF_THE_SERVER = frozenset({"date", "server", "connection", "keep-alive", "transfer-encoding"})
_FILE_TAG = re.compile(r'"[\d.]+-(\d+)-\d+"')
"""Werkzeug's ETag of a file: time, size, and a checksum of the file's absolute path."""
_TICK = timedelta(seconds=2)
_UTF8 = {"utf-8", "utf8"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A built-in equivalence; ``says`` is what reports print of it."""

    name: str
    says: str
    holds: Callable[[Change, Exchange], bool]


def equivalent(change: Change, exchange: Exchange | None) -> str:
    """Name of the first rule by which the change is none, "" when there is none; no exchange for what was written."""
    if exchange is None:
        return "clock-tick" if _clock_tick(change, None) else ""
    return next((rule.name for rule in RULES if rule.holds(change, exchange)), "")


def _form(name: str) -> Callable[[Change, Exchange], bool]:
    """A rule that the room which compares has already proved: it gives the change this form."""
    return lambda change, _: change.kind is Kind.FORM and change.form == name


def _server_headers(change: Change, _: Exchange) -> bool:
    return change.where.removeprefix("header:") in _OF_THE_SERVER and change.where.startswith("header:")


def _list_order(change: Change, _: Exchange) -> bool:
    if change.kind is not Kind.VALUE or change.where.removeprefix("header:") not in LISTS:
        return False
    left, right = ({word.strip().lower() for word in text.split(",")} for text in (change.before, change.after))
    return left == right


def _header_lines(change: Change, _: Exchange) -> bool:
    """``X: 1`` and ``X: 2`` are ``X: 1, 2`` (RFC 9110, 5.3)."""
    return change.where.startswith("header:") and change.kind is Kind.VALUE and change.before == change.after


def _media_type(change: Change, exchange: Exchange) -> bool:
    """Case and spaces in a content type; a charset that says what is so without it."""
    if change.where != "header:content-type" or change.kind is not Kind.VALUE:
        return False
    left, right = _content_type(change.before), _content_type(change.after)
    if left == right:
        return True
    (old, before), (new, after) = left, right
    charsets = before.pop("charset", ""), after.pop("charset", "")
    if old != new or before != after:
        return False
    if charsets[0] in _UTF8 and charsets[1] in _UTF8:
        return True
    if "" not in charsets or not {*charsets} <= {*_UTF8, ""}:
        return False
    json = old == "application/json" or old.endswith("+json")  # always UTF-8 (RFC 8259, 8.1)
    return json or (exchange.before.body.isascii() and exchange.after.body.isascii())


def _content_type(value: str) -> tuple[str, dict[str, str]]:
    media, *parameters = value.split(";")
    pairs = (parameter.partition("=") for parameter in parameters)
    return media.strip().lower(), {key.strip().lower(): text.strip().strip('"').lower() for key, _, text in pairs}


def _no_content(change: Change, exchange: Exchange) -> bool:
    """The content type of nothing: a 204 or 304 has no content (RFC 9110, 15.3.5 and 15.4.5)."""
    statuses = {exchange.before.status, exchange.after.status}
    return change.where == "header:content-type" and len(statuses) == 1 and statuses <= {204, 304}


def _redirect_body(change: Change, exchange: Exchange) -> bool:
    """Body and content type of a redirect that leads to the same place; clients follow it without a look."""
    if not (change.where.startswith("body:") or change.where == "header:content-type"):
        return False
    return all(_redirects(answer) for answer in (exchange.before, exchange.after)) and _same_place(exchange)


def _redirects(answer: Answer) -> bool:
    return answer.status in {301, 302, 303, 307, 308} and header(answer, "location") != ""


def _same_place(exchange: Exchange) -> bool:
    left, right = (
        locations.resolved(header(answer, "location"), exchange.step, answer)
        for answer in (exchange.before, exchange.after)
    )
    return left == right or locations.decoded(left) == locations.decoded(right)


def _location_form(change: Change, exchange: Exchange) -> bool:
    if change.where != "header:location" or change.kind is not Kind.VALUE:
        return False
    return _same_place(exchange)


def _content_length(change: Change, exchange: Exchange) -> bool:
    """A length that is true, or that one side leaves out; of HEAD, whose GET is compared by itself, any.

    Of a body of which we have only the beginning, nothing can be said but that both should agree.
    """
    if change.where != "header:content-length" or (exchange.before.cut or exchange.after.cut):
        return False
    return all(
        exchange.is_head or answer.status == 304 or header(answer, "content-length") in {"", str(len(answer.body))}
        for answer in (exchange.before, exchange.after)
    )


def _head_body(change: Change, exchange: Exchange) -> bool:
    return exchange.is_head and change.where.startswith("body:")


def _entity_tag(change: Change, exchange: Exchange) -> bool:
    """Two tags of one body: no client reads them, each server has its own way to make them (RFC 9110, 8.8.3)."""
    if change.where != "header:etag" or change.kind is not Kind.VALUE:
        return False
    weak = change.before.startswith("W/"), change.after.startswith("W/")
    return weak[0] == weak[1] and _same_content(exchange, change.before, change.after)


def _file_time(change: Change, exchange: Exchange) -> bool:
    """The time of a file, which differs between two copies of one folder: only beside tags of the same file."""
    if change.where != "header:last-modified" or change.kind is not Kind.VALUE:
        return False
    tags = header(exchange.before, "etag"), header(exchange.after, "etag")
    dates = all(_is_date(text) for text in (change.before, change.after))
    return dates and all(tags) and _same_content(exchange, *tags)


def _same_content(exchange: Exchange, *tags: str) -> bool:
    """Whether both answers have one body, or, without a body to see, tags of files of one size."""
    if exchange.is_head or exchange.before.status == 304:
        sizes = [match.group(1) for tag in tags if (match := _FILE_TAG.fullmatch(tag))]
        return len(sizes) == len(tags) and len({*sizes}) == 1
    return exchange.before.body == exchange.after.body


def _is_date(text: str) -> bool:
    try:
        parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return False
    return True


def _cookie_deletion(change: Change, exchange: Exchange) -> bool:
    """One side deletes a cookie that the request did not bring."""
    if change.form != "cookie-deletion" or change.kind not in {Kind.MISSING, Kind.EXTRA}:
        return False
    return exchange.sent is not None and change.where.removeprefix("cookie:") not in exchange.sent


def _clock_tick(change: Change, _: Exchange | None) -> bool:
    """Two times that are as far apart as two runs are: the application's clock stands still, a database's does not."""
    if change.kind is not Kind.VALUE or not change.where.startswith(("table:", "body:")):
        return False
    if canonical(change.before) != canonical(change.after) or not canonical(change.before).startswith("<time"):
        return False
    try:
        left, right = (datetime.fromisoformat(text) for text in (change.before, change.after))
    except ValueError:
        return False
    return abs(left - right) <= _TICK


RULES: tuple[Rule, ...] = (
    Rule("error-is-500", "an exception that a server answers with 500", _form("error-is-500")),
    Rule("json-white-space", "JSON with other white space or escapes", _form("json-white-space")),
    Rule("json-key-order", "JSON objects with the same keys in another order", _form("json-key-order")),
    Rule("json-number-form", "equal JSON numbers, written otherwise (1 and 1.0)", _form("json-number-form")),
    Rule("html-white-space", "HTML with other white space that no browser shows", _form("html-white-space")),
    Rule("compressed-form", "the same content, compressed otherwise", _form("compressed-form")),
    Rule("head-body", "the body of an answer to HEAD, which servers do not send", _head_body),
    Rule("header-order", "the same headers in another order", _form("header-order")),
    Rule("header-lines", "one header in several lines", _header_lines),
    Rule("server-headers", "Date, Server and what belongs to the connection", _server_headers),
    Rule("list-order", "Allow, Vary and other sets in another order", _list_order),
    Rule("media-type", "a content type with a charset that goes without saying", _media_type),
    Rule("no-content", "the content type of an answer that has no content", _no_content),
    Rule("redirect-body", "what stands in a redirect to the same place", _redirect_body),
    Rule("location-form", "absolute and relative forms of one Location", _location_form),
    Rule("content-length", "a Content-Length that is true to its body, or left out", _content_length),
    Rule("entity-tag", "another ETag of the same body", _entity_tag),
    Rule("file-time", "Last-Modified of another copy of the same file", _file_time),
    Rule("re-signed-cookie", "a session with the same content, signed anew", _form("re-signed-cookie")),
    Rule("cookie-attribute-form", "one cookie attribute, written otherwise", _form("cookie-attribute-form")),
    Rule("cookie-deletion-form", "two ways to delete one cookie", _form("cookie-deletion-form")),
    Rule("cookie-order", "the same cookies in another order", _form("cookie-order")),
    Rule("clock-tick", "times that are at most two seconds apart, as two runs are", _clock_tick),
    Rule("absent-cookie", "the deletion of a cookie that the request did not bring", _cookie_deletion),
)
"""In the order in which they are asked."""
