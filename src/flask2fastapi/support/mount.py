"""Flask behind ASGI, run in threads as a WSGI server runs it."""

from __future__ import annotations

import asyncio
import io
import string
import sys
import threading
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import a2wsgi
from flask import Flask
from starlette.types import Message, Receive, Scope, Send
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import ClosingIterator

from .environ import expects_body, wsgi_environ
from .moved import ERROR_KEY, OPERATION_KEY

EXCHANGE_KEY = "flask2fastapi.exchange"
ADDED_KEY = "flask2fastapi.added_by_server"


def added_by_server(receive: Receive) -> frozenset[bytes]:
    """Give the names of the headers that the server itself puts before an answer's.

    uvicorn keeps them with each request, and ``receive`` is that request's method; of
    other servers, and behind middleware with a ``receive`` of its own, none are known.
    """
    request = getattr(receive, "__self__", None)
    added = getattr(request, "default_headers", ())
    return frozenset(name.lower() for name, _ in added)


class FlaskMount:
    """An ASGI application that hands whole requests to a Flask application.

    a2wsgi runs Flask and carries the messages. Put right here: the environ is that of a
    WSGI server, a body that breaks off is an error, a stream stops when its client has
    gone, and a server's own ``Date`` stands for that of Werkzeug, which gives one to
    files and leaves it to servers to override it. ``workers`` requests run at a time:
    as many as FastAPI's ``def`` routes.
    """

    def __init__(self, flask_app: Flask, workers: int = 40) -> None:
        self._flask_app = flask_app
        if "PRESERVE_CONTEXT_ON_EXCEPTION" in flask_app.config:
            # In debug mode Flask before 2.2 keeps a failed request's context, for the
            # next request of its thread to tear down. Here each has a context of its
            # own, so that nobody would, and a database session would stay broken.
            flask_app.config["PRESERVE_CONTEXT_ON_EXCEPTION"] = False
        wsgi: Any = self._serve
        self._asgi: Any = a2wsgi.WSGIMiddleware(wsgi, workers=workers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; what the server raises while it is answered is raised."""
        exchange = _Exchange(scope, receive, send)
        inner = {**_plain(scope), EXCHANGE_KEY: exchange}
        serving = self._asgi(inner, exchange.receive, exchange.send)
        running = asyncio.ensure_future(serving)
        try:  # even when cancelled: Flask's thread must find a reader to come to its end
            await asyncio.shield(running)
        finally:
            exchange.close()
        if exchange.error is not None:
            raise exchange.error

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        scope = environ.get("asgi.scope", {})
        exchange: _Exchange | None = scope.get(EXCHANGE_KEY)
        environ["wsgi.input_terminated"] = True
        if exchange is None:
            return self._flask_app(environ, start_response)
        environ.update(wsgi_environ(exchange.scope))
        environ["wsgi.errors"] = sys.stderr
        body = _Body(environ["wsgi.input"], exchange)
        environ["wsgi.input"] = io.BufferedReader(body)
        for key in (ERROR_KEY, OPERATION_KEY):
            if key in scope:
                environ[key] = scope[key]
        chunks = self._flask_app(environ, start_response)
        close = getattr(chunks, "close", None)
        return ClosingIterator(exchange.until_gone(chunks), close)


class _Exchange:
    """One request and its answer: knows whether the client is still there."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.error: Exception | None = None
        self.gone = threading.Event()
        self._receive = receive
        self._send = send
        self._received = not expects_body(scope)
        self._watcher: asyncio.Future[None] | None = None

    async def receive(self) -> Message:
        if self._received:
            return {"type": "http.request", "body": b"", "more_body": False}
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.gone.set()
        self._received = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message = self._dated_once(message)
            names = [name for name, _ in message["headers"]]
            if self._received and b"content-length" not in names:
                self._watcher = asyncio.ensure_future(self._watch())
        if self.error is not None:
            return
        try:
            await self._send(message)
        except Exception as error:  # noqa: BLE001
            self.error = error  # raised by FlaskMount: here it would block the thread
            self.gone.set()

    def _dated_once(self, message: Message) -> Message:
        if b"date" not in self.scope.get(ADDED_KEY, ()):
            return message
        headers = [pair for pair in message["headers"] if pair[0].lower() != b"date"]
        return {**message, "headers": headers}

    async def _watch(self) -> None:
        message = await self._receive()
        if message["type"] == "http.request":  # the empty body of a request without one
            message = await self._receive()
        if message["type"] == "http.disconnect":
            self.gone.set()

    def until_gone(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            if self.gone.is_set():
                return
            yield chunk

    def close(self) -> None:
        self.gone.set()
        if self._watcher is not None:
            self._watcher.cancel()


class _Body(io.RawIOBase):
    """A request body that says when it broke off, where a2wsgi would only end it."""

    def __init__(self, source: Any, exchange: _Exchange) -> None:
        self._source = source
        self._exchange = exchange

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._source.read(len(buffer))
        if len(data) < len(buffer) and self._exchange.gone.is_set():
            raise ClientDisconnected
        buffer[: len(data)] = data
        return len(data)


def _plain(scope: Scope) -> Scope:
    """What a2wsgi can read: a query that is ASCII, no header that passes for another."""
    query = quote(scope.get("query_string", b""), safe=string.punctuation)
    headers = [pair for pair in scope["headers"] if b"_" not in pair[0]]
    return {**scope, "query_string": query.encode(), "headers": headers}
