"""What a cookie carries: Flask's signed session, and the tagged JSON in it."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from dataclasses import dataclass
from typing import Any

_PART = re.compile(r"[\w-]*")
_MOST = 1 << 20
"""Bytes to which a session is inflated at most: browsers keep 4 KB of it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A value that itsdangerous signed."""

    payload: Any
    """As JSON has it; what TaggedJSONSerializer marks is ``<uuid …>``, ``<bytes …>``, ``<time …>``, ``<tuple>``…"""
    content: str
    """What was signed, without time and signature."""
    stamp: str
    signature: str


def read(value: str) -> Signed | None:
    """The content of a cookie as Flask's SecureCookieSessionInterface signs it, None when it is no such thing.

    The format is itsdangerous' URLSafeTimedSerializer, ``payload.timestamp.signature`` in URL-safe base64 without
    padding, deflated where a dot comes first; the payload is flask.json.tag's.
    """
    deflated = value.startswith(".")
    parts = value.removeprefix(".").split(".")
    if len(parts) != 3 or not all(parts) or not all(map(_PART.fullmatch, parts)):
        return None
    try:
        data = base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4))
        payload = json.loads(_inflated(data) if deflated else data)
    except (ValueError, RecursionError, zlib.error, binascii.Error):
        return None
    if isinstance(payload, dict) and "alg" in payload:
        return None  # the first part of a JWT
    return Signed(untagged(payload), ("." if deflated else "") + parts[0], parts[1], parts[2])


def untagged(value: Any) -> Any:
    """A value of flask.json.tag's TaggedJSONSerializer without its tags, still as plain JSON that can be compared."""
    if isinstance(value, list):
        return [untagged(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (key, content), *_ = value.items()
        if key in _TAGS:
            return _tagged(key, content)
    return {key: untagged(content) for key, content in value.items()}


_TAGS = {" t": "tuple", " b": "bytes", " m": "markup", " u": "uuid", " d": "time", " di": "dict"}


def _tagged(key: str, content: Any) -> Any:
    if key == " di":  # a dict whose only key looks like a tag: two underscores stand after it
        return (
            {name.removesuffix("__"): untagged(each) for name, each in content.items()}
            if _is_dict(content)
            else content
        )
    if key == " t":
        return {"<tuple>": untagged(content)}
    return f"<{_TAGS[key]} {content}>"


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict)


def _inflated(data: bytes) -> bytes:
    engine = zlib.decompressobj()
    found = engine.decompress(data, _MOST)
    if engine.unconsumed_tail:
        raise ValueError("longer than a cookie can mean to be")
    return found
