"""Redirects with Flask's page."""

from __future__ import annotations

from typing import Any

import werkzeug.utils

from .flask_response import FlaskResponse


def redirect(location: str, code: int = 302, *_: Any, **__: Any) -> Any:
    """Redirect as ``flask.redirect`` does: with 302 unless told otherwise."""
    return werkzeug.utils.redirect(location, code, FlaskResponse)
