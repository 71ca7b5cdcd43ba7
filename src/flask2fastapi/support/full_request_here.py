"""``request`` for functions that do not get it, without Flask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import anyio.from_thread
from fastapi import FastAPI, Request

from .full_app_context import APP_CONTEXT, AppContext
from .full_behind import BEHIND
from .full_local import Local
from .full_request import _FlaskRequest


class _RequestHere(_FlaskRequest):
    """The request of a context; its body is read when it is asked for."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(Request(context.scope), b"")
        self._context = context

    def _whole_body(self) -> bytes:
        """The body: only threads can wait for one that has not come yet."""
        context = self._context
        if not context.has_body:
            return anyio.from_thread.run(context.body)
        return context.body_so_far

    def __repr__(self) -> str:
        return f"<Request {self.url!r} [{self.method}]>"


def _current_request() -> _RequestHere:
    context = APP_CONTEXT.get(None)
    if context is None or context.scope is None:
        raise RuntimeError("Working outside of request context.")
    if "request" not in context.values:
        context.values["request"] = _RequestHere(context)
    found: _RequestHere = context.values["request"]
    return found


@contextmanager
def request_context(
    app: FastAPI,
    path: str = "/",
    *,
    method: str = "GET",
    headers: Any = (),
    data: bytes = b"",
) -> Iterator[AppContext]:
    """Do in scripts and tests what a request for ``path`` would do."""
    parts = urlsplit(path)
    pairs = [*dict(headers).items(), ("host", parts.netloc or "localhost")]
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in pairs]
    scope: Any = {
        "type": "http",
        "app": app,
        "method": method,
        "scheme": parts.scheme or "http",
        "server": ("localhost", 80),
        "path": unquote(parts.path),
        "query_string": parts.query.encode(),
        "headers": raw,
    }

    context = AppContext(app, scope)
    context.messages.append({"type": "http.request", "body": data})
    token, behind = APP_CONTEXT.set(context), BEHIND.set(scope)
    try:
        yield context
    finally:
        BEHIND.reset(behind)
        APP_CONTEXT.reset(token)


request: Any = Local(_current_request)
