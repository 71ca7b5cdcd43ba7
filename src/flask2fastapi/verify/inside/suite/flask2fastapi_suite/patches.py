"""The few attributes of Flask, FastAPI, AnyIO and a2wsgi that are replaced while the suite runs."""

from __future__ import annotations

import contextvars
import functools
import sys
import warnings
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Callable

from .exchange import CURRENT
from .mount import inline_mount
from .places import PLACE
from .route import PAST_THE_MOUNT, Suite
from .shadow import lend
from .siblings import Siblings

__tracebackhide__ = True  # pytest leaves these frames out of what it shows of an error
MOVED = "served_by_fastapi"
ERROR = "flask2fastapi.error"
OPERATION = "flask2fastapi.operation"
"""The marks of the generated support code: on a view that has moved, and on a request that repeats an error."""


def install(suite: Suite) -> None:
    """Replace them, before anything of the project is imported.

    What importing FastAPI warns of is not what the project's own ``filterwarnings`` are about.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        threads: Any = import_module("anyio.to_thread")
        threads.run_sync = _inline(threads.run_sync)
        if find_spec("a2wsgi") is not None:  # which applications without Flask do not need
            a2wsgi: Any = import_module("a2wsgi")
            wsgi: Any = import_module("a2wsgi.wsgi")
            a2wsgi.WSGIMiddleware = wsgi.WSGIMiddleware = inline_mount(a2wsgi.WSGIMiddleware)
        flask, fastapi = import_module("flask").Flask, import_module("fastapi").FastAPI
        route, api_route = import_module("starlette.routing").Route, import_module("fastapi.routing").APIRoute
    sys.meta_path.append(Siblings(Path(suite.root)))
    _patch_construction(suite, flask)
    lend(suite, fastapi)
    _patch_call(suite, flask, "__call__", whole=True)
    _patch_call(suite, flask, "wsgi_app", whole=False)
    _patch_dispatch(suite, flask)
    _note(fastapi, "__call__", "entered")
    _note(route, "handle", "native")
    if "handle" in vars(api_route):
        _note(api_route, "handle", "native")
    _patch_handler(suite, api_route)


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


def _patch_construction(suite: Suite, flask: Any) -> None:
    real = flask.__init__

    @functools.wraps(real)
    def construct(self: Any, *args: Any, **named: Any) -> None:
        suite.constructed(self, sys._getframe(1))
        for cls in type(self).__mro__[: type(self).__mro__.index(flask)]:
            if "__call__" in vars(cls):
                _patch_call(suite, cls, "__call__", whole=True)
        real(self, *args, **named)

    flask.__init__ = construct


def _patch_call(suite: Suite, cls: Any, name: str, whole: bool) -> None:
    real = vars(cls)[name]
    if getattr(real, PLACE, False):
        return

    @functools.wraps(real)
    def serve(self: Any, environ: Any, start_response: Any) -> Any:
        return suite.serve(self, functools.partial(real, self), whole, environ, start_response)

    setattr(serve, PLACE, True)
    setattr(cls, name, serve)


def _patch_dispatch(suite: Suite, flask: Any) -> None:
    """See when Flask dispatches outside of the mount, or to a moved view other than to raise an error again."""
    real = flask.dispatch_request

    @functools.wraps(real)
    def dispatch_request(self: Any, *args: Any) -> Any:
        request, exchange = import_module("flask").request, CURRENT.get()
        if exchange is not None and exchange.app is self:
            exchange.around = PAST_THE_MOUNT
        is_moved = getattr(self.view_functions.get(request.endpoint), MOVED, False)
        if is_moved and not request.environ.keys() & {ERROR, OPERATION}:
            suite.transfer.dispatched(request.endpoint)
        return real(self, *args)

    flask.dispatch_request = dispatch_request


def _note(cls: Any, name: str, fact: str) -> None:
    real = vars(cls)[name]

    @functools.wraps(real)
    async def noted(self: Any, scope: Any, receive: Any, send: Any) -> None:
        exchange = CURRENT.get()
        if exchange is not None:
            setattr(exchange, fact, True)
        await real(self, scope, receive, send)

    setattr(cls, name, noted)


def _patch_handler(suite: Suite, route: Any) -> None:
    """A route's handler runs however the route is reached, also when its ``app`` is called directly."""
    real = route.get_route_handler

    @functools.wraps(real)
    def get_route_handler(self: Any) -> Any:
        handler = real(self)
        suite.transfer.operation(self.endpoint)

        async def handle(request: Any) -> Any:
            exchange = CURRENT.get()
            if exchange is not None:
                exchange.native = True
            return await handler(request)

        return handle

    route.get_route_handler = get_route_handler
