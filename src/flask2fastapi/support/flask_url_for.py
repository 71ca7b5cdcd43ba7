"""URLs by Flask's own map, which still has every rule."""

from __future__ import annotations

from typing import Any

import flask

from .flask_behind import flask_context


def url_for(endpoint: str, **values: Any) -> str:
    """Build a URL as ``flask.url_for`` does."""
    with flask_context():
        return flask.url_for(endpoint, **values)
