"""Functions that run around every request, as Flask's hooks do."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .full_pages import answer_error, answer_http_error

Hook = TypeVar("Hook", bound=Callable[..., Any])


class HookLists:
    """Functions to be run before, after and at the end of requests."""

    def __init__(self) -> None:
        self.before: list[Callable[..., Any]] = []
        self.after: list[Callable[..., Any]] = []
        self.teardown: list[Callable[..., Any]] = []

    def before_request(self, function: Hook) -> Hook:
        """Call ``function(request)`` first; a response that it returns is the answer."""
        self.before.append(function)
        return function

    def after_request(self, function: Hook) -> Hook:
        """Call ``function(request, response)``, which may change status and headers."""
        self.after.append(function)
        return function

    def teardown_request(self, function: Hook) -> Hook:
        """Call ``function(request, error)`` before the answer leaves."""
        self.teardown.append(function)
        return function


class RequestHooks(HookLists):
    """What an application does before and after every request, whatever answers it.

    The order is Flask's: what is to run before in the order of registration, until one
    returns a response; what is to run after and at the end in reverse, also where an
    error was answered. An error in one that runs after is answered with a page for 500
    (``flask.Flask.full_dispatch_request``, ``wsgi_app``).
    """

    def __init__(self, app: FastAPI) -> None:
        super().__init__()
        self.app = app
        app.state.hooks = self
        app.add_middleware(AroundRequest, hooks=self, handlers=app.exception_handlers)


class AroundRequest:
    """The middleware that runs the hooks of an application, or of a router inside."""

    def __init__(
        self,
        app: ASGIApp,
        hooks: HookLists,
        handlers: Any,
        is_late: bool = False,
    ) -> None:
        self._app = app
        self._is_late = is_late
        self._hooks = hooks
        self._handlers = handlers
        self._guarded: ASGIApp | None = None
        self._unhandled: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        answer = _Answer(request, self._hooks, send)
        guarded = self._guarded or self._with_handlers()
        try:
            await guarded(scope, receive, answer.send)
            if answer.error is not None:
                raise answer.error
        except Exception as error:
            await answer.fail(error, self._unhandled)
            raise

    def _with_handlers(self) -> ASGIApp:
        """What a hook raises is answered like what an operation raises."""
        by_kind = dict(self._handlers)
        self._unhandled = answer_error
        for kind in (Exception, HTTPException, 500):
            handler = by_kind.get(kind)
            if handler not in (None, answer_error, answer_http_error):
                self._unhandled = handler
        by_kind.pop(500, None)
        if by_kind[Exception] is answer_error:
            del by_kind[Exception]
        self._guarded = ExceptionMiddleware(self._run, by_kind)
        return self._guarded

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = None if self._is_late else await self._first_answer(scope, receive)
        if answer is not None:  # what a router does afterwards is still done
            is_outer = isinstance(self._hooks, RequestHooks)
            hooks = _hooks_of_router(scope) if is_outer else None
            if hooks is not None:
                answer = hooks.around(answer, self._handlers, is_late=True)
        await (answer or self._app)(scope, receive, send)

    async def _first_answer(self, scope: Scope, receive: Receive) -> Any:
        """What a hook answers, or raises, before anything else does."""
        request = Request(scope, receive)
        for function in self._hooks.before:
            try:
                response = await _called(function, request)
            except Exception as error:  # noqa: BLE001 - raised again where it is asked
                return _raising(error)
            if response is not None:
                return response
        return None


class _Answer:
    """An answer on its way out: the hooks see it before its first byte leaves."""

    def __init__(self, request: Request, hooks: HookLists, send: Send) -> None:
        self.error: Exception | None = None
        self._is_inner = _ENDING in request.scope
        self._ending: _Ending = request.scope.setdefault(_ENDING, _Ending())
        self._request = request
        self._hooks = hooks
        self._send = send
        self._start: Message | None = None
        self._left = False

    async def send(self, message: Message) -> None:
        """Hold the start back until the first part of the body is there."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self.error is not None:
            return
        if not self._left and self._start is not None:
            try:
                await self._changed(self._start)
            except Exception as error:  # noqa: BLE001 - whatever a hook raises
                self.error = error
                return
            await self._leave(None)
        await self._send(message)

    async def fail(self, error: Exception, unhandled: Any) -> None:
        """Answer an error that nothing else answers, unless an answer has begun."""
        if self._left:
            return
        shown = HTTPException(500)
        shown.__cause__ = error
        response: Response = await _called(unhandled, self._request, shown)
        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(message)

        await response(self._request.scope, self._request.receive, keep)
        self._start = sent[0]
        try:
            await self._changed(self._start)
        except Exception:
            logging.getLogger(__name__).exception("after_request failed again")
        await self._leave(error)
        for message in sent[1:]:
            await self._send(message)

    async def _changed(self, start: Message) -> None:
        response = Response(status_code=start["status"])
        response.raw_headers = list(start["headers"])
        for function in reversed(self._hooks.after):
            await _called(function, self._request, response)
        start["status"] = response.status_code
        start["headers"] = response.raw_headers

    async def _leave(self, error: Exception | None) -> None:
        self._left = True
        self._ending.error = error or self._ending.error
        self._ending.functions += reversed(self._hooks.teardown)
        for function in [] if self._is_inner else self._ending.functions:
            await _called(function, self._request, self._ending.error)
        if self._start is not None:
            await self._send(self._start)


def _raising(error: Exception) -> ASGIApp:
    """An application that raises what a hook has raised."""

    async def answer(*_: Any) -> None:
        raise error

    return answer


def _hooks_of_router(scope: Scope) -> Any:
    """The hooks of the router that serves a request, None for none."""
    found = getattr(scope["app"].router.routes[0], "found", None)
    route = found(scope)[0] if found is not None else None
    return getattr(getattr(route, "original_route", route), "hooks", None)


class _Ending:
    """What is to run at the end of a request, and the error that nothing handled."""

    def __init__(self) -> None:
        self.functions: list[Callable[..., Any]] = []
        self.error: Exception | None = None


_ENDING = "flask2fastapi.ending"


async def _called(function: Callable[..., Any], *arguments: Any) -> Any:
    if inspect.iscoroutinefunction(function):
        return await function(*arguments)
    return await run_in_threadpool(function, *arguments)
