"""Whether two answers are the same, but for what is never the same: dates, the server's name, signatures."""

from __future__ import annotations

import base64
import json
import re
import zlib
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.verify.client import Answer

_OF_THE_SERVER = {"date", "server", "connection", "keep-alive", "transfer-encoding", "content-length", "set-cookie"}
"""Headers that servers add, or that are compared in another way."""
_SETS = {"allow", "vary"}
"""Headers whose values are sets; Flask writes them in the order of a hash table."""
_FILE_TAG = re.compile(r'("[\d.]+-\d+)-\d+"')
"""Werkzeug's ETag of a file: time, size, and a checksum of the file's absolute path."""
_EPOCH = "Thu, 01 Jan 1970"
_SHOWN = 60


def differences(expected: Answer, came: Answer) -> tuple[str, ...]:
    """What is different, one line for each thing; nothing when the answers are equal.

    Of signed session cookies (as itsdangerous makes them) the payload is compared, of JSON the data. Content-Length
    counts where both sides sent one, for a server may send chunks instead, and not for JSON.
    """
    found = []
    if expected.status != came.status:
        found.append(f"status {expected.status} became {came.status}")
    found += _different(_headers(expected), _headers(came), "header ")
    lengths = expected.header("Content-Length"), came.header("Content-Length")
    if None not in lengths and lengths[0] != lengths[1] and not (_is_json(expected) and _is_json(came)):
        found.append(f"header content-length: {lengths[0]} became {lengths[1]}")
    found += _different(_cookies(expected), _cookies(came), "cookie ")
    if not same_body(expected, came):
        found.append(f"body {_short(expected.body)} became {_short(came.body)}")
    return tuple(found)


def same_body(expected: Answer, came: Answer) -> bool:
    """Whether two bodies say the same: equal bytes, or, where both are JSON, equal data with equal types.

    Flask's JSON sorts its keys, escapes what is not ASCII and ends with a newline; Starlette's does not. That is all
    that may differ: ``1``, ``1.0`` and ``true`` stay different.
    """
    if expected.body == came.body:
        return True
    if not (_is_json(expected) and _is_json(came)):
        return False
    try:
        first, second = (json.dumps(json.loads(answer.body), sort_keys=True) for answer in (expected, came))
    except ValueError:
        return False
    return first == second


def _is_json(answer: Answer) -> bool:
    kind = (answer.header("Content-Type") or "").partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def _different(expected: dict[str, list[str]], came: dict[str, list[str]], what: str) -> Iterable[str]:
    for name in sorted({*expected, *came}):
        before, after = expected.get(name), came.get(name)
        if before != after:
            yield f"{what}{name}: {_joined(before)} became {_joined(after)}"


def _joined(values: list[str] | None) -> str:
    return "nothing" if values is None else " | ".join(values)


def _headers(answer: Answer) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in answer.headers:
        key = name.lower()
        if key in _SETS:
            value = ", ".join(sorted(part.strip() for part in value.split(",")))
        elif key == "etag":
            value = _FILE_TAG.sub(r'\1"', value)
        if key not in _OF_THE_SERVER:
            found.setdefault(key, []).append(value)
    return found


def _cookies(answer: Answer) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for header, value in answer.headers:
        if header.lower() != "set-cookie":
            continue
        name, _, rest = value.partition("=")
        content, *attributes = rest.split("; ")
        kept = [_attribute(each) for each in attributes]
        found.setdefault(name, []).append("; ".join([_content(value, name, content), *sorted(kept)]))
    return found


def _attribute(attribute: str) -> str:
    """An attribute of a cookie; a day of expiry in the future depends on the second in which it was set."""
    key, _, value = attribute.partition("=")
    return key.lower() if key.lower() == "expires" and not value.startswith(_EPOCH) else f"{key.lower()}={value}"


def _content(header: str, name: str, content: str) -> str:
    try:
        parsed = SimpleCookie(header)
        value = parsed[name].value if name in parsed else content
    except CookieError:
        value = content
    payload = signed_payload(value)
    return value if payload is None else payload


def signed_payload(value: str) -> str | None:
    """The JSON inside a cookie that Flask signed (``[.]payload.timestamp.signature``), None when it is no such thing.

    The format is itsdangerous' URLSafeTimedSerializer: base64 without padding, deflated where a dot comes first.
    """
    deflated = value.startswith(".")
    parts = value.lstrip(".").split(".")
    if len(parts) != 3:
        return None
    try:
        data = base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4))
        return json.dumps(json.loads(zlib.decompress(data) if deflated else data), sort_keys=True)
    except (ValueError, zlib.error):
        return None


def _short(body: bytes) -> str:
    return repr(body[:_SHOWN].decode(errors="replace"))
