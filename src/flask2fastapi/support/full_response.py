"""What a view returns, answered as Flask answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from .full_json import flask_json


class FlaskResponse(Response):
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
            content, status, given = _parts(content)
        if isinstance(content, (dict, list)):
            body: Any = flask_json(content)
            kind = "application/json"
        elif isinstance(content, (str, bytes, bytearray)):
            body, kind = content, "text/html; charset=utf-8"
        else:
            raise TypeError(f"a view cannot return {type(content).__name__}")
        if isinstance(status, str):  # "404 Not Found"
            status = int(status.split()[0])
        body = body if isinstance(body, str) else bytes(body)
        super().__init__(body, status or 200, {"content-type": kind})
        pairs = given.items() if hasattr(given, "items") else given or ()
        for name, value in pairs:
            self.headers[name] = str(value)


def _parts(content: Any) -> tuple[Any, Any, Any]:
    """Content, status and headers of a returned tuple."""
    if not isinstance(content, tuple) or len(content) not in (2, 3):
        return content, None, None
    if len(content) == 3:
        return content
    if isinstance(content[1], (dict, list, tuple)):
        return content[0], None, content[1]
    return content[0], content[1], None


def make_response(*args: Any) -> Response:
    """Make a response of what a view returns."""
    content = args[0] if len(args) == 1 else args
    return content if isinstance(content, Response) else FlaskResponse(content)
