"""What is left of a value when the parts that are made anew each time are taken out.

Used only where Flask does not give the same value twice: then the migrated side still has to give the same *kind* of
value, and everything around it as it was.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

_JWT = re.compile(r"\beyJ[\w-]+\.(eyJ[\w-]+)\.[\w-]*")
_TIME = re.compile(r"\b(\d{4}-\d\d-\d\d)(?:([T ])(\d\d:\d\d(?::\d\d)?)(?:[.,]\d{1,9})?(Z|[+-]\d\d:?\d\d)?)?(?![\w-])")
_HTTP_DATE = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d[ -][A-Z][a-z]{2}[ -]\d{4} \d\d:\d\d:\d\d GMT")
_UUID = re.compile(r"(?i)\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b")
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,16}\b")
_HEX = re.compile(r"(?i)\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])(?:[0-9a-f]{8}){1,16}\b")
_TOKEN = re.compile(r"(?<![\w.-])(?=[\w.+/-]*\d)(?=[\w.+/-]*[A-Za-z])[\w.+/-]{16,}={0,2}(?![\w-])")
_WORDS = re.compile(r"<[a-z]+[^<>]*>|\d+(?:\.\d+)?|[^\W\d]+|\s+|.", re.DOTALL)
_OPAQUE = re.compile(r"[\w.+/=-]{16,}")
"""A token as a whole, whatever letters it happens to be made of."""
_PASSING = {"iat", "exp", "nbf", "jti"}
"""Claims of a JWT (RFC 7519, 4.1) that are new in each token."""


def canonical(value: str) -> str:
    """The value with times, identifiers and tokens replaced by what they are: ``<uuid>``, ``<hex 32>``, ``<token>``.

    The form of a time stays (date only, separator, seconds, zone), its fraction does not: Python leaves it out when it
    is zero. Of a JWT the claims stay, but for those that are new in each token.
    """
    value = _JWT.sub(_jwt, value)
    value = _UUID.sub("<uuid>", value)
    value = _TIME.sub(_time, value)
    value = _HTTP_DATE.sub("<http-date>", value)
    value = _ADDRESS.sub("<address>", value)
    value = _HEX.sub(lambda match: f"<hex {len(match.group())}>", value)
    return _TOKEN.sub("<token>", value)


def words(value: str) -> list[str]:
    """The value cut into words, numbers and single signs: what may change one by one."""
    return _WORDS.findall(value)


def allows(before: str, again: str, after: str) -> bool:
    """Whether ``after`` differs from ``before`` only in what already differs between ``before`` and ``again``.

    Arguments are canonical. Where both runs of the Flask side have as many words, the words that agree must agree on
    the other side too; where they have not, the value as a whole is not stable and says nothing.
    """
    if before == again:
        return after == before
    if all(map(_OPAQUE.fullmatch, (before, again, after))):
        return True
    left, middle, right = words(before), words(again), words(after)
    if len(left) != len(middle):
        return True
    return len(right) == len(left) and all(a != b or a == c for a, b, c in zip(left, middle, right, strict=True))


def claims(token: str) -> dict[str, Any] | None:
    """The payload of a JWT, None when it is none."""
    match = _JWT.fullmatch(token)
    if match is None:
        return None
    part = match.group(1)
    try:
        payload = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error):
        return None
    return payload if isinstance(payload, dict) else None


def _jwt(match: re.Match[str]) -> str:
    payload = claims(match.group())
    if payload is None:
        return "<token>"
    kept = {key: value for key, value in payload.items() if key not in _PASSING}
    passing = sorted(payload.keys() & _PASSING)
    return f"<jwt> {json.dumps(kept, sort_keys=True)} {' '.join(passing)}"


def _time(match: re.Match[str]) -> str:
    _, separator, clock, zone = match.groups()
    if clock is None:
        return "<date>"
    form = re.sub(r"\d", "9", f"{separator}{clock}{zone or ''}")
    return f"<time{form.replace(' ', '_')}>"
