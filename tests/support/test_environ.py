"""A mounted view cannot tell which server it runs on: Werkzeug's own, or uvicorn through FastAPI."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from flask import Flask, Response, jsonify, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from flask2fastapi.support.environ import wsgi_environ
from flask2fastapi.support.hybrid import serve_rest_with_flask

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = b"Host: shop.example\r\nConnection: close\r\n\r\n"
SERVERS_OWN = {
    "REMOTE_PORT",
    "SERVER_PORT",
    "SERVER_SOFTWARE",
    "asgi.scope",
    "flask2fastapi.operation",
    "werkzeug.request",
    "werkzeug.socket",
    "wsgi.errors",
    "wsgi.input",
    "wsgi.input_terminated",
    "wsgi.multiprocess",
}
REQUESTS = {
    "plain": b"GET / HTTP/1.1\r\n" + HOST,
    "encoded": b"GET /a%2Fb/%C3%A9?x=1&y=%C3%A9&x=2 HTTP/1.1\r\n" + HOST,
    "reserved": b"GET /a%3Fb%23c%25;p=1/%20+ HTTP/1.1\r\n" + HOST,
    "dots": b"GET /../x/./y HTTP/1.1\r\n" + HOST,
    "old": b"GET /h HTTP/1.0\r\n\r\n",
    "headers": b"GET /h HTTP/1.1\r\nX-A: 1\r\nx-a: 2\r\nX_B: 3\r\nX-B: 4\r\nX_C: 5\r\nX-L: \xe9\r\nCookie: a=1\r\n"
    + HOST,
    "length": b"POST /p HTTP/1.1\r\nContent-Length: 3\r\nContent-Type: text/x\r\n" + HOST + b"abc",
    "empty": b"POST /p HTTP/1.1\r\nContent-Length: 0\r\n" + HOST,
    "bodiless": b"POST /p HTTP/1.1\r\n" + HOST,
    "chunked": b"PUT /p HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + HOST + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    "forwarded": b"GET / HTTP/1.1\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n" + HOST,
}


def describe(path: str = "") -> Response:
    """Everything that a view can see of its request."""
    body = request.get_data().decode()
    environ = {key: repr(value) for key, value in request.environ.items() if key not in SERVERS_OWN}
    return jsonify(
        environ=environ,
        body=body,
        url=request.url,
        view_args=path,
        args=request.args.to_dict(flat=False),
        length=request.content_length,
        errors_are_logged=request.environ["wsgi.errors"] is sys.stderr,
    )


def make_app() -> Flask:
    app = Flask(__name__)
    for rule in ("/", "/<path:path>"):
        app.add_url_rule(rule, "describe", describe, methods=["GET", "POST", "PUT"])
    return app


def exchange(port: int, data: bytes) -> bytes:
    """The body that a server answers to the bytes of a request."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(data)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while chunk := connection.recv(65536):
                answer += chunk
    return answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("name", REQUESTS)
def test_requests_look_the_same(name: str, serve: Callable[..., int]) -> None:
    """Keys and values of the environ, body and parsed request."""
    app = make_app()
    before = serve(app)
    after = serve(serve_rest_with_flask(FastAPI(openapi_url=None), app))

    expected = json.loads(exchange(before, REQUESTS[name]))
    found = json.loads(exchange(after, REQUESTS[name]))
    if name == "old":  # without a Host header the URL shows the server's own port
        expected["url"] = expected["url"].replace(str(before), str(after))

    assert found == expected


def test_a_root_path_is_a_script_name(serve: Callable[..., int]) -> None:
    """Under a prefix the view sees what it sees below Werkzeug's dispatcher."""
    app = make_app()
    before = serve(DispatcherMiddleware(Flask("root"), {"/api": app}))  # type: ignore[arg-type]
    after = serve(serve_rest_with_flask(FastAPI(openapi_url=None), app), root_path="/api")
    seen = [json.loads(exchange(before, b"GET /api/x?y=1 HTTP/1.1\r\n" + HOST))]
    seen += [json.loads(exchange(after, b"GET /x?y=1 HTTP/1.1\r\n" + HOST))]

    assert seen[1]["environ"].pop("SCRIPT_NAME") == "'/api'"
    assert seen[0]["environ"].pop("SCRIPT_NAME") == "'/api'"
    assert seen[0] == seen[1]


def scope(**changes: Any) -> dict[str, Any]:
    base = {"type": "http", "http_version": "1.1", "method": "GET", "path": "/x", "query_string": b"", "headers": []}
    return base | changes


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"root_path": "/api", "path": "/api/x"}, {"SCRIPT_NAME": "/api", "PATH_INFO": "/x"}),
        ({"root_path": "/api/", "path": "/api"}, {"SCRIPT_NAME": "/api", "PATH_INFO": ""}),
        ({"root_path": "/api", "path": "/apix"}, {"SCRIPT_NAME": "/api", "PATH_INFO": "/apix"}),
        ({"root_path": "/é", "path": "/é/x"}, {"SCRIPT_NAME": "/Ã©", "PATH_INFO": "/x"}),
        ({"path": "/\ufffd", "raw_path": b"/%FF"}, {"PATH_INFO": "/\xff", "RAW_URI": "/%FF"}),
        ({"path": "/rewritten", "raw_path": b"/sent"}, {"PATH_INFO": "/rewritten"}),
        ({"query_string": b"q=\xc3\xa9"}, {"QUERY_STRING": "q=Ã©", "REQUEST_URI": "/x?q=Ã©"}),
        ({"headers": [(b"cookie", b"a=1"), (b"cookie", b"b=2")]}, {"HTTP_COOKIE": "a=1; b=2"}),
        ({"server": ("/run/app.sock", None)}, {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}),
        ({"server": None, "scheme": "https"}, {"SERVER_NAME": "localhost", "SERVER_PORT": "443"}),
        ({"client": ("10.0.0.9", 4711)}, {"REMOTE_ADDR": "10.0.0.9", "REMOTE_PORT": "4711"}),
    ],
)
def test_what_servers_leave_to_us(changes: dict[str, Any], expected: dict[str, str]) -> None:
    """Prefixes end at slashes, bytes survive, a path that a middleware changed counts, split cookies are joined."""
    environ = wsgi_environ(scope(**changes))

    assert {key: environ[key] for key in expected} == expected


def test_bytes_in_a_query_arrive(talk: Callable[..., Any]) -> None:
    """Some servers let through what is not ASCII; a2wsgi alone would fail on it."""
    app = serve_rest_with_flask(FastAPI(openapi_url=None), make_app())
    request_scope = scope(path="/x", query_string=b"q=\xc3\xa9%20", headers=[(b"host", b"localhost")])
    sent = asyncio.run(talk(app, request_scope, [{"type": "http.request"}]))
    seen = json.loads(b"".join(message.get("body", b"") for message in sent))

    assert seen["args"] == {"q": ["é "]}
    assert seen["environ"]["QUERY_STRING"] == repr("q=Ã©%20")


def test_a_script_name_of_the_process_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gunicorn takes the prefix from the environment variable, so deployments set it."""
    monkeypatch.setenv("SCRIPT_NAME", "/shop")

    environ = wsgi_environ(scope(path="/shop/x"))

    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == ("/shop", "/x")
