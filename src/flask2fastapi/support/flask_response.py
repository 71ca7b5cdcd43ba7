"""What a view returns, answered as the mounted Flask application answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from .flask_behind import flask_behind
from .flask_json import _json_of


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
        self._is_alone = status_code is None and headers is None
        super().__init__(content, status_code or 200, headers)

    def render(self, content: Any) -> bytes:
        """Keep the content until the application is known."""
        self._content = content
        return b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make the response and send it."""
        flask_app = flask_behind(scope)
        content, status, made_headers = self._content, None, None
        if self._is_alone:
            content, status, made_headers = _taken_apart(content)
        response = _made_of(flask_app, content, status)
        response.headers.update(made_headers or {})
        self.body = response.get_data()
        raw = [pair for pair in self.raw_headers if pair[0] not in _MADE]
        for name, value in response.headers.items():
            raw.append((name.lower().encode("latin-1"), value.encode("latin-1")))
        self.raw_headers = raw
        self.headers["content-length"] = str(len(self.body))
        if status is not None:
            self.status_code = response.status_code
        await super().__call__(scope, receive, send)


_MADE = (b"content-type", b"content-length")


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
    if isinstance(content, (dict, list)):
        text, mimetype = _json_of(flask_app, content), "application/json"
        return flask_app.response_class(text, status, mimetype=mimetype)
    if isinstance(content, bytearray):
        content = bytes(content)
    if isinstance(content, (str, bytes)):
        return flask_app.response_class(content, status)
    raise TypeError(f"a view cannot return {type(content).__name__}")
