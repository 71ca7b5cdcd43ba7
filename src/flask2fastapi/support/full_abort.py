"""``abort`` in all its forms, without Flask."""

from __future__ import annotations

from datetime import date
from typing import Any, NoReturn

from starlette.exceptions import HTTPException
from starlette.responses import Response

from .full_json import http_date
from .full_pages import PAGES

# What the exceptions of Werkzeug take before, or after, a description and a response.
_BEFORE: Any = {405: ("valid_methods",), 416: ("length", "units")}
_AFTER: Any = {401: ("www_authenticate",), 429: ("retry_after",), 503: ("retry_after",)}


class Aborted(HTTPException):
    """An error of HTTP with the attributes that those of Werkzeug have."""

    def __init__(self, status: int, description: Any, **more: Any) -> None:
        super().__init__(status, description, more.get("headers"))
        self.code = status
        name, *lines = PAGES.get(status, ("",))
        self.name: str = name
        self.description = " ".join(lines) if description is None else description
        self.response = more.get("response")

    def __str__(self) -> str:
        return f"{self.code} {self.name}: {self.description}"


def abort(code: Any, *args: Any, **options: Any) -> NoReturn:
    """Raise an error of HTTP: a response, or a status with what belongs to it."""
    if isinstance(code, Response):
        raise Aborted(code.status_code, None, response=code)
    if code not in PAGES:
        raise LookupError(f"no exception for {code!r}")
    between = ("description", "response")
    names = (*_BEFORE.get(code, ()), *between, *_AFTER.get(code, ()))
    if len(args) > len(names) or options.keys() - set(names[len(args) :]):
        raise TypeError(f"abort({code}) takes {', '.join(names)}")
    given: dict[str, Any] = {**dict(zip(names, args)), **options}
    description = given.pop("description", None)
    raise Aborted(code, description, headers=dict(_headers(given)), **given)


def _headers(given: dict[str, Any]) -> Any:
    if given.get("valid_methods"):
        yield "Allow", ", ".join(given["valid_methods"])
    if given.get("length") is not None:
        yield "Content-Range", f"{given.get('units', 'bytes')} */{given['length']}"
    if given.get("www_authenticate"):
        several = given["www_authenticate"]
        several = several if isinstance(several, (list, tuple)) else [several]
        yield "WWW-Authenticate", ", ".join(map(str, several))
    after = given.get("retry_after")
    if after:
        is_date = isinstance(after, date)
        yield "Retry-After", http_date(after) if is_date else str(after)
