"""What a view returns, answered as the mounted Flask application answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from starlette.responses import JSONResponse

from .flask_behind import flask_behind
from .flask_json import json_of


class FlaskResponse(JSONResponse):
    """A response with what Flask makes of ``content``, whatever it turns out to be.

    A dictionary or list is JSON, text is HTML, a tuple brings its status and headers;
    anything else is an error of the request.
    """

    def __init__(
        self,
        content: Any,
        status_code: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        status: Any = status_code
        given: Any = headers
        if status is None and given is None:
            content, status, given = _taken_apart(content)
        made = _made_of(flask_behind(), content, status)
        made.headers.update(given or {})
        super().__init__(made.get_data(), made.status_code)
        del self.headers["content-type"]
        for name, value in made.headers.items():
            if name.lower() != "content-length":
                self.headers.append(name, value)

    def render(self, content: Any) -> bytes:
        """Leave the bytes as they are."""
        body: bytes = content
        return body


def _taken_apart(content: Any) -> tuple[Any, Any, Any]:
    """Content, status and headers of a returned tuple."""
    if not isinstance(content, tuple) or len(content) not in (2, 3):
        return content, None, None
    if len(content) == 3:
        return content
    if isinstance(content[1], (dict, list, tuple)):
        return content[0], None, content[1]
    return content[0], content[1], None


def _made_of(flask_app: Flask, content: Any, status: Any) -> Any:
    kinds: Any = (dict, list) if hasattr(flask_app, "json") else dict  # since Flask 2.2
    if isinstance(content, kinds):
        text, mimetype = json_of(flask_app, content), "application/json"
        return flask_app.response_class(text, status, mimetype=mimetype)
    if isinstance(content, bytearray):
        content = bytes(content)
    if isinstance(content, (str, bytes)):
        return flask_app.response_class(content, status)
    raise TypeError(f"a view cannot return {type(content).__name__}")
