"""Cookies as Werkzeug writes them."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from .full_json import http_date

_PLAIN = re.compile(r"[\w!#$%&'()*+\-./:<=>?@\[\]^`{|}~]*", re.ASCII)
_ESCAPED = re.compile(rb"[\x00-\x19\",;\\\x7f-\xff]")


def dump_cookie(
    key: str,
    value: str = "",
    max_age: Any = None,
    expires: Any = None,
    path: str | None = "/",
    domain: str | None = None,
    secure: bool = False,
    httponly: bool = False,
    samesite: str | None = None,
    partitioned: bool = False,
) -> str:
    """Write a ``Set-Cookie`` header (``werkzeug.http.dump_cookie``)."""
    if domain:
        host = domain.partition(":")[0].lstrip(".")
        domain = host.encode("idna").decode()
    if isinstance(max_age, timedelta):
        max_age = int(max_age.total_seconds())
    if expires is None and max_age is not None:
        expires = time.time() + max_age
    if expires is not None and not isinstance(expires, str):
        expires = http_date(expires)
    if samesite is not None and samesite.title() not in ("Strict", "Lax", "None"):
        raise ValueError("SameSite must be 'Strict', 'Lax', or 'None'.")
    if not _PLAIN.fullmatch(value):
        value = f'"{_ESCAPED.sub(_escaped, value.encode()).decode()}"'
    parts = {
        "Domain": domain,
        "Expires": expires,
        "Max-Age": max_age,
        "Secure": secure or partitioned,
        "HttpOnly": httponly,
        "Path": None if path is None else quote(path, safe="%!$&'()*+,/:=@"),
        "SameSite": samesite and samesite.title(),
        "Partitioned": partitioned,
    }
    found = [f"{key.encode().decode('latin-1')}={value}"]
    for name, given in parts.items():
        if given is True:
            found.append(name)
        elif given is not None and given is not False:
            found.append(f"{name}={given}")
    return "; ".join(found)


def _escaped(match: re.Match[bytes]) -> bytes:
    found = match.group()
    return b"\\" + found if found in b'"\\' else b"\\%03o" % ord(found)
