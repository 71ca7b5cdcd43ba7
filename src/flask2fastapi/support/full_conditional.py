"""Conditions and ranges of requests, as Werkzeug reads them."""

from __future__ import annotations

import re
from datetime import timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from starlette.datastructures import Headers

_TAG = re.compile(r'([Ww]/)?(?:"(.*?)"|(.*?))(?:\s*,\s*|$)')

_RANGE = re.compile(r"\s*bytes\s*=[ \t]*(\d*)[ \t]*-[ \t]*(\d*)[ \t]*", re.IGNORECASE)


class Tags:
    """The entity tags of ``If-Match`` or ``If-None-Match``."""

    def __init__(self, header: str | None) -> None:
        self.star = (header or "").strip() == "*"
        self.strong: set[str] = set()
        self.weak: set[str] = set()
        for weak, quoted, raw in () if self.star else _TAG.findall(header or ""):
            if quoted or raw:
                (self.weak if weak else self.strong).add(quoted or raw)

    def __bool__(self) -> bool:
        return self.star or bool(self.strong or self.weak)


def is_unmodified(headers: Headers, etag: Any, changed: Any, *, ranged: bool) -> bool:
    """Whether a client has what it asks for (``werkzeug.http.is_resource_modified``).

    With ``ranged``, ``If-Range`` decides where it is there.
    """
    if_range = headers.get("if-range") if ranged and "range" in headers else None
    date = _date(if_range)
    since = date or _date(headers.get("if-modified-since"))
    unmodified = bool(since and changed and changed <= since)
    if not etag:
        return unmodified
    if if_range is not None and date is None:
        tag = if_range.strip()
        tag = tag[2:] if tag.upper().startswith("W/") else tag
        return bool(tag.strip('"') == etag)
    none_match = Tags(headers.get("if-none-match"))
    match = Tags(headers.get("if-match"))
    if none_match:
        known = none_match.strong | none_match.weak
        unmodified = none_match.star or etag in known
    if match:
        unmodified = etag not in match.strong
    return unmodified


def read_range(header: str, size: int) -> tuple[int, int] | None:
    """The first byte of a range and the one behind its last; None for no single one."""
    match = _RANGE.fullmatch(header)
    if match is None or match[1] == match[2] == "":
        return None
    start, end = match[1], match[2]
    if not start:
        first, stop = size - int(end), size
        return (first, stop) if int(end) and first >= 0 else None
    first, stop = int(start), int(end) + 1 if end else size
    return (first, min(stop, size)) if first < stop and first < size else None


def _date(text: str | None) -> Any:
    try:
        found = parsedate_to_datetime(text or "")
    except (TypeError, ValueError):
        return None
    if found.tzinfo is None:
        return found.replace(tzinfo=timezone(timedelta()))
    return found
