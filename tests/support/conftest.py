"""Real servers on loopback ports, and requests in process, for comparing Flask with Flask behind FastAPI."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

Serve = Callable[..., int]
Ask = Callable[..., httpx.Response]
Messages = list[dict[str, Any]]
Talk = Callable[[Any, dict[str, Any], Messages], Coroutine[Any, Any, Messages]]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - Werkzeug's name
        pass


@contextlib.contextmanager
def _wsgi(app: Any) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join(10)
    server.server_close()


@contextlib.contextmanager
def _asgi(app: Any, **options: Any) -> Iterator[int]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", ws="none", proxy_headers=False, **options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.005)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive(), "the server did not stop: a request still holds it"


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves an application on a loopback port until the test ends: Flask by Werkzeug, FastAPI by uvicorn."""
    with contextlib.ExitStack() as running:

        def start(app: Any, **options: Any) -> int:
            server = _asgi(app, **options) if isinstance(app, FastAPI) else _wsgi(app)
            return running.enter_context(server)

        yield start


@pytest.fixture
def ask() -> Ask:
    """Sends one request in process: to Flask through WSGI, to FastAPI through ASGI; faults are answers, too."""

    def send(app: FastAPI | Flask, method: str, url: str, **options: Any) -> httpx.Response:
        base = options.pop("base_url", "http://localhost")
        if isinstance(app, Flask):
            body = options.pop("content", None)
            found = app.test_client(use_cookies=False).open(url, method=method, base_url=base, data=body, **options)
            return httpx.Response(found.status_code, headers=list(found.headers), content=found.data)
        return asyncio.run(_ask_asgi(app, base, method, url, options))

    return send


@pytest.fixture
def talk() -> Talk:
    """Speaks ASGI with an application as a server does, a list of messages in and one out."""
    return _talk


async def _talk(app: Any, scope: dict[str, Any], incoming: Messages) -> Messages:
    sent: Messages = []
    waiting = iter(incoming)
    answered = asyncio.Event()

    async def receive() -> dict[str, Any]:
        message = next(waiting, None)
        if message is None:
            await answered.wait()
        return message or {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        assert not answered.is_set(), f"{message['type']} after the end of the answer"
        sent.append(message)
        if message.get("more_body") is False:
            answered.set()

    base = {"asgi": {"version": "3.0", "spec_version": "2.3"}, "query_string": b"", "headers": []}
    http = {"http_version": "1.1", "scheme": "http", "method": "GET"} if scope["type"] == "http" else {}
    await asyncio.wait_for(app({**base, **http, **scope}, receive, send), 5)
    return sent


async def _ask_asgi(app: FastAPI, base: str, method: str, url: str, options: dict[str, Any]) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        return await client.request(method, url, **options)
