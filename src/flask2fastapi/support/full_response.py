"""Flask's responses, without Flask."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import anyio
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from .full_answer import answer, as_uri, status_code, taken_apart
from .full_cookies import dump_cookie
from .full_headers import FlaskHeaders
from .full_json import flask_json

_WITH_CHARSET = "application/ecmascript application/javascript application/sql"
_WITH_CHARSET += " application/xml application/xml-dtd"
_OF_BODIES = "allow content-encoding content-language content-md5 content-range"
_OF_BODIES += " content-type last-modified"


class FlaskResponse(Response):
    """What ``flask.Response`` is: its arguments, and its attributes in common use."""

    def __init__(
        self,
        response: Any = None,
        status: Any = None,
        headers: Any = None,
        mimetype: str | None = None,
        content_type: str | None = None,
        **_: Any,
    ) -> None:
        self.background = None
        self.raw_headers = []
        self.headers.extend(headers or ())
        self._closing: list[Callable[[], Any]] = []
        if content_type is None:
            if mimetype is None and "content-type" not in self.headers:
                mimetype = "text/html"
            content_type = mimetype and _with_charset(mimetype)
        if content_type is not None:
            self.content_type = content_type
        self.status = 200 if status is None else status
        text = isinstance(response, (str, bytes, bytearray))
        self.response = [response] if text else [] if response is None else response

    @property
    def headers(self) -> Any:
        """The headers."""
        if not hasattr(self, "_headers"):
            self._headers = FlaskHeaders(raw=self.raw_headers)
        return self._headers

    @property
    def status(self) -> str:
        """Code and name: ``200 OK``."""
        code = self.status_code
        return f"{code} {http.client.responses.get(code, 'UNKNOWN').upper()}"

    @status.setter
    def status(self, value: Any) -> None:
        self.status_code = status_code(value)

    @property
    def content_type(self) -> Any:
        """The whole content type."""
        return self.headers.get("content-type")

    @content_type.setter
    def content_type(self, value: str) -> None:
        self.headers["content-type"] = value

    @property
    def mimetype(self) -> Any:
        """The content type without its parameters."""
        kind = self.content_type
        return kind and kind.split(";")[0].strip().lower()

    @mimetype.setter
    def mimetype(self, value: str) -> None:
        self.content_type = _with_charset(value)

    @property
    def location(self) -> Any:
        """Where a redirect goes."""
        return self.headers.get("location")

    @location.setter
    def location(self, value: str) -> None:
        self.headers["location"] = value

    @property
    def is_streamed(self) -> bool:
        """Whether the length of the body is not known."""
        return not hasattr(self.response, "__len__")

    @property
    def data(self) -> Any:
        """The body."""
        return self.get_data()

    @data.setter
    def data(self, value: Any) -> None:
        self.set_data(value)

    def get_data(self, as_text: bool = False) -> Any:
        """Give the body."""
        self.response = list(_encoded(self.response))
        body = b"".join(self.response)
        return body.decode() if as_text else body

    def set_data(self, value: Any) -> None:
        """Put another body in its place."""
        body = value.encode() if isinstance(value, str) else bytes(value)
        self.response = [body]
        self.headers["content-length"] = len(body)

    def set_cookie(self, key: str, value: str = "", *more: Any, **options: Any) -> None:
        """Set a cookie as Werkzeug does."""
        self.headers.add("set-cookie", dump_cookie(key, value, *more, **options))

    def delete_cookie(self, key: str, *more: Any, **options: Any) -> None:
        """Let the browser forget a cookie."""
        self.set_cookie(key, "", 0, 0, *more, **options)

    def call_on_close(self, function: Callable[[], Any]) -> Callable[[], Any]:
        """Call a function once the answer was sent."""
        self._closing.append(function)
        return function

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        is_bare = self.status_code < 200 or self.status_code in (204, 304)
        if "location" in self.headers:
            self.headers["location"] = as_uri(self.headers["location"])
        if is_bare:
            self.headers.remove("content-length")
        for name in _OF_BODIES.split() if self.status_code == 304 else ():
            self.headers.remove(name)
        sent: Any = Response()
        if self.is_streamed and not is_bare:
            sent = StreamingResponse(iterate_in_threadpool(_encoded(self.response)))
        elif not is_bare:
            sent.body = b"".join(_encoded(self.response))
            if "content-length" not in self.headers:
                self.headers["content-length"] = len(sent.body)
        sent.status_code, sent.raw_headers = self.status_code, self.raw_headers
        sent.background = self.background
        try:
            await sent(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                for function in self._at_the_end():
                    await run_in_threadpool(function)

    def _at_the_end(self) -> list[Callable[[], Any]]:
        close = getattr(self.response, "close", None)
        return [*([close] if close is not None else []), *self._closing]


def make_response(*args: Any) -> Any:
    """Make a response of what a view returns, to change it before it is sent."""
    content, status, headers = taken_apart(args or ("",))
    if isinstance(content, (str, bytes, bytearray, Iterator)):
        return FlaskResponse(content, status, headers)
    if isinstance(content, (dict, list)):
        content = FlaskResponse(flask_json(content), mimetype="application/json")
    made = answer(content, None)
    if status is not None:
        made.status_code = status_code(status)
    if headers:
        FlaskHeaders(raw=made.raw_headers).update(headers)
    return made


def _encoded(chunks: Iterable[Any]) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk.encode() if isinstance(chunk, str) else bytes(chunk)


def _with_charset(mimetype: str) -> str:
    """What ``werkzeug.utils.get_content_type`` makes of a MIME type."""
    text = mimetype.startswith("text/") or mimetype.endswith("+xml")
    text = text or mimetype in _WITH_CHARSET.split()
    return f"{mimetype}; charset=utf-8" if text else mimetype
