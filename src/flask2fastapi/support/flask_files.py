"""Files as Flask sends them."""

from __future__ import annotations

from typing import Any

import flask

from .flask_behind import flask_context
from .flask_response import FlaskResponse


def send_file(*args: Any, **options: Any) -> Any:
    """Send a file as ``flask.send_file`` does: ranges, validators, cache control."""
    with flask_context():
        return FlaskResponse.force_type(flask.send_file(*args, **options))


def send_from_directory(*args: Any, **options: Any) -> Any:
    """Send a file from below a folder, and nothing from anywhere else."""
    with flask_context():
        return FlaskResponse.force_type(flask.send_from_directory(*args, **options))
