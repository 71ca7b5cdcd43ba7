"""The text of Flask's session cookie: tagged JSON, compressed and signed."""

from __future__ import annotations

import base64
import email.utils
import hashlib
import hmac
import json
import time
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from markupsafe import Markup

from .full_dumps import json_dumps
from .full_json import _UTC, http_date

_TAGS = (" di", " t", " b", " m", " u", " d")


def signed_session(values: dict[str, Any], secret_key: Any) -> str:
    """Write a session (``itsdangerous.URLSafeTimedSerializer``, as Flask has it)."""
    text = json_dumps(_tagged(values), separators=(",", ":")).encode()
    packed = zlib.compress(text)
    shorter = len(packed) < len(text) - 1
    payload = b"." + _base64(packed) if shorter else _base64(text)
    now = int(time.time())
    signed = payload + b"." + _base64(now.to_bytes((now.bit_length() + 7) // 8, "big"))
    return (signed + b"." + _signature(signed, secret_key)).decode()


def read_session(cookie: str, secret_keys: Iterable[Any], max_age: int) -> Any:
    """Read a session, None when none of the keys has signed it, or too long ago."""
    signed, _, signature = cookie.encode().rpartition(b".")
    payload, _, moment = signed.rpartition(b".")
    if not any(_has_signed(signed, signature, key) for key in secret_keys):
        return None
    try:
        age = int(time.time()) - int.from_bytes(_from_base64(moment), "big")
    except ValueError:
        return None
    if not 0 <= age <= max_age:
        return None
    packed = payload.startswith(b".")
    text = _from_base64(payload[1:] if packed else payload)
    return _untagged(json.loads(zlib.decompress(text) if packed else text))


def _signature(signed: bytes, secret_key: Any) -> bytes:
    key = secret_key.encode() if isinstance(secret_key, str) else secret_key
    derived = hmac.new(key, b"cookie-session", hashlib.sha1).digest()
    return _base64(hmac.new(derived, signed, hashlib.sha1).digest())


def _has_signed(signed: bytes, signature: bytes, secret_key: Any) -> bool:
    try:
        given = _from_base64(signature)
    except ValueError:
        return False
    return hmac.compare_digest(given, _from_base64(_signature(signed, secret_key)))


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _from_base64(data: bytes) -> bytes:
    return base64.urlsafe_b64decode(data + b"=" * (-len(data) % 4))


def _tagged(value: Any) -> Any:
    """What JSON has no word for, under a tag (``flask.json.tag``)."""
    if isinstance(value, dict):
        if len(value) == 1 and next(iter(value)) in _TAGS:
            ((key, held),) = value.items()
            return {" di": {f"{key}__": _tagged(held)}}
        return {key: _tagged(held) for key, held in value.items()}
    if isinstance(value, tuple):
        return {" t": [_tagged(held) for held in value]}
    if isinstance(value, list):
        return [_tagged(held) for held in value]
    if isinstance(value, bytes):
        return {" b": base64.b64encode(value).decode("ascii")}
    if callable(getattr(value, "__html__", None)):
        return {" m": str(value.__html__())}
    if isinstance(value, UUID):
        return {" u": value.hex}
    return {" d": http_date(value)} if isinstance(value, datetime) else value


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        return [_untagged(held) for held in value]
    if not isinstance(value, dict):
        return value
    found = {key: _untagged(held) for key, held in value.items()}
    if len(found) != 1 or next(iter(found)) not in _TAGS:
        return found
    ((tag, held),) = found.items()
    if tag == " di":
        ((key, inner),) = held.items()
        return {key[:-2]: inner}
    read: Any = {" t": tuple, " b": base64.b64decode, " m": Markup, " u": UUID}
    return read.get(tag, _time_of)(held)


def _time_of(text: str) -> datetime | None:
    """What ``werkzeug.http.parse_date`` makes of text."""
    try:
        found = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if found.tzinfo is None:
        return found.replace(tzinfo=_UTC)
    return found
