"""Flask's HTTP manners for a FastAPI application."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlunsplit

import fastapi.routing
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers, URLPath
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Match, NoMatchFound, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .first_values import SENT_QUERY_KEY, first_values
from .full_behind import BEHIND
from .full_pages import answer_error, answer_http_error, answer_invalid, redirect_page
from .full_rules import Rules, SlashMissingError
from .wsgi_headers import wsgi_headers

# Newer FastAPI keeps included routers nested and has this to look inside.
_inside: Any = getattr(fastapi.routing, "iter_route_contexts", iter)


# Every Flask application has this rule, also without a folder of static files.
_NO_FILES = Route("/static/{filename:path}", Response(), methods=["GET"])


def keep_flask_http(app: FastAPI, *, static: bool = True) -> None:
    """Let ``app`` answer HTTP as Flask does.

    The most specific route serves a path, HEAD goes to GET, OPTIONS and 405 name the
    methods of all its routes, a missing slash and double slashes are redirected with
    308, and errors are HTML pages. Of repeated query keys the first value counts.
    With ``static``, paths below /static/ are known, with no file behind them.
    """
    app.router.routes.insert(0, _FlaskRules(app, [_NO_FILES] if static else []))
    app.add_exception_handler(HTTPException, answer_http_error)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(Exception, answer_error)


class _FlaskRules(BaseRoute):
    """Takes every HTTP request, and passes it on by Flask's rules."""

    def __init__(self, app: FastAPI, more: list[Any]) -> None:
        self._app = app
        self._more = more
        self._rules = Rules([])
        self._others: list[Any] = []
        self._count = 0

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.FULL if scope["type"] == "http" else Match.NONE), {}

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        BEHIND.set(scope)
        answer = self._answer(scope)
        if scope["method"] == "HEAD":
            send = _without_body(send)
        await answer(scope, receive, send)

    def found(self, scope: Scope) -> tuple[Any, Any]:
        """The route that will serve a request and its parameters, None for none."""
        self._read_routes()
        try:
            route, values, _ = self._rules.find(_path(scope), scope["method"])
        except SlashMissingError:
            return None, None
        return route, values if route is not None else None

    def _answer(self, scope: Scope) -> ASGIApp:
        self._read_routes()
        path, method = _path(scope), scope["method"]
        try:
            route, values, allowed = self._rules.find(path, method)
            merged = re.sub("/{2,}", "/", path)
            if route is None and merged != path:
                path = merged
                found, _, more = self._rules.find(path, method)
                if found is not None:
                    return _redirect(scope, path)
                allowed |= more
        except SlashMissingError:
            return _redirect(scope, f"{path}/")
        if route is None or route is _NO_FILES:
            other = self._other(scope)
            if other is not None:
                return other
        if route is None and allowed:
            allow = ", ".join(sorted(allowed))
            raise HTTPException(405, headers={"Allow": allow})
        if route is None or (route is _NO_FILES and method != "OPTIONS"):
            raise HTTPException(404)
        if method == "OPTIONS" and method not in route.methods:
            _, _, allowed = self._rules.find(path, "")
            allow = ", ".join(sorted(allowed))
            return _hooked(HTMLResponse("", 200, {"Allow": allow}), route, scope)
        return _operation(route, values, scope)

    def _read_routes(self) -> None:
        """Read the routes again when some were added."""
        routes = self._app.router.routes
        if self._count != len(routes):
            self._count = len(routes)
            each = list(_inside([route for route in routes if route is not self]))
            files = [r for r in each if _serves_files(r)]
            known = [r for r in each if getattr(r, "methods", None)]
            self._rules = Rules([*map(_rule_of_files, files), *known, *self._more])
            kept = [*files, *known]
            self._others = [r for r in each if r not in kept]

    def _other(self, scope: Scope) -> ASGIApp | None:
        """Something mounted, which Flask's rules know nothing of."""
        for route in self._others:
            match, child = route.matches(scope)
            if match is Match.FULL:
                scope.update(child)
                app: ASGIApp = route.handle
                return app
        return None


def _serves_files(route: Any) -> bool:
    return isinstance(getattr(route, "app", None), StaticFiles)


def _rule_of_files(mount: Any) -> Route:
    """The rule that Flask has for a folder of static files."""

    async def send_static_file(request: Request) -> Response:
        files: StaticFiles = mount.app
        name = request.path_params["filename"]
        return await files.get_response(name, request.scope)

    path = f"{mount.path}/{{filename:path}}"
    return Route(path, send_static_file, methods=["GET"], name=mount.name)


def _path(scope: Scope) -> str:
    """The path below the root path, as Werkzeug looks at it."""
    root: str = scope.get("root_path", "").rstrip("/")
    path: str = scope["path"]
    if root and path.startswith(f"{root}/"):
        path = path[len(root) :]
    return "/" + path.lstrip("/")


def _operation(route: Any, values: dict[str, Any], scope: Scope) -> ASGIApp:
    """The application of a route, given what Starlette's router would add."""
    original = getattr(route, "original_route", route)
    added = {"endpoint": route.endpoint, "path_params": values, "route": original}
    scope.update(added)
    query: bytes = scope.get("query_string", b"")
    scope[SENT_QUERY_KEY] = query
    scope["query_string"] = first_values(query, route)
    scope["headers"] = wsgi_headers(scope["headers"])
    return _hooked(route.app, route, scope)


def _hooked(answer: ASGIApp, route: Any, scope: Scope) -> ASGIApp:
    """What a route answers, inside the hooks of its router."""
    hooks = getattr(getattr(route, "original_route", route), "hooks", None)
    if hooks is None:
        return answer
    app: ASGIApp = hooks.around(answer, scope["app"].exception_handlers)
    return app


def _redirect(scope: Scope, path: str) -> Response:
    """What ``werkzeug.routing.RequestRedirect`` answers."""
    scheme = scope.get("scheme", "http")
    host = Headers(scope=scope).get("host", "localhost").lower()
    port = {"http": ":80", "https": ":443"}.get(scheme, "")
    host = host[: -len(port)] if port and host.endswith(port) else host
    root = scope.get("root_path", "").strip("/")
    whole = "/".join((root, quote(path, safe="!$&'()*+,/:;=@").lstrip("/")))
    query = scope.get("query_string", b"").decode(errors="replace")
    url = urlunsplit((scheme, host, whole, query, ""))
    return redirect_page(url, 308)


def _without_body(send: Send) -> Send:
    """Send the headers of an answer to HEAD."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return sent
