"""Hooks and error handlers of a FastAPI application run as those of the Flask application that it stands for."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, StreamingResponse
from flask import Flask, Response, abort
from flask import request as flask_request
from starlette.exceptions import HTTPException as StarletteHTTPException
from werkzeug.exceptions import HTTPException as WerkzeugHTTPException

from flask2fastapi.support.full_hooks import RequestHooks
from flask2fastapi.support.full_http import keep_flask_http

KINDS = ("none", "stop", "abort", "fail", "after-fail", "after-abort", "view-abort", "view-fail")
PATHS = ("/", "/unknown", "/streamed", "/slash")


class Closed(Exception):
    """An exception with a handler."""


def flask_app(handlers: tuple[Any, ...], seen: list[str]) -> Flask:  # noqa: C901 - one function for each hook
    app = Flask("hooked")

    @app.before_request
    def first() -> Response | None:
        seen.append("first")
        kind = flask_request.args.get("kind")
        if kind == "stop":
            return Response("stopped", 401, mimetype="text/plain")
        if kind == "abort":
            abort(403, "no entry")
        if kind == "fail":
            raise ValueError(kind)
        return None

    @app.before_request
    def second() -> None:
        seen.append("second")

    @app.after_request
    def add(response: Response) -> Response:
        seen.append("add")
        response.headers["X-Seen"] = str(response.status_code)
        return response

    @app.after_request
    def break_off(response: Response) -> Response:
        seen.append("break-off")
        if flask_request.args.get("kind") == "after-fail":
            raise ValueError
        if flask_request.args.get("kind") == "after-abort":
            abort(404)
        if flask_request.args.get("kind") == "none":
            response.set_cookie("seen", "1")
            response.status_code = 203
        return response

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        seen.append(f"end {type(error).__name__}")

    @app.route("/")
    def index() -> str:
        kind = flask_request.args.get("kind")
        if kind == "view-abort":
            abort(410)
        if kind == "view-fail":
            raise ZeroDivisionError
        if kind == "closed":
            raise Closed
        if kind == "view-500":
            abort(500)
        return "<p>index</p>"

    @app.route("/streamed")
    def streamed() -> Response:
        return Response((part for part in ("a", "b")), mimetype="text/plain")

    @app.route("/slash/")
    def slash() -> str:
        return "slash"

    for kind in handlers:

        def handle(error: Any, kind: Any = kind) -> Any:
            code = error.code if isinstance(error, WerkzeugHTTPException) else 500
            return {"handler": getattr(kind, "__name__", kind)}, code

        app.register_error_handler(WerkzeugHTTPException if kind is StarletteHTTPException else kind, handle)
    return app


def fastapi_app(handlers: tuple[Any, ...], seen: list[str]) -> FastAPI:  # noqa: C901 - one function for each hook
    app = FastAPI(redirect_slashes=False, openapi_url=None)
    keep_flask_http(app)
    hooks = RequestHooks(app)

    @hooks.before_request
    def first(request: Request) -> PlainTextResponse | None:
        seen.append("first")
        kind = request.query_params.get("kind")
        if kind == "stop":
            return PlainTextResponse("stopped", 401)
        if kind == "abort":
            raise HTTPException(403, "no entry")
        if kind == "fail":
            raise ValueError(kind)
        return None

    @hooks.before_request
    async def second(request: Request) -> None:
        seen.append("second")

    @hooks.after_request
    def add(request: Request, response: Any) -> None:
        seen.append("add")
        response.headers["X-Seen"] = str(response.status_code)

    @hooks.after_request
    async def break_off(request: Request, response: Any) -> None:
        seen.append("break-off")
        if request.query_params.get("kind") == "after-fail":
            raise ValueError
        if request.query_params.get("kind") == "after-abort":
            raise HTTPException(404)
        if request.query_params.get("kind") == "none":
            response.set_cookie("seen", "1", samesite=None)
            response.status_code = 203

    @hooks.teardown_request
    def end(request: Request, error: Exception | None) -> None:
        name = "NotFound" if isinstance(error, HTTPException) else type(error).__name__
        seen.append(f"end {name}")

    @app.get("/")
    def index(kind: str = "") -> Any:
        if kind == "view-abort":
            raise HTTPException(410)
        if kind == "view-fail":
            raise ZeroDivisionError
        if kind == "closed":
            raise Closed
        if kind == "view-500":
            raise HTTPException(500)
        return HTMLResponse("<p>index</p>")

    @app.get("/streamed")
    def streamed() -> StreamingResponse:
        return StreamingResponse((part for part in ("a", "b")), media_type="text/plain")

    @app.get("/slash/")
    def slash() -> Any:
        return HTMLResponse("slash")

    for kind in handlers:

        async def handle(request: Request, error: Any, kind: Any = kind) -> JSONResponse:
            code = error.status_code if isinstance(error, StarletteHTTPException) else 500
            name = "HTTPException" if kind is StarletteHTTPException else getattr(kind, "__name__", kind)
            return JSONResponse({"handler": name}, code)

        app.add_exception_handler(kind, handle)
    return app


def asked(app: FastAPI, url: str, method: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, f"http://localhost{url}")

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "handlers",
    [(), (404,), (500,), (Exception,), (StarletteHTTPException,), (Closed,), (410, Exception), (404, Closed, 500)],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_hooks_and_handlers_are_flasks(handlers: tuple[Any, ...], method: str) -> None:
    before_seen: list[str] = []
    after_seen: list[str] = []
    before = flask_app(handlers, before_seen).test_client()
    after = fastapi_app(handlers, after_seen)
    for path in PATHS:
        for kind in (*KINDS, "closed", "view-500"):
            url = f"{path}?kind={kind}"
            old = before.open(url, method=method)
            new = asked(after, url, method)
            assert (url, new.status_code) == (url, old.status_code)
            assert new.headers.get("x-seen") == old.headers.get("x-seen"), url
            assert new.headers.get("set-cookie") == old.headers.get("set-cookie"), url
            assert new.json() == old.json if old.is_json and method != "HEAD" else new.content == old.data, url
            assert after_seen == before_seen, url
            before_seen.clear()
            after_seen.clear()
