"""FastAPI in front of Flask, each route served by one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import fastapi.routing
import flask
from fastapi import FastAPI, Request
from fastapi.exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
)
from fastapi.exceptions import RequestValidationError
from flask import Flask
from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send
from werkzeug.exceptions import MethodNotAllowed, NotFound

from .attempt import Attempt
from .environ import (
    MATCHED_KEY,
    OPENED_KEY,
    close_opened,
    expects_body,
    wsgi_environ,
)
from .first_values import first_values
from .flask_behind import BEHIND
from .inside_flask import Body, Inside, runs_more_than_views
from .mount import ADDED_KEY, FlaskMount, added_by_server
from .moved import ERROR_KEY, OPERATION_KEY, is_moved, missing_key
from .router_of import include_routers
from .wsgi_headers import wsgi_headers

# A rule for any path at all gives way to routes that only FastAPI has.
_TAKES_ALL = re.compile(r"/<path:\w+>")

# Newer Werkzeug leaves quoted in a query what is not UTF-8.
_KEEPS_QUOTED = flask.Request({"QUERY_STRING": "a=%FF"}).args["a"] == "%FF"

# Newer FastAPI keeps included routers nested and has this to look inside.
_each_route: Any = getattr(fastapi.routing, "iter_route_contexts", iter)


def serve_rest_with_flask(app: FastAPI, flask_app: Flask) -> FastAPI:
    """Let ``flask_app`` serve what ``app`` does not, and its URL map decide which.

    A request whose Flask endpoint is the name of a route of ``app``, for this path and
    method, goes to that route (HEAD to the one for GET). The rest is Flask's, with its
    slash redirects, OPTIONS and 405 answers. What its map does not know, as ``/docs``,
    is looked up among the routes that only ``app`` has. Where Flask has hooks for a
    request, sessions or middleware, they run around the operation as around a view.
    """
    include_routers(app, flask_app)
    app.router.routes.insert(0, _FlaskDecides(app, flask_app))
    return app


class _Operation(NamedTuple):
    """A route that serves a request, and what its match adds to the scope."""

    route: Any
    scope: Scope
    flask_answers_errors: bool


class _FlaskDecides(BaseRoute):
    """Takes every HTTP request, and passes it on by Flask's URL map."""

    def __init__(self, app: FastAPI, flask_app: Flask) -> None:
        self._app = app
        self._flask_app = flask_app
        self._mount = FlaskMount(flask_app)
        self._named: dict[str, list[Any]] = {}
        self._counted = 0

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.FULL if scope["type"] == "http" else Match.NONE), {}

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[ADDED_KEY] = added_by_server(receive)
        operation = self._operation(scope)
        if operation is None:
            inside = Inside(self._flask_app, scope, self.found_by_flask)
            try:
                await self._mount({**scope, OPERATION_KEY: inside}, receive, send)
            finally:
                await inside.end()
            return
        scope.update(operation.scope)
        token = BEHIND.set((self._flask_app, scope))
        try:
            matched = scope[MATCHED_KEY] if operation.flask_answers_errors else None
            if matched and self._is_inside(operation, matched):
                await self._run_inside(scope, receive, send)
            else:
                await self._run(operation, scope, receive, send)
        finally:
            BEHIND.reset(token)
            close_opened(scope)

    def _is_inside(self, operation: _Operation, matched: flask.Request) -> bool:
        """Whether Flask is to serve a request, and call the operation in its context."""
        endpoint = getattr(operation.route, "endpoint", None)
        if getattr(endpoint, "needs_flask_context", False):
            return True
        return runs_more_than_views(self._flask_app, matched)

    async def _run_inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let Flask serve the request, and call the operation as its view."""
        body = Body(receive)
        if expects_body(scope):
            await body.read()
        inside = Inside(self._flask_app, scope, self.found_by_flask, body)
        try:
            outer = {**scope, OPERATION_KEY: inside}
            await self._mount(outer, body.again(), send)
        finally:
            try:
                await inside.end()
            finally:
                body.close()

    def found_by_flask(self, scope: Scope) -> tuple[Any, Scope] | None:
        """Give the operation for the rule that Flask has matched, and its scope."""
        request = scope[MATCHED_KEY]
        found = self._native(scope, request.url_rule, request.view_args)
        if found is None:
            return None
        scope = {**scope, **found.scope}
        return found.route.app, self._inner(found, scope)

    async def _run(
        self,
        operation: _Operation,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        attempt = Attempt(scope, receive, send)
        if not operation.flask_answers_errors:
            await operation.route.app(scope, attempt.receive, attempt.send)
            return
        inner = self._inner(operation, scope)
        try:
            await operation.route.app(inner, attempt.receive, attempt.send)
        except Exception as error:
            if attempt.started:
                raise
            await self._mount({**scope, ERROR_KEY: error}, attempt.receive_again, send)

    def _inner(self, operation: _Operation, scope: Scope) -> Scope:
        """The scope of an operation whose errors are Flask's to answer."""
        inner = {**scope, "starlette.exception_handlers": _added_handlers(scope)}
        query: bytes = scope.get("query_string", b"")
        inner["query_string"] = first_values(query, operation.route, _KEEPS_QUOTED)
        inner["headers"] = wsgi_headers(scope["headers"])
        return inner

    def _operation(self, scope: Scope) -> _Operation | None:
        """The operation that serves a request, None when Flask does."""
        environ = wsgi_environ(scope)
        scope = {**scope, "root_path": environ["SCRIPT_NAME"]}
        try:
            request = self._flask_app.request_class(environ)
            scope[MATCHED_KEY] = request
            adapter: Any = self._flask_app.create_url_adapter(request)
            request.url_rule, request.view_args = adapter.match(return_rule=True)
        except (NotFound, MethodNotAllowed):
            return self._unknown_to_flask(scope)
        except Exception:  # noqa: BLE001
            return None  # a redirect, or trouble that Flask meets again and answers
        rule: Any = request.url_rule
        values = request.view_args
        is_automatic = getattr(rule, "provide_automatic_options", False)
        if is_automatic and scope["method"] == "OPTIONS":
            return None  # Flask's own answer
        if _TAKES_ALL.fullmatch(rule.rule):
            return self._unknown_to_flask(scope) or self._native(scope, rule, values)
        return self._native(scope, rule, values)

    def _native(self, scope: Scope, rule: Any, values: Any) -> _Operation | None:
        arguments = rule.arguments - set(rule.defaults or ())
        named = self.operations().get(rule.endpoint, ())
        stub = is_moved(self._flask_app, rule.endpoint) or any(map(_is_moved, named))
        named = sorted(named, key=lambda it: set(it.param_convertors) != arguments)
        for tried in _as_sent_and_as_get(scope):
            able = [route for route in named if tried["method"] in route.methods]
            for route in able:
                match, child = route.matches(tried)
                if match is Match.FULL:
                    if stub and child["path_params"].keys() == values.keys():
                        child = {**child, "path_params": values}  # of "//a", "a"
                    return _chosen(route, scope, child, stub)
            if able and stub:  # Flask's converters may take more than FastAPI's
                return _chosen(able[0], scope, {"path_params": values}, stub)
        return None

    def _unknown_to_flask(self, scope: Scope) -> _Operation | None:
        for tried in _as_sent_and_as_get(scope):
            for route in self._each():
                if getattr(route, "name", None) not in self._flask_app.view_functions:
                    match, child = route.matches(tried)
                    if match is Match.FULL:
                        return _chosen(route, scope, child, False)
        return None

    def operations(self) -> dict[str, list[Any]]:
        """Give the routes with methods, by name; read again when routes were added."""
        count = len(self._app.router.routes)
        if self._counted != count:
            self._named = {}
            for route in self._each():
                if getattr(route, "methods", None):
                    self._named.setdefault(route.name, []).append(route)
            self._counted = count
        return self._named

    def _each(self) -> list[Any]:
        routes = [route for route in self._app.router.routes if route is not self]
        return list(_each_route(routes))


def _as_sent_and_as_get(scope: Scope) -> Iterator[Scope]:
    """HEAD is served by the operation for GET where it has none of its own."""
    yield scope
    if scope["method"] == "HEAD":
        yield {**scope, "method": "GET"}


def _is_moved(route: Any) -> bool:
    """Whether an operation was a view, whatever Flask has in its place: that may guard it."""
    endpoint = getattr(route, "endpoint", None)
    owner = type(getattr(endpoint, "__self__", None))
    return any(hasattr(each, "moved_from_flask") for each in (endpoint, owner))


def _chosen(route: Any, scope: Scope, child: Scope, replayed: bool) -> _Operation:
    """A route with what Starlette's router would add to the scope for it."""
    endpoint = getattr(route, "endpoint", None)
    original = getattr(route, "original_route", route)
    root = scope["root_path"]
    added = {"endpoint": endpoint, "root_path": root, **child, "route": original}
    added.update({MATCHED_KEY: scope.get(MATCHED_KEY), OPENED_KEY: []})
    return _Operation(route, added, replayed)


def _added_handlers(scope: Scope) -> tuple[dict[Any, Any], dict[int, Any]]:
    """The application's exception handlers, without FastAPI's own for HTTP errors."""
    by_class, by_status = scope.get("starlette.exception_handlers", ({}, {}))
    pages = http_exception_handler
    added = {kind: by_class[kind] for kind in by_class if by_class[kind] is not pages}
    if added.get(RequestValidationError) is request_validation_exception_handler:
        added[RequestValidationError] = _answer_invalid
    return added, by_status


async def _answer_invalid(request: Request, error: Any) -> Any:
    """Leave it to Flask to answer a key that is missing; the rest is FastAPI's."""
    if missing_key(error) is not None:
        raise error
    return await request_validation_exception_handler(request, error)
