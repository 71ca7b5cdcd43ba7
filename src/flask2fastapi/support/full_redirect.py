"""Redirects with Flask's page, without Flask."""

from __future__ import annotations

from typing import Any

from .full_pages import redirect_page
from .full_response import FlaskResponse


def redirect(location: str, code: int = 302, **_: Any) -> FlaskResponse:
    """Redirect as ``flask.redirect`` does: with 302 unless told otherwise."""
    page = redirect_page(location, code)
    return FlaskResponse(page.body, code, {"Location": location})
