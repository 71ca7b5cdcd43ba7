"""Functions that run around the requests of one router, as a blueprint's hooks do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from .full_hooks import AroundRequest, Hook, HookLists, RequestHooks


class RouterHooks(HookLists):
    """What is done before and after each request to a router with this ``route_class``.

    It is inside what the application does around all requests. Of the handlers for
    errors, those of the router go first. What is for the whole application runs once
    its hooks ``include`` the router (``flask.Blueprint``).
    """

    def __init__(self) -> None:
        super().__init__()
        self.handlers: dict[Any, Any] = {}
        self.for_app: list[tuple[Any, Callable[..., Any]]] = []
        self.route_class: type[APIRoute] = type("Hooked", (APIRoute,), {"hooks": self})

    def exception_handler(self, kind: Any) -> Callable[[Hook], Hook]:
        """Answer errors of this status or class with ``function(request, error)``."""

        def keep(function: Hook) -> Hook:
            self.handlers[kind] = function
            return function

        return keep

    def before_app_request(self, function: Hook) -> Hook:
        """Call ``function(request)`` before every request to the application."""
        self.for_app.append(("before", function))
        return function

    def after_app_request(self, function: Hook) -> Hook:
        """Call ``function(request, response)`` after every request."""
        self.for_app.append(("after", function))
        return function

    def teardown_app_request(self, function: Hook) -> Hook:
        """Call ``function(request, error)`` at the end of every request."""
        self.for_app.append(("teardown", function))
        return function

    def app_exception_handler(self, kind: Any) -> Callable[[Hook], Hook]:
        """Answer such errors of the whole application."""

        def keep(function: Hook) -> Hook:
            self.for_app.append((kind, function))
            return function

        return keep

    def around(
        self,
        app: ASGIApp,
        handlers: Mapping[Any, Any],
        is_late: bool = False,
    ) -> ASGIApp:
        """Put the hooks around a route; ``handlers`` are those of the application.

        ``is_late``: it is answered already, so that none runs before.
        """
        classes = tuple(kind for kind in self.handlers if isinstance(kind, type))
        own = dict(self.handlers)
        if Exception in own:  # it gets errors of HTTP, too
            own.setdefault(HTTPException, own[Exception])
        kept = {
            kind: handler
            for kind, handler in handlers.items()
            if kind is RequestValidationError or not _is_below(kind, classes)
        }
        return AroundRequest(app, self, {**kept, **own}, is_late)


def include_hooks(hooks: RequestHooks, router: APIRouter) -> None:
    """Take over what a router has for the whole application."""
    mine: RouterHooks = router.route_class.hooks  # type: ignore[attr-defined]
    for kind, function in mine.for_app:
        if kind in ("before", "after", "teardown"):
            getattr(hooks, kind).append(function)
        else:
            hooks.app.add_exception_handler(kind, function)


def _is_below(kind: Any, classes: Any) -> bool:
    """Whether a handler is for errors of a class that another one is for."""
    return isinstance(kind, type) and issubclass(kind, classes)
