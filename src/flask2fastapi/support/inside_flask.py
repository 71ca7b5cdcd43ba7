"""Operations that run where Flask would call the views that they were: inside its hooks."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import json
import tempfile
from collections.abc import Callable, Iterator
from inspect import isfunction
from typing import Any
from urllib.parse import quote

import flask
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from starlette.types import Message, Receive, Scope

from .environ import MATCHED_KEY, TAKE_KEY, close_opened, wsgi_environ
from .flask_behind import BEHIND
from .flask_thread import CALL_KEY, ThreadCall
from .moved import WAIT_KEY, is_moved, raise_in_flask

# Bytes of a body that are kept in memory; what is larger waits on the disk.
_IN_MEMORY = 2**20
_CHUNK = 2**16

# Messages that an operation may be ahead of its client.
_AHEAD = 8

_HOOKS = (
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "url_value_preprocessors",
)
_WIDE_HOOKS = ("teardown_appcontext_funcs", "before_first_request_funcs")
_SIGNALS = (
    "request_started",
    "request_finished",
    "request_tearing_down",
    "appcontext_pushed",
    "appcontext_popped",
    "appcontext_tearing_down",
)


def runs_more_than_views(app: Flask, request: flask.Request) -> bool:
    """Whether Flask would do anything for a request but call its view.

    Hooks, signals, middleware, methods that were replaced, a view that was wrapped later,
    a session that comes with the request: a guard may be in each, so that what Flask does
    then is left to Flask.
    """
    around = (None, *reversed(_blueprints(request)))
    tables = [getattr(app, name) for name in _HOOKS]
    return (
        any(table.get(name) for table in tables for name in around)
        or any(getattr(app, name, None) for name in _WIDE_HOOKS)
        or any(_is_heard(getattr(flask, name), app) for name in _SIGNALS)
        or type(app) is not Flask
        or any(isfunction(getattr(Flask, name, None)) for name in vars(app))
        or type(app.session_interface) is not SecureCookieSessionInterface
        or app.config["SESSION_COOKIE_NAME"] in request.cookies
        or not is_moved(app, request.endpoint or "", by_itself=True)
    )


def _is_heard(signal: Any, app: Flask) -> bool:
    """Whether anybody listens; before Flask 2.3 there are signals only with Blinker."""
    return bool(getattr(signal, "receivers", None)) and signal.has_receivers_for(app)


def _blueprints(request: flask.Request) -> list[str]:
    """The blueprint of a request and those that it is nested in, the innermost first."""
    name = (request.endpoint or "").rpartition(".")[0]
    parts = name.split(".") if name else []
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


class Body:
    """The body of a request, for Flask's hooks and for the operation."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._file: Any = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        self._size = 0
        self._broken = False

    async def read(self) -> None:
        """Take it all from the client."""
        more = True
        while more:
            message = await self._receive()
            self._broken = message["type"] == "http.disconnect"
            more = not self._broken and message.get("more_body", False)
            self._size += self._file.write(message.get("body", b""))

    def again(self) -> Receive:
        """Receive it from its beginning."""
        place = 0

        async def receive() -> Message:
            nonlocal place
            if place > self._size:
                return await self._receive()
            self._file.seek(place)
            chunk: bytes = self._file.read(_CHUNK)
            place += len(chunk)
            more = place < self._size
            if not more:
                place += 1
                if self._broken and not chunk:
                    return {"type": "http.disconnect"}
                more = self._broken
            return {"type": "http.request", "body": chunk, "more_body": more}

        return receive

    def close(self) -> None:
        """Give back its memory or file."""
        self._file.close()


class Inside:
    """The operation that Flask calls in the place of a view, once it knows which."""

    def __init__(
        self,
        flask_app: Flask,
        scope: Scope,
        find: Any,
        body: Body | None = None,
    ) -> None:
        self._flask_app = flask_app
        self._scope = scope
        self._find = find
        self._body = body
        self._loop = asyncio.get_running_loop()
        self._messages: asyncio.Queue[Any] = asyncio.Queue(_AHEAD)
        self._task: asyncio.Task[None] | None = None
        self._is_whole = False

    async def end(self) -> None:
        """Wait until the operation ends; end one whose answer nobody takes any more."""
        if self._task is None:
            return
        if not self._is_whole:
            self._task.cancel()
        await asyncio.wait([self._task])

    def __call__(self) -> flask.Response:
        """Give Flask the operation's response, or raise what the operation raises."""
        waiting = functools.partial(_wait, self._loop)
        self._wait = flask.request.environ.get(WAIT_KEY) or waiting
        request = flask.request.environ["werkzeug.request"]
        found = self._find(_as_seen(self._scope, request))
        if found is None:
            raise LookupError(f"FastAPI has no operation for {flask.request.endpoint}")
        receive = self._body.again() if self._body else _known(flask.request.get_data())
        app, self._scope = found
        self._scope[TAKE_KEY] = self._messages.put
        self._scope[CALL_KEY] = self._call
        self._run = functools.partial(app, self._scope, receive)
        context = contextvars.copy_context()
        start = self._next(functools.partial(self._begin, context))
        if isinstance(start, flask.Response):
            return start
        first = self._next()
        body: Any = first.get("body", b"")
        if first.get("more_body", False):
            body = self._stream(body)
        return self._response(start, body)

    def _response(self, start: Message, body: Any) -> flask.Response:
        """The response as hooks would have seen it."""
        response: Any = flask.current_app.response_class(body, start["status"])
        sent = [[each.decode("latin-1") for each in pair] for pair in start["headers"]]
        if start["status"] == 204 and "content-length" not in dict(sent):
            sent = [pair for pair in sent if pair[0] != "content-type"]
            sent += [["content-type", response.content_type], ["content-length", "0"]]
        response.headers.clear()
        for name, value in sent:
            response.headers.add(name, value)
        if response.mimetype == "application/json" and _is_fastapis(body):
            response.set_data(flask.jsonify(json.loads(body)).get_data())
        return response  # type: ignore[no-any-return]

    async def _begin(self, context: contextvars.Context) -> Any:
        self._task = asyncio.ensure_future(self._serve(context))
        return await self._messages.get()

    async def _serve(self, context: contextvars.Context) -> None:
        """Run the operation in Flask's context."""
        known = contextvars.copy_context()
        for variable in context:
            if variable not in known:
                variable.set(context[variable])
        BEHIND.set((self._flask_app, self._scope))
        try:
            await self._run(self._messages.put)
            await self._messages.put(RuntimeError("the operation gave no response"))
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - it is raised where Flask waits
            await self._messages.put(error)
        finally:
            close_opened(self._scope)

    async def _call(self, work: Callable[[], Any]) -> Any:
        """Make a call where Flask waits."""
        call = ThreadCall(work)
        await self._messages.put(call)
        return await call.result

    def _next(self, begin: Callable[[], Any] | None = None) -> Any:
        """The answer, or the next part of it; raises what the operation has raised."""
        message = self._wait(begin or self._messages.get)
        while isinstance(message, ThreadCall):
            message.make()
            message = self._wait(self._messages.get)
        if isinstance(message, (BaseException, flask.Response)):
            self._is_whole = True
            if isinstance(message, BaseException):
                raise_in_flask(message)
            return message
        is_body = message["type"] == "http.response.body"
        self._is_whole = is_body and not message.get("more_body", False)
        return message

    def _stream(self, chunk: bytes) -> Iterator[bytes]:
        message: Message = {"more_body": True}
        yield chunk
        while message.get("more_body", False):
            message = self._next()
            yield message.get("body", b"")


def _as_seen(scope: Scope, request: flask.Request) -> Scope:
    """The scope of a request as Flask sees it: middleware may have changed it."""
    seen: Scope = {**scope, MATCHED_KEY: request}
    before, now = wsgi_environ(scope), request.environ
    if all(now.get(name) == before[name] for name in before):
        return seen
    headers = [
        (name[5:].replace("_", "-").lower().encode(), value.encode("latin-1"))
        for name, value in now.items()
        if name.startswith("HTTP_")
    ]
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if now.get(name):
            lower = name.replace("_", "-").lower()
            headers.append((lower.encode(), now[name].encode("latin-1")))
    path = (now["SCRIPT_NAME"] + now["PATH_INFO"]).encode("latin-1")
    address = now.get("REMOTE_ADDR")
    client = (address, int(now.get("REMOTE_PORT") or 0)) if address else None
    return {
        **seen,
        "method": now["REQUEST_METHOD"],
        "scheme": now["wsgi.url_scheme"],
        "root_path": now["SCRIPT_NAME"].encode("latin-1").decode(errors="replace"),
        "path": path.decode(errors="replace"),
        "raw_path": quote(path).encode(),
        "query_string": now["QUERY_STRING"].encode("latin-1"),
        "client": client,
        "headers": headers,
    }


def _is_fastapis(body: Any) -> bool:
    """Whether JSON is as FastAPI writes it: hooks may want Flask's own bytes."""
    if not isinstance(body, bytes) or body.endswith(b"\n"):
        return False
    try:
        data = json.loads(body)
    except ValueError:
        return False
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.encode() == body


def _known(data: bytes) -> Receive:
    """Receive a body that was read already."""

    async def receive() -> Message:
        return {"type": "http.request", "body": data, "more_body": False}

    return receive


def _wait(loop: asyncio.AbstractEventLoop, work: Callable[[], Any]) -> Any:
    """Wait in Flask's thread for something that the event loop does."""
    return asyncio.run_coroutine_threadsafe(work(), loop).result()
