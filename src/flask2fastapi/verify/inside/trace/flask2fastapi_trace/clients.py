"""Where test clients hand their requests to the application: Werkzeug's client, and WebTest's."""

from __future__ import annotations

import contextlib
import functools
import io
import sys
from http.client import responses
from importlib import import_module
from typing import Any, Dict

from werkzeug.datastructures import Headers

from .tracing import Tracer

__tracebackhide__ = True  # pytest leaves these frames out of what it shows of an error


def watch_clients(tracer: Tracer) -> None:
    """Watch every request: followed redirects are requests, too, and cookies have been added by then."""
    _watch_werkzeug(tracer, import_module("werkzeug.test").Client)
    with contextlib.suppress(ImportError):
        _watch_webtest(tracer, import_module("webtest.app").TestApp)
    suite = sys.modules.get("flask2fastapi_suite")
    if suite is not None:
        suite.SUITE.watchers.append(functools.partial(setattr, tracer, "rung"))


def _watch_werkzeug(tracer: Tracer, client: Any) -> None:
    real = client.run_wsgi_app

    @functools.wraps(real)
    def run_wsgi_app(self: Any, environ: Dict[str, Any], *given: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        instead = tracer.instead(environ)
        if instead is not None:
            status, headers, body = instead
            return [body], "%d %s" % (status, responses.get(status, "")), Headers(headers)
        trace = tracer.start(environ, _taken(environ), self.application)
        try:
            parts, status, headers = real(self, environ, *given, **named)
        except BaseException as error:
            trace.failed(error, environ)
            raise
        trace.answered(status, list(headers), environ)
        return trace.body(parts), status, headers

    client.run_wsgi_app = run_wsgi_app


def _watch_webtest(tracer: Tracer, app: Any) -> None:
    real = app.do_request

    @functools.wraps(real)
    def do_request(self: Any, req: Any, *given: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        trace = tracer.start(req.environ, req.body, self.app)
        try:
            response = real(self, req, *given, **named)
        except BaseException as error:
            trace.failed(error, req.environ)
            raise
        trace.answered(response.status, list(response.headerlist), req.environ)
        trace.take(response.body)
        trace.end("")
        return response

    app.do_request = do_request


def _taken(environ: Dict[str, Any]) -> bytes:
    """The body, which the application can then still read; none of a stream without an end."""
    stream = environ.get("wsgi.input")
    length = str(environ.get("CONTENT_LENGTH") or "")
    if stream is None or not (length.isdigit() or environ.get("wsgi.input_terminated")):
        return b""
    body: bytes = stream.read(int(length)) if length.isdigit() else stream.read()
    environ["wsgi.input"] = io.BytesIO(body)
    return body
