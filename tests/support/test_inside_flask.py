"""Operations that Flask calls inside its hooks: bodies, streams, ends, and what becomes of what they open."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from flask2fastapi.support.environ import OPENED_KEY
from flask2fastapi.support.flask_request import FlaskRequest  # noqa: TC001 - FastAPI reads it
from flask2fastapi.support.hybrid import serve_rest_with_flask
from flask2fastapi.support.moved import moved

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

SCOPE: dict[str, Any] = {
    "type": "http",
    "asgi": {"spec_version": "2.4"},
    "http_version": "1.1",
    "method": "GET",
    "path": "/x",
    "query_string": b"",
    "scheme": "http",
    "headers": [(b"host", b"localhost")],
    "client": ("127.0.0.1", 5),
}
BODY = {"type": "http.request", "body": b"a=1", "more_body": False}
LEFT = {"type": "http.disconnect"}


def hooked(view: Callable[..., Any], method: str = "GET") -> tuple[FastAPI, Flask]:
    """A Flask application with a hook, and FastAPI before it with an operation at /x."""
    flask_app, app = Flask(__name__), FastAPI(openapi_url=None)
    flask_app.before_request(lambda: None)
    app.add_api_route("/x", view, methods=[method], name="x", response_model=None)
    flask_app.add_url_rule("/x", "x", moved(view), methods=[method])
    return serve_rest_with_flask(app, flask_app), flask_app


async def talk(app: Any, scope: dict[str, Any], *messages: dict[str, Any], leave: int = 0) -> list[dict[str, Any]]:
    """Send a request and collect the answer; the client leaves after ``leave`` parts of the body."""
    sent: list[dict[str, Any]] = []
    waiting = list(messages)
    gone = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not waiting:
            await gone.wait()
            return LEFT
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        parts = [each for each in sent if each.get("body")]
        if leave and len(parts) >= leave:
            gone.set()
            await asyncio.sleep(0.05)

    await asyncio.wait_for(app({**SCOPE, **scope}, receive, send), 10)
    return sent


def text(sent: list[dict[str, Any]]) -> bytes:
    """The body of an answer."""
    return b"".join(message.get("body", b"") for message in sent)


def test_a_body_without_a_length_is_read() -> None:
    """HTTP/2 has no header that tells of one."""

    async def view(request: Request) -> dict[str, int]:
        return {"length": len(await request.body())}

    app, _ = hooked(view, "POST")

    assert text(asyncio.run(talk(app, {"method": "POST", "http_version": "2"}, BODY))) == b'{"length":3}\n'


def test_a_client_without_an_address() -> None:
    """A Unix socket has none, and middleware may still change the rest."""

    async def view(request: Request) -> dict[str, Any]:
        return {"client": request.client and request.client.host, "scheme": request.url.scheme}

    app, flask_app = hooked(view)
    wrapped: Any = ProxyFix(flask_app.wsgi_app)
    flask_app.wsgi_app = wrapped  # type: ignore[method-assign]
    headers = [*SCOPE["headers"], (b"x-forwarded-proto", b"https")]

    sent = asyncio.run(talk(app, {"client": None, "headers": headers}))

    assert text(sent) == b'{"client":null,"scheme":"https"}\n'


def test_an_operation_that_exits_does_not_hang() -> None:
    """Flask's thread must not wait for an answer that nobody gives any more."""

    def view() -> None:
        raise SystemExit(3)

    app, _ = hooked(view)

    with pytest.raises((SystemExit, RuntimeError)):
        asyncio.run(talk(app, {}))


def test_a_stream_waits_for_its_client_and_ends_with_it() -> None:
    """It is no further ahead than a few parts, and is closed when the client has gone."""
    made: list[int] = []
    ended: list[str] = []

    async def ticks() -> AsyncIterator[bytes]:
        try:
            for number in range(10_000):
                made.append(number)
                yield b"tick\n"
        finally:
            ended.append("ended")

    def view() -> StreamingResponse:
        return StreamingResponse(ticks())

    app, _ = hooked(view)

    asyncio.run(talk(app, {}, leave=3))

    assert ended == ["ended"]
    assert len(made) < 100


def test_a_response_that_a_hook_replaces_ends_its_stream() -> None:
    """Nobody ever looks into it."""
    ended: list[str] = []

    async def ticks() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"tick\n"
        finally:
            ended.append("ended")

    def view() -> StreamingResponse:
        return StreamingResponse(ticks())

    app, flask_app = hooked(view)
    flask_app.after_request(lambda _: flask_app.make_response("instead"))

    assert text(asyncio.run(talk(app, {}))) == b"instead"
    assert ended == ["ended"]


def test_what_an_operation_has_opened_is_closed() -> None:
    """Bodies and uploads that are read by Flask's request class."""
    opened: list[Any] = []

    async def view(request: Request, flask_request: FlaskRequest) -> dict[str, str]:
        opened.extend(request.scope[OPENED_KEY])
        return dict(flask_request.form)

    app, _ = hooked(view, "POST")
    kind = (b"content-type", b"application/x-www-form-urlencoded")
    headers = [*SCOPE["headers"], kind, (b"content-length", b"3")]

    sent = asyncio.run(talk(app, {"method": "POST", "headers": headers}, BODY))

    assert text(sent) == b'{"a":"1"}\n'
    assert opened
    assert all(each.closed for each in opened if hasattr(each, "closed"))
