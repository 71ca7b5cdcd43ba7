"""The Flask application behind the operation that is running."""

from __future__ import annotations

from contextvars import ContextVar

from flask import Flask

BEHIND: ContextVar[Flask] = ContextVar("flask_app_behind_fastapi")


def flask_behind() -> Flask:
    """Give the Flask application that serves what its converted routes do not."""
    try:
        return BEHIND.get()
    except LookupError:
        raise RuntimeError("this is no request that came through the front") from None
