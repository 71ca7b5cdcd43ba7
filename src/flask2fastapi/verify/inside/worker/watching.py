"""Which endpoint answered, on which rung, and with what unhandled error: seen where Flask and FastAPI pass by."""

from __future__ import annotations

import functools
import sys
from typing import Any

from .errors import shortened

SEEN: dict[str, Any] = {}
"""Of the running request: ``endpoint``, ``rung``, ``traceback``. A process runs one case, one request at a time."""


def install() -> None:
    """Watch the classes, once they have been imported by the target."""
    flask = sys.modules.get("flask")
    if flask is not None:
        _watch_flask(flask)
    routing = sys.modules.get("fastapi.routing")
    if routing is not None:
        _watch_fastapi(routing.APIRoute)
        _watch_operations(routing)


def _watch_flask(flask: Any) -> None:
    dispatch = flask.Flask.full_dispatch_request
    log = flask.Flask.log_exception

    @functools.wraps(dispatch)
    def full_dispatch_request(self: Any, *args: Any, **named: Any) -> Any:
        SEEN.setdefault("rung", "mounted")
        SEEN.setdefault("endpoint", flask.request.endpoint)
        return dispatch(self, *args, **named)

    @functools.wraps(log)
    def log_exception(self: Any, *args: Any, **named: Any) -> Any:
        error = sys.exc_info()[1]
        if error is not None:
            SEEN["traceback"] = shortened(error)
        return log(self, *args, **named)

    flask.Flask.full_dispatch_request = full_dispatch_request
    flask.Flask.log_exception = log_exception


def _watch_fastapi(route: Any) -> None:
    handle = route.handle

    @functools.wraps(handle)
    async def noted(self: Any, scope: Any, receive: Any, send: Any) -> None:
        SEEN["rung"], SEEN["endpoint"] = "native", self.name
        await handle(self, scope, receive, send)

    route.handle = noted


def _watch_operations(routing: Any) -> None:
    """See operations also where a front calls them past their routes' own entry, or Flask in the place of a view."""
    run = routing.run_endpoint_function

    @functools.wraps(run)
    async def noted(*args: Any, **named: Any) -> Any:
        SEEN["rung"] = "native"
        return await run(*args, **named)

    routing.run_endpoint_function = noted
