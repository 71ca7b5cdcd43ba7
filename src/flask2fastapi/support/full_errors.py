"""What Flask's errors say of themselves, for handlers that ask."""

from __future__ import annotations

import http.client
from typing import Any

from starlette.exceptions import HTTPException

from .full_pages import PAGES


def description(error: Any) -> Any:
    """Give ``error.description`` of Flask: what it was raised with, or its page's text.

    An error that is none of HTTP has the text of status 500.
    """
    status = _status(error)
    phrase = http.client.responses.get(status, "")
    if isinstance(error, HTTPException) and error.detail != phrase:
        return error.detail
    _, *lines = PAGES.get(status, (phrase,))
    return " ".join(lines)


def error_name(error: Any) -> str:
    """Give ``error.name`` of Flask: ``Not Found``."""
    status = _status(error)
    return PAGES.get(status, (http.client.responses.get(status, ""),))[0]


def error_text(error: Any) -> str:
    """Give ``str(error)`` of Flask: ``404 Not Found: no such book``."""
    if not isinstance(error, HTTPException):
        return str(error)
    return f"{error.status_code} {error_name(error)}: {description(error)}"


def _status(error: Any) -> int:
    status: int = getattr(error, "status_code", 500)
    return status if isinstance(error, HTTPException) else 500
