"""The few attributes of Flask, FastAPI, AnyIO and a2wsgi that are replaced while the suite runs."""

from __future__ import annotations

import contextvars
import functools
import sys
import warnings
from typing import Any, Callable

from .exchange import CURRENT
from .mount import inline_mount
from .route import PLACE, Suite


def install(suite: Suite) -> None:
    """Replace them, before anything of the project is imported.

    What importing FastAPI warns of is not what the project's own ``filterwarnings`` are about.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import anyio.to_thread

        anyio.to_thread.run_sync = _inline(anyio.to_thread.run_sync)
        import a2wsgi
        import a2wsgi.wsgi
        import fastapi
        import fastapi.routing
        import flask
        import starlette.routing

    a2wsgi.WSGIMiddleware = a2wsgi.wsgi.WSGIMiddleware = inline_mount(a2wsgi.WSGIMiddleware)
    _patch_flask(suite, flask.Flask)
    _note(fastapi.FastAPI, "__call__", "entered")
    _note(starlette.routing.Route, "handle", "native")
    if "handle" in vars(fastapi.routing.APIRoute):
        _note(fastapi.routing.APIRoute, "handle", "native")
    _note_handler(fastapi.routing.APIRoute)


def _inline(real: Callable[..., Any]) -> Callable[..., Any]:
    """``anyio.to_thread.run_sync``, run in the test's thread for the suite's requests, with the caller's context."""

    @functools.wraps(real)
    async def run_sync(func: Callable[..., Any], *args: Any, **options: Any) -> Any:
        exchange = CURRENT.get()
        if exchange is None or exchange.finished:
            return await real(func, *args, **options)
        context = contextvars.copy_context()
        return await exchange.in_test(lambda: context.run(func, *args))

    return run_sync


def _patch_flask(suite: Suite, flask: Any) -> None:
    real_init = flask.__init__

    @functools.wraps(real_init)
    def __init__(self: Any, *args: Any, **named: Any) -> None:
        suite.constructed(self, sys._getframe())
        for cls in type(self).__mro__[: type(self).__mro__.index(flask)]:
            if "__call__" in vars(cls):
                _through(suite, cls, "__call__", whole=True)
        real_init(self, *args, **named)

    flask.__init__ = __init__
    _through(suite, flask, "__call__", whole=True)
    _through(suite, flask, "wsgi_app", whole=False)


def _through(suite: Suite, cls: Any, name: str, whole: bool) -> None:
    real = vars(cls)[name]
    if getattr(real, PLACE, False):
        return

    @functools.wraps(real)
    def serve(self: Any, environ: Any, start_response: Any) -> Any:
        return suite.serve(self, functools.partial(real, self), whole, environ, start_response)

    setattr(serve, PLACE, True)
    setattr(cls, name, serve)


def _note(cls: Any, name: str, fact: str) -> None:
    real = vars(cls)[name]

    @functools.wraps(real)
    async def noted(self: Any, scope: Any, receive: Any, send: Any) -> None:
        exchange = CURRENT.get()
        if exchange is not None:
            setattr(exchange, fact, True)
        await real(self, scope, receive, send)

    setattr(cls, name, noted)


def _note_handler(route: Any) -> None:
    """A route's handler runs however the route is reached, also when its ``app`` is called directly."""
    real = route.get_route_handler

    @functools.wraps(real)
    def get_route_handler(self: Any) -> Any:
        handler = real(self)

        async def handle(request: Any) -> Any:
            exchange = CURRENT.get()
            if exchange is not None:
                exchange.native = True
            return await handler(request)

        return handle

    route.get_route_handler = get_route_handler
