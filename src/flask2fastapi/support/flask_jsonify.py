"""Flask's ``jsonify`` for whatever arguments it is given."""

from __future__ import annotations

from typing import Any

import flask

from .flask_behind import flask_context
from .flask_response import FlaskResponse


def jsonify(*args: Any, **values: Any) -> Any:
    """Make a response of JSON as ``flask.jsonify`` does."""
    with flask_context():
        return FlaskResponse.force_type(flask.jsonify(*args, **values))
