"""Flask's application context: one for each request, and for what runs outside of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import anyio
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .full_behind import BEHIND


class AppContext:
    """The time in which a request is served, or a block of ``app_context``.

    One object for all threads and tasks of a request: what one puts into it, all see.
    """

    def __init__(
        self,
        app: FastAPI,
        scope: Any = None,
        receive: Receive | None = None,
    ) -> None:
        self.app = app
        self.scope = scope
        # Tests may push a context, and send requests in it that then have no other.
        outer = APP_CONTEXT.get(None) if scope is not None else None
        shares = outer is not None and outer.app is app
        self.root: AppContext = outer.root if outer is not None and shares else self
        self.values: dict[str, Any] = {}
        # What is not done again for what is begun while the answer is being sent.
        self.ended: set[object] = set()
        # Called with the start of the answer, whoever made it, before the context ends.
        self.at_start: list[Callable[[Message], Any]] = []
        self._receive = receive
        self.messages: list[Message] = []
        self._given = 0

    async def receive(self) -> Message:
        """Give the next part of the body, also of what `body` has read."""
        if self._given == len(self.messages):
            await self._read()
        self._given += 1
        return self.messages[self._given - 1]

    async def body(self) -> bytes:
        """Give the whole body, whoever else reads it."""
        while not self.has_body:
            await self._read()
        return self.body_so_far

    @property
    def body_so_far(self) -> bytes:
        """What has come of the body."""
        return b"".join(each.get("body", b"") for each in self.messages)

    @property
    def has_body(self) -> bool:
        """Whether all of the body is there, or no more of it will come."""
        if self._receive is None:
            return True
        more = (each.get("more_body", False) for each in self.messages)
        return not all(more) if self.messages else False

    async def _read(self) -> None:
        if self._receive is not None:
            self.messages.append(await self._receive())


APP_CONTEXT: ContextVar[AppContext] = ContextVar("app_context")


def current_context() -> AppContext:
    """Give the innermost context; a ``RuntimeError`` where there is none."""
    try:
        return APP_CONTEXT.get()
    except LookupError:
        raise RuntimeError("Working outside of application context.") from None


@contextmanager
def app_context(app: FastAPI) -> Iterator[AppContext]:
    """Be in a context of its own, as each request is: for scripts and tests."""
    context = AppContext(app)
    token = APP_CONTEXT.set(context)
    try:
        yield context
    finally:
        try:
            for function in _ends(app):
                function(context)
        finally:
            APP_CONTEXT.reset(token)


def at_context_end(app: FastAPI, function: Callable[[AppContext], Any]) -> None:
    """Call ``function(context)`` at the end of each context of ``app``.

    That is before an answer leaves, in a thread, and once more after all of it has left
    for what was begun since (``flask.ctx.AppContext.pop``).
    """
    keep_app_context(app)
    _ends(app).insert(0, function)


def keep_app_context(app: FastAPI) -> None:
    """Serve each request of ``app`` in a context of its own."""
    if hasattr(app.state, "context_ends"):
        return
    app.state.context_ends = []
    build = app.build_middleware_stack

    def build_in_context() -> ASGIApp:
        return _InContext(build(), app)

    # Outside of everything else, so that handlers of errors are in the context too.
    app.build_middleware_stack = build_in_context  # type: ignore[method-assign]


def _ends(app: FastAPI) -> list[Callable[[AppContext], Any]]:
    found: list[Callable[[AppContext], Any]] = getattr(app.state, "context_ends", [])
    return found


class _InContext:
    def __init__(self, app: ASGIApp, owner: FastAPI) -> None:
        self._app = app
        self._owner = owner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        context = AppContext(self._owner, scope, receive)
        token = APP_CONTEXT.set(context)
        BEHIND.set(scope)

        async def send_at_end(message: Message) -> None:
            if message["type"] == "http.response.start":
                for function in context.at_start:
                    function(message)
                await self._end(context)
            await send(message)

        try:
            await self._app(scope, context.receive, send_at_end)
        finally:
            with anyio.CancelScope(shield=True):
                await self._end(context)
            APP_CONTEXT.reset(token)

    async def _end(self, context: AppContext) -> None:
        for function in _ends(self._owner) if context.root is context else ():
            await run_in_threadpool(function, context)
