"""Requests for a generated application, and both ways to send one: WSGI and ASGI, without servers between."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from werkzeug.test import run_wsgi_app

from .routes import mixed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .apps import App
    from .views import View

HOST, PORT = "localhost", 80
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=B"


@dataclass(frozen=True)
class Ask:
    """One request, as it is on the wire."""

    method: str
    path: str
    """With the query, percent-encoded."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __str__(self) -> str:
        return f"{self.method} {self.path} {dict(self.headers)} {self.body!r}"


@dataclass(frozen=True)
class Answer:
    """One response: header names are in lower case, in the order of sending."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def requests(app: App, most: int = 14) -> list[Ask]:
    """What to ask an application: each view's paths and methods, good and bad inputs, and what no view knows."""
    asks = [ask for view in app.views for ask in list(dict.fromkeys(_for_view(view)))[:most]]
    return list(dict.fromkeys([*asks, Ask("GET", "/nothing/here"), Ask("POST", "/"), Ask("GET", "/static/x.css")]))


def _for_view(view: View) -> Iterator[Ask]:
    paths = mixed(list(view.rules), 8)
    path, method = paths[0], view.methods[0]
    yield Ask(method, path)
    inputs = [*_inputs(view)]
    for n, (query, headers, body) in enumerate(inputs):
        yield Ask(view.methods[n % len(view.methods)], path + query, headers, body)
        if n == 4:
            yield from (Ask(method, other) for other in paths[1:4])
    for other in ("HEAD", "OPTIONS", *view.methods[1:], "DELETE"):
        yield Ask(other, path)
    yield from (Ask(method, other) for other in paths[1:])


def _inputs(view: View) -> Iterator[tuple[str, tuple[tuple[str, str], ...], bytes]]:
    """Queries, headers and bodies that belong together: good ones, then bad ones."""
    values = [
        "5",
        "abc",
        "",
        "%C3%A9",
        "+5.0",
        "1&{0}=2",
        "%3C",
        "true",
    ]  # %FF reads otherwise on FastAPI, which is known
    queries = [
        "?" + "&".join(f"{name}={each.format(name)}" for name in view.queries) for each in values if view.queries
    ]
    headers = [tuple((name, each) for name in view.headers) for each in ("a", "7", "text/html", "")]
    if view.cookies:
        headers = [
            (*each, ("Cookie", cookie)) for each, cookie in zip(headers, ["c=1", "c=a; c=b", "x=1", "c"], strict=True)
        ]
    bodies = list(_bodies(view))
    used = [queries, headers if headers[0] else [], bodies]
    for n in range(max(map(len, used))):
        query = queries[n % len(queries)] if queries else ""
        sent = headers[n % len(headers)]
        body_headers, body = bodies[n % len(bodies)] if bodies else ((), b"")
        yield query, (*sent, *body_headers), body


def _bodies(view: View) -> Iterator[tuple[tuple[tuple[str, str], ...], bytes]]:
    names = view.fields or ("x",)
    as_json = "{" + ", ".join(f'"{name}": "5"' for name in names) + ', "more": [1, null]}'
    as_form = "&".join(f"{name}=5" for name in names)
    parts = [f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n5\r\n' for name in names]
    parts.append(
        '--B\r\nContent-Disposition: form-data; name="up"; filename="a.txt"\r\n'
        "Content-Type: text/plain\r\n\r\nfile\r\n--B--\r\n"
    )
    if "json" in view.bodies:
        for kind, text in (("application/json", as_json), ("application/json", "{bad"), (FORM, as_form)):
            yield (("Content-Type", kind),), text.encode()
        for kind, text in (
            ("application/vnd.x+json; charset=utf-8", as_json),
            ("application/json", "[1]"),
            ("application/json", "null"),
        ):
            yield (("Content-Type", kind),), text.encode()
        yield (("Content-Type", "application/json"),), b""
        yield (("Content-Type", "application/json"),), b'{"x": NaN, "q": 1e400, "x": "\xc3\xa9"}'
    if {"form", "files"} & set(view.bodies):
        yield (("Content-Type", FORM),), as_form.encode()
        yield (("Content-Type", MULTIPART),), "".join(parts).encode()
        yield (("Content-Type", FORM),), as_form.replace("5", "").encode()
        yield (("Content-Type", FORM),), f"{as_form}&{as_form.replace('5', 'b%20+')}".encode()
        yield (("Content-Type", MULTIPART),), b"--B\r\nbroken"
        yield (("Content-Type", "application/json"),), as_json.encode()
    if "data" in view.bodies:
        yield (("Content-Type", "text/plain"),), b"text \xc3\xa9"
        yield (("Content-Type", FORM),), as_form.encode()
        yield (), b"none"


def over_wsgi(app: Any, ask: Ask) -> Answer:
    """What a WSGI application answers; an error that it raises is a server's 500."""
    path, _, query = ask.path.partition("?")
    environ = {
        "REQUEST_METHOD": ask.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": ask.path,
        "RAW_URI": ask.path,
        "SERVER_NAME": HOST,
        "SERVER_PORT": str(PORT),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(ask.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in _headers(ask):
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    try:
        chunks, status, headers = run_wsgi_app(app, environ, buffered=True)
    except Exception as error:  # noqa: BLE001 - what a server does
        return Answer(-1, (("error", type(error).__name__),), b"")
    return Answer(int(status.split()[0]), tuple((name.lower(), value) for name, value in headers), b"".join(chunks))


async def over_asgi(app: Callable[..., Any], ask: Ask) -> Answer:
    """What an ASGI application answers; an error that it raises before it answers is a server's 500."""
    path, _, query = ask.path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": ask.method,
        "scheme": "http",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in _headers(ask)],
        "client": ("127.0.0.1", 50000),
        "server": (HOST, PORT),
        "state": {},
    }
    sent: list[Any] = []
    given = [{"type": "http.request", "body": ask.body, "more_body": False}]

    async def receive() -> Any:
        if not given:
            await asyncio.Event().wait()  # the client stays; who waits for it to go is cancelled
        return given.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    try:
        await app(scope, receive, send)
    except Exception as error:  # noqa: BLE001 - what a server does
        if not sent:
            return Answer(-1, (("error", type(error).__name__),), b"")
    start = sent[0]
    headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in start["headers"])
    return Answer(start["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))


def _headers(ask: Ask) -> list[tuple[str, str]]:
    length = [("Content-Length", str(len(ask.body)))] if ask.body or ask.method in {"POST", "PUT", "PATCH"} else []
    return [("Host", HOST), *ask.headers, *length]
