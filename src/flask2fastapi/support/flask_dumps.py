"""``flask.json``: JSON by the settings of the application."""

from __future__ import annotations

from typing import Any

import flask.json

from .flask_behind import flask_context


def json_dumps(*args: Any, **options: Any) -> Any:
    """Write JSON as ``flask.json.dumps`` does."""
    with flask_context():
        return flask.json.dumps(*args, **options)


def json_dump(*args: Any, **options: Any) -> Any:
    """Write JSON into a file as ``flask.json.dump`` does."""
    with flask_context():
        return flask.json.dump(*args, **options)


def json_loads(*args: Any, **options: Any) -> Any:
    """Read JSON as ``flask.json.loads`` does."""
    with flask_context():
        return flask.json.loads(*args, **options)


def json_load(*args: Any, **options: Any) -> Any:
    """Read JSON from a file as ``flask.json.load`` does."""
    with flask_context():
        return flask.json.load(*args, **options)
