"""Flask's responses, sent by FastAPI."""

from __future__ import annotations

from typing import Any

import anyio
import flask
import starlette.responses
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.types import Receive, Scope, Send

from .environ import TAKE_KEY, wsgi_environ
from .flask_behind import BEHIND, flask_context


class FlaskResponse(flask.Response, starlette.responses.Response):
    """Flask's ``Response`` with all it has, which FastAPI can send, and Flask as well."""

    headers: Any = None
    background: Any = None

    def __call__(self, *args: Any) -> Any:
        """Answer a WSGI server or an ASGI server."""
        return super().__call__(*args) if len(args) == 2 else self._send(*args)

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:
        if TAKE_KEY in scope:
            await scope[TAKE_KEY](self)
            return
        environ = {"REQUEST_METHOD": scope["method"]}
        if self.autocorrect_location_header:  # as Werkzeug did before 2.1
            environ = wsgi_environ(scope)
        chunks, status, headers = self.get_wsgi_response(environ)
        sent: Any = starlette.responses.Response()
        if self.is_streamed:
            streamed = iterate_in_threadpool(chunks)
            sent = starlette.responses.StreamingResponse(streamed)
        else:
            sent.body = b"".join(chunks)
        sent.status_code = int(status.split()[0])
        sent.raw_headers = []
        for name, value in headers:
            sent.headers.append(name, value)
        sent.background = self.background
        try:
            await sent(scope, receive, send)
        finally:
            if self.is_streamed or getattr(self, "_on_close", None):
                with anyio.CancelScope(shield=True):
                    await run_in_threadpool(self.close)


def make_response(*args: Any) -> Any:
    """Make a response of what a view returns, as Flask does.

    Whatever it is: JSON of a dictionary, a tuple with status and headers, a stream of
    what is generated; None, or anything else that Flask refuses, is a ``TypeError``.
    """
    made = _made_at_once(args[0] if len(args) == 1 else args)
    if made is not None:
        return made
    with flask_context():
        return FlaskResponse.force_type(flask.make_response(*args))


def _made_at_once(content: Any) -> Any:
    """The same for text, JSON and responses, without the time that a context takes."""
    behind = BEHIND.get(None)
    if behind is None or flask.has_request_context():
        return None
    status: Any = None
    made: Any = None
    if type(content) is tuple and len(content) == 2 and type(content[1]) is int:
        content, status = content
    if isinstance(content, starlette.responses.Response):
        made = content
    elif type(content) is str:
        made = FlaskResponse(content)
    elif type(content) is dict and hasattr(behind[0], "json"):
        json: Any = behind[0].json.response(content)
        made = FlaskResponse.force_type(json)
    if made is not None and status is not None:
        made.status_code = status
    return made
