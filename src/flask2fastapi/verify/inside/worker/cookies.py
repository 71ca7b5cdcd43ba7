"""The cookies of one side during one case, kept and sent back as a browser does (RFC 6265, section 5).

Two things differ, on purpose: a Secure cookie is also sent, because in-process requests stand for those of a server
behind TLS, and a Domain is not looked at, because all requests go to one host.
"""

from __future__ import annotations

import email.utils
import time
from typing import Callable

FOREVER = float("inf")


def _system_clock() -> float:
    return time.time()  # looked up in each call: a worker stops it


class Jar:
    """Cookies by name and path; ``now`` tells the seconds since 1970 by which they expire."""

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        self._cookies: dict[tuple[str, str], tuple[str, float]] = {}
        """Name and path -> value, and the instant from which it is gone."""
        self._now = now or _system_clock

    def take(self, headers: list[tuple[str, str]], request_path: str) -> None:
        """Keep what an answer sets, and forget what it deletes."""
        for name, value in headers:
            if name.lower() == "set-cookie":
                self._set(value, request_path)

    def _set(self, header: str, request_path: str) -> None:
        pair, _, rest = header.partition(";")
        name, separator, value = pair.partition("=")
        if not separator:
            return
        attributes = _attributes(rest)
        path = attributes.get("path") or ""
        if not path.startswith("/"):
            path = request_path.rpartition("/")[0] or "/"
        key = (name.strip(), path)
        self._cookies.pop(key, None)
        until = _until(attributes, self._now())
        if until > self._now():
            self._cookies[key] = value.strip(), until

    def header(self, request_path: str) -> str:
        """Value of the Cookie header for a request, "" for none; longer paths come first."""
        now = self._now()
        fitting = [
            (path, name, value)
            for (name, path), (value, until) in self._cookies.items()
            if until > now and _fits(path, request_path)
        ]
        fitting.sort(key=lambda each: -len(each[0]))
        return "; ".join("%s=%s" % (name, value) for _, name, value in fitting)

    def value(self, name: str) -> str | None:
        """Value of the cookie with this name, whatever its path."""
        return next((value for (own, _), (value, _until) in self._cookies.items() if own == name), None)


def _attributes(text: str) -> dict[str, str]:
    found = {}
    for part in text.split(";"):
        key, _, value = part.partition("=")
        found[key.strip().lower()] = value.strip()
    return found


def _until(attributes: dict[str, str], now: float) -> float:
    """The instant from which a cookie is gone; Max-Age goes before Expires."""
    age = attributes.get("max-age", "")
    if age.lstrip("-").isdigit():
        return now + int(age)
    parsed = email.utils.parsedate_tz(attributes["expires"]) if attributes.get("expires") else None
    return FOREVER if parsed is None else email.utils.mktime_tz(parsed)


def _fits(path: str, request_path: str) -> bool:
    return request_path == path or request_path.startswith(path if path.endswith("/") else path + "/")
