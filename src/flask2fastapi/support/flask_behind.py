"""The Flask application behind a FastAPI application."""

from __future__ import annotations

from flask import Flask
from starlette.types import Scope

from .hybrid import _FlaskDecides


def flask_behind(scope: Scope) -> Flask:
    """Give the Flask application that serves the rest of what serves this request."""
    for route in scope["app"].router.routes:
        if isinstance(route, _FlaskDecides):
            return route.flask_app
    raise RuntimeError("no Flask application is behind this FastAPI application")
