"""Bodies, streams and threads of mounted views, on real servers."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI, Request
from flask import Flask, Response, after_this_request, g, request, session, stream_with_context

from flask2fastapi.support.hybrid import serve_rest_with_flask
from flask2fastapi.support.moved import moved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Serve = Any
MEGABYTE = b"0123456789abcdef" * 65536


class Shop:
    """A Flask application with a view for each way to use a body, and what its views have noticed."""

    def __init__(self) -> None:
        self.app = Flask(__name__)
        self.app.secret_key = "test"
        self.noticed: list[str] = []
        self.sent = 0
        self.closed = threading.Event()
        for view in (self.digest, self.whole, self.form, self.lines, self.ignore):
            self.app.add_url_rule(f"/{view.__name__}", view.__name__, view, methods=["POST"])
        for getter in (self.ticks, self.flood, self.late, self.visits, self.busy, self.nothing):
            self.app.add_url_rule(f"/{getter.__name__}", getter.__name__, getter)
        self.app.before_request(self.refuse)
        self.app.teardown_request(lambda error: self.noticed.append("torn down") if "note" in request.args else None)

    def refuse(self) -> tuple[str, int] | None:
        g.name = request.args.get("name")
        return ("refused", 403) if request.headers.get("X-Refuse") else None

    def digest(self) -> str:
        digest, size = hashlib.sha256(), 0
        while chunk := request.stream.read(10_000):
            digest.update(chunk)
            size += len(chunk)
        return f"{size} {digest.hexdigest()}"

    def whole(self) -> bytes:
        self.noticed.append("reads")
        body = request.get_data()
        self.noticed.append("has read")
        return body

    def form(self) -> str:
        file = request.files["file"]
        return f"{file.filename} {hashlib.sha256(file.read()).hexdigest()} {request.form['text']}"

    def lines(self) -> str:
        return "|".join(line.decode() for line in request.stream)

    def ignore(self) -> str:
        return "not read"

    def nothing(self) -> tuple[str, int]:
        return "", 204

    def ticks(self) -> Response:
        """A chunk every now and then, for twenty seconds."""

        def chunks() -> Iterator[str]:
            try:
                for number in range(1000):
                    yield f"{number} {request.args['note']}\n"
                    time.sleep(0.02)
            finally:
                self.closed.set()

        response = Response(stream_with_context(chunks()), mimetype="text/plain")
        response.call_on_close(lambda: self.noticed.append("called on close"))
        return response

    def late(self) -> Response:
        def chunks() -> Iterator[bytes]:
            yield b"read: "
            time.sleep(0.05)
            yield request.get_data() or b"nothing"

        return Response(stream_with_context(chunks()))

    def flood(self) -> Response:
        def chunks() -> Iterator[bytes]:
            try:
                while self.sent < 500:
                    self.sent += 1
                    yield MEGABYTE
            finally:
                self.closed.set()

        return Response(chunks())

    def visits(self) -> str:
        session["visits"] = session.get("visits", 0) + 1

        @after_this_request
        def second_cookie(response: Response) -> Response:
            response.set_cookie("theme", "dark, very")
            return response

        return str(session["visits"])

    def busy(self) -> str:
        time.sleep(0.01)
        return f"{request.args['name']} {g.name}" * 100


@pytest.fixture
def shop() -> Shop:
    return Shop()


def front(shop: Shop) -> FastAPI:
    return serve_rest_with_flask(FastAPI(openapi_url=None), shop.app)


def client(port: int) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)


def chunked(size: int) -> Iterator[bytes]:
    for _ in range(size):
        yield MEGABYTE


@pytest.mark.parametrize("http", ["h11", "httptools"])
def test_bodies_arrive(http: str, shop: Shop, serve: Serve) -> None:
    """With a length and chunked, large and empty, as stream, lines and form; unread ones do no harm."""
    if http == "httptools":
        pytest.importorskip("httptools")
    with client(serve(shop.app)) as before, client(serve(front(shop), http=http)) as after:
        for sent in (
            {"url": "/digest", "content": MEGABYTE * 5},
            {"url": "/digest", "content": b""},
            {"url": "/whole", "content": bytes(range(256)) * 300},
            {"url": "/lines", "content": b"one\n" + b"2" * 100_000 + b"\n\nfour"},
            {"url": "/form", "data": {"text": "é\r\n"}, "files": {"file": ("ü.bin", MEGABYTE)}},
            {"url": "/ignore", "content": MEGABYTE},
        ):
            expected, found = before.post(**sent), after.post(**sent)
            assert (found.status_code, found.content) == (expected.status_code, expected.content), sent["url"]
        for path in ("/digest", "/whole", "/lines", "/ignore"):
            expected, found = before.post(path, content=chunked(2)), after.post(path, content=chunked(2))
            assert (found.status_code, found.content) == (expected.status_code, expected.content), path


def test_a_body_that_breaks_off_is_an_error(shop: Shop, serve: Serve) -> None:
    """Half an upload must not look like a whole one: reading it raises, as on a WSGI server."""
    requests = {
        "length": b"POST /whole?note=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc",
        "chunked": b"POST /whole?note=1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    }
    port = serve(front(shop))
    for data in requests.values():
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(data)
            time.sleep(0.1)
    wait_for(lambda: shop.noticed.count("torn down") == 2)

    assert sorted(shop.noticed) == ["reads", "reads", "torn down", "torn down"]
    with client(port) as whole:
        assert whole.post("/whole", content=b"abc").text == "abc"


def test_streams_arrive_chunk_by_chunk_and_stop_with_their_client(shop: Shop, serve: Serve) -> None:
    """The first chunks are there long before the last; when the client goes, the generator is closed."""
    with client(serve(front(shop))) as http:
        with http.stream("GET", "/ticks", params={"note": "a"}) as response:
            received = response.iter_text()
            assert next(received).startswith("0 a\n")
            assert not shop.closed.is_set()
        assert shop.closed.wait(5)
        wait_for(lambda: {"torn down", "called on close"} <= set(shop.noticed))
        assert http.get("/late").text == "read: nothing"


def test_a_slow_client_holds_back_its_stream(shop: Shop, serve: Serve) -> None:
    """What nobody takes is not produced: memory would fill."""
    with client(serve(front(shop))) as http:
        with http.stream("GET", "/flood") as response:
            received = response.iter_raw()  # the connection ends with it
            next(received)
            time.sleep(0.5)
            assert not shop.closed.is_set()
        assert shop.closed.wait(5)

    assert shop.sent < 50


def test_middleware_of_the_class_kind_leaves_no_thread_behind(shop: Shop, serve: Serve) -> None:
    """`@app.middleware` cancels the request when its client goes: the thread must come to its end all the same."""
    app = front(shop)

    @app.middleware("http")
    async def stamp(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        response.headers["X-Stamp"] = "1"
        return response

    with client(serve(app)) as http:
        for path in ("/ticks?note=a", "/flood"):
            with http.stream("GET", path) as response:
                assert response.headers["x-stamp"] == "1"
                received = response.iter_raw()
                next(received)
                assert not shop.closed.is_set()
            assert shop.closed.wait(5), path
            shop.closed.clear()
        assert http.get("/busy?name=x").status_code == 200


def in_process(shop: Shop, path: str, send: Any) -> Any:
    """A request to the shop, with a `send` that behaves as some server's does."""
    scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": path, "query_string": b"note=a"}
    waits = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await waits.wait()
        return {"type": "http.disconnect"}

    return front(shop)({**scope, "scheme": "http", "headers": [(b"host", b"x")]}, receive, send)


def test_a_cancelled_request_ends_in_flask_too(shop: Shop) -> None:
    """Cancelled while its client holds it up: the thread must not wait for a reader that is gone."""

    async def run() -> None:
        released = asyncio.Event()

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                await released.wait()

        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(in_process(shop, "/flood", send), 0.3)
        assert not shop.closed.is_set()
        released.set()
        assert await asyncio.get_running_loop().run_in_executor(None, shop.closed.wait, 5)

    asyncio.run(run())


def test_a_server_that_refuses_a_message_is_heard(shop: Shop) -> None:
    """`send` raises, on some servers when the client has gone: the generator is closed and the error raised."""

    async def send(message: Any) -> None:
        if message.get("body"):
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        asyncio.run(asyncio.wait_for(in_process(shop, "/flood", send), 5))

    assert shop.closed.is_set()
    assert shop.sent < 20


def test_sessions_cookies_and_hooks_are_flasks(shop: Shop, serve: Serve) -> None:
    """The session goes on from request to request, each cookie has its own header, a guard refuses."""
    with client(serve(shop.app)) as before, client(serve(front(shop))) as after:
        for _ in range(2):
            expected, found = before.get("/visits"), after.get("/visits")
            assert found.text == expected.text
            assert len(found.headers.get_list("set-cookie")) == len(expected.headers.get_list("set-cookie")) == 2
        assert dict(after.cookies)["theme"] == dict(before.cookies)["theme"]
        assert after.get("/visits").text == "3"
        assert after.get("/busy", headers={"X-Refuse": "1"}).status_code == 403
        assert after.get("/nothing").status_code == 204


def test_twenty_clients_get_their_own_answers(shop: Shop, serve: Serve) -> None:
    """Views that block, moved and mounted side by side: all in reasonable time, none mixed up."""

    def operation(name: str) -> str:
        time.sleep(0.01)
        return name

    shop.app.add_url_rule("/moved", "moved", moved(operation))
    app = FastAPI(openapi_url=None)
    app.add_api_route("/moved", operation, name="moved")
    port = serve(serve_rest_with_flask(app, shop.app))

    def visit(number: int) -> list[str]:
        wrong = []
        with client(port) as http:
            for turn in range(10):
                name = f"{number}-{turn}"
                if http.get("/busy", params={"name": name}).text != f"{name} {name}" * 100:
                    wrong.append(f"mounted {name}")
                if http.get("/moved", params={"name": name}).json() != name:
                    wrong.append(f"moved {name}")
        return wrong

    with ThreadPoolExecutor(20) as clients:
        assert [wrong for found in clients.map(visit, range(20)) for wrong in found] == []


def test_as_many_views_run_at_a_time_as_operations(shop: Shop, serve: Serve) -> None:
    """Thirty clients that wait for each other: a2wsgi's own ten threads would never let them meet."""
    meeting = threading.Barrier(30, timeout=10)
    shop.app.add_url_rule("/meet", "meet", lambda: str(meeting.wait() >= 0))
    port = serve(front(shop))

    def visit(_: int) -> str:
        with client(port) as http:
            return http.get("/meet").text

    with ThreadPoolExecutor(30) as clients:
        assert set(clients.map(visit, range(30))) == {"True"}


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something has happened in another thread, at most five seconds."""
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


def test_an_older_flask_keeps_no_context_of_a_failed_request() -> None:
    """In debug mode, before 2.2, it does: for the next request of the same thread, of which there is none here."""
    app = Flask(__name__)
    app.config["PRESERVE_CONTEXT_ON_EXCEPTION"] = None  # the default then: as DEBUG says
    serve_rest_with_flask(FastAPI(), app)

    assert app.config["PRESERVE_CONTEXT_ON_EXCEPTION"] is False
