"""Redirects with Flask's page."""

from __future__ import annotations

from typing import Any

import flask

from .flask_behind import flask_context
from .flask_response import FlaskResponse


def redirect(*args: Any, **options: Any) -> Any:
    """Redirect as ``flask.redirect`` does: with 302 unless told otherwise."""
    with flask_context():
        return FlaskResponse.force_type(flask.redirect(*args, **options))
