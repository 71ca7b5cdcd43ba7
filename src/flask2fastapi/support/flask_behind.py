"""The Flask application behind the operation that is running, and its context."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import flask
from flask import Flask
from starlette.types import Scope

from .environ import wsgi_environ

BEHIND: ContextVar[tuple[Flask, Scope]] = ContextVar("flask_app_behind_fastapi")


def flask_behind() -> Flask:
    """Give the Flask application that serves what its converted routes do not."""
    behind = BEHIND.get(None)
    if behind is not None:
        return behind[0]
    if flask.has_app_context():  # in Flask's own thread
        app: Any = flask.current_app
        return app._get_current_object()  # type: ignore[no-any-return]
    raise RuntimeError("this is no request that came through the front")


@contextmanager
def flask_context() -> Iterator[None]:
    """Be in the context that Flask would have for this request.

    Where Flask serves the request itself, or where there is none, nothing is added: what
    is written with it works in the views that moved, in those that stayed, and outside.
    """
    behind = BEHIND.get(None)
    if flask.has_request_context() or behind is None:
        yield
        return
    flask_app, scope = behind
    with flask_app.request_context(wsgi_environ(scope)):
        yield
