"""JSON as the mounted Flask application writes it."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask
from starlette.responses import JSONResponse

from .flask_behind import flask_behind


class FlaskJSONResponse(JSONResponse):
    """A response with the JSON that ``jsonify`` makes of ``content``.

    Dates, decimals, the order of keys and the final newline are those of the Flask
    application and its settings.
    """

    def render(self, content: Any) -> bytes:
        """Write the content."""
        return json_of(flask_behind(), content).encode()


def json_of(flask_app: Flask, content: Any) -> str:
    """What ``jsonify`` of any Flask since 1.0 writes, which needs no context."""
    provider: Any = getattr(flask_app, "json", None)
    if hasattr(provider, "response"):
        text: str = provider.response(content).get_data(as_text=True)
        return text
    config = flask_app.config
    pretty = config["JSONIFY_PRETTYPRINT_REGULAR"] or flask_app.debug
    text = json.dumps(
        content,
        cls=getattr(flask_app, "json_encoder", None),
        sort_keys=config["JSON_SORT_KEYS"],
        ensure_ascii=config["JSON_AS_ASCII"],
        indent=2 if pretty else None,
        separators=(", ", ": ") if pretty else (",", ":"),
    )
    return f"{text}\n"
