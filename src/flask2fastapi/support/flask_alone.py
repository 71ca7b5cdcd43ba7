"""Operations of an application that is started without FastAPI in front: Flask calls them all the same."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

import flask
from fastapi import APIRouter, FastAPI
from flask import Flask
from starlette.types import Receive, Scope, Send

from .hybrid import _FlaskDecides
from .inside_flask import Inside
from .moved import Stub
from .router_of import include_routers


class Alone:
    """Serves what has moved, inside of Flask: old start commands and tests go on working.

    Each request takes a detour over an event loop in a thread: start the front instead.
    """

    def __init__(self, flask_app: Flask) -> None:
        self._flask_app = flask_app
        self._app = FastAPI(openapi_url=None)
        self._decides = _FlaskDecides(self._app, flask_app)
        self._routers: set[int] = set()
        self._loop: Any = None
        self._process = 0
        self._lock = threading.Lock()
        include_routers(self._app, flask_app)

    def __call__(self, view: Any) -> flask.Response | None:
        """Answer the request that Flask is serving by the operation that ``view`` is now.

        None where its router is not found.
        """
        self._learn(sys.modules.get(getattr(view, "__module__", ""), None))
        if flask.request.endpoint not in self._decides.operations():
            return None
        inside = self._run(self._begin(flask.request.environ))
        try:
            response: flask.Response = inside()
        except BaseException:
            self._run(inside.end())
            raise
        response.call_on_close(lambda: self._run(inside.end()))
        return response

    def _learn(self, module: Any) -> None:
        """Include the routers of a module that holds operations."""
        for value in list(vars(module).values()) if module else ():
            if isinstance(value, APIRouter) and id(value) not in self._routers:
                self._routers.add(id(value))
                self._app.include_router(value)

    async def _begin(self, environ: Any) -> Inside:
        server = (environ["SERVER_NAME"], int(environ["SERVER_PORT"] or 0))
        protocol = environ.get("SERVER_PROTOCOL", "HTTP/1.1")
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": protocol.partition("/")[2],
            "method": "",  # it and the rest are Flask's to say
            "path": "",
            "headers": [],
            "server": server,
            "app": self._app,
        }
        return Inside(self._flask_app, scope, self._found)

    def _found(self, scope: Scope) -> Any:
        found = self._decides.found_by_flask(scope)
        if found is None:
            return None
        route, inner = found

        async def run(scope: Scope, receive: Receive, send: Send) -> None:
            async with AsyncExitStack() as stack:
                for name in ("fastapi_middleware_astack", "fastapi_astack"):
                    scope[name] = stack
                await route(scope, receive, send)

        return run, inner

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Wait for something that the event loop does; a forked process has one of its own."""
        with self._lock:
            if self._process != os.getpid():
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, daemon=True).start()
                self._process = os.getpid()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


Stub.alone = Alone
