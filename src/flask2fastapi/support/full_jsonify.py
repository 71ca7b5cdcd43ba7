"""Flask's ``jsonify`` for whatever arguments it is given, without Flask."""

from __future__ import annotations

from typing import Any

from .full_json import flask_json
from .full_response import FlaskResponse


def jsonify(*args: Any, **values: Any) -> FlaskResponse:
    """Make a response of JSON as ``flask.jsonify`` does."""
    if args and values:
        raise TypeError("jsonify takes either args or kwargs, not both")
    content = (args[0] if len(args) == 1 else args) or values or None
    if len(args) == 1:
        content = args[0]
    return FlaskResponse(flask_json(content), mimetype="application/json")
