"""Call an ASGI application on a private event loop, as uvicorn does.

The loop polls, because an epoll object would be shared with the process that forked; a forked process goes on with the
loop on which the lifespan's start-up ran.
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import time
from typing import Any

from .bodies import Body, Limits
from .errors import failure, shortened
from .requests import Request, bodiless

real_clock = time.monotonic


class StartupError(Exception):
    """The application answered the start-up event with ``lifespan.startup.failed``."""


class Loop(asyncio.SelectorEventLoop):
    """A loop that survives a fork."""

    def __init__(self) -> None:
        selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
        super().__init__(selector())

    def time(self) -> float:
        """Seconds on a clock that nobody freezes."""
        return real_clock()

    def forget_threads(self) -> None:
        """Let go of the executor: its threads stayed in the process that forked."""
        self._default_executor = None


class Asgi:
    """An application with its loop and lifespan."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.loop = Loop()
        self._state: dict[str, Any] = {}
        self._events: Any = None
        self._lifespan: Any = None

    def start(self) -> None:
        """Run the lifespan up to the end of its start-up; an application without one is left alone."""
        asyncio.set_event_loop(self.loop)
        done: list[dict[str, Any]] = []
        self.loop.run_until_complete(self._start(done))
        if done and done[0]["type"] == "lifespan.startup.failed":
            raise StartupError(done[0].get("message") or "the lifespan's start-up failed")

    async def _start(self, done: list[dict[str, Any]]) -> None:
        events: Any = asyncio.Queue()
        answered = asyncio.Event()

        async def send(message: Any) -> None:
            done.append(message)
            answered.set()

        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self._state}
        await events.put({"type": "lifespan.startup"})
        self._events = events
        self._lifespan = asyncio.ensure_future(self.app(scope, events.get, send))
        waiting = asyncio.ensure_future(answered.wait())
        await asyncio.wait([self._lifespan, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._lifespan.done() and not self._lifespan.cancelled():
            self._lifespan.exception()  # looked at: such an application has no lifespan, which servers accept

    def call(self, request: Request) -> dict[str, Any]:
        """Send one request and give the answer, or what was raised instead of one."""
        exchange = Exchange(request)
        scope = dict(request.scope(), state=dict(self._state))
        error = None
        try:
            self.loop.run_until_complete(exchange.run(self.app, scope))
        except BaseException as raised:
            error = raised
            if not isinstance(raised, Exception):
                self._settle()
        return exchange.answer(error)

    def _settle(self) -> None:
        """Let tasks end through which SystemExit or KeyboardInterrupt has left the loop; each raises it once more."""
        for _ in range(4):
            with contextlib.suppress(BaseException):
                self.loop.run_until_complete(asyncio.sleep(0))


class Exchange:
    """One request and what is sent for it."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._start: dict[str, Any] | None = None
        self._body = Body()
        self._complete = False
        self._given = False
        self._over: Any = None

    async def run(self, app: Any, scope: dict[str, Any]) -> None:
        """Run the application until it has returned, or enough of its body has come."""
        self._over = asyncio.Event()
        task = asyncio.ensure_future(app(scope, self._receive, self._send))
        over = asyncio.ensure_future(self._over.wait())
        while not task.done() and not self._body.cut:
            await asyncio.wait([task, over], timeout=Limits.stream, return_when=asyncio.FIRST_COMPLETED)
            if not task.done() and self._start is not None and not self._complete:
                self._body.add(b"", self._is_stream())
        over.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=1.0)
        if task.done() and not task.cancelled():
            task.result()

    def _is_stream(self) -> bool:
        headers = self._start.get("headers", ()) if self._start else ()
        return not any(bytes(name).lower() == b"content-length" for name, _ in headers)

    async def _receive(self) -> dict[str, Any]:
        if not self._given:
            self._given = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        while not self._complete and not self._body.cut:
            await asyncio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body" and not self._complete and not self._body.cut:
            self._complete = not message.get("more_body", False)
            self._body.add(message.get("body", b""), self._is_stream() and not self._complete)
        if self._body.cut:
            self._over.set()
            await asyncio.sleep(0)  # an application that never waits would not notice that it was cancelled

    def answer(self, error: BaseException | None) -> dict[str, Any]:
        """What a client has got; an error after a complete answer is only told, as servers log it."""
        if self._start is None or (error is not None and not self._complete and not self._body.cut):
            return failure(error or RuntimeError("the application returned without an answer"))
        status = int(self._start["status"])
        headers = [
            (bytes(name).decode("latin-1"), bytes(value).decode("latin-1"))
            for name, value in self._start.get("headers", ())
        ]
        data = b"" if bodiless(self._request.method, status) else self._body.data()
        answer = {"status": status, "headers": headers, "body": data, "cut": self._body.cut}
        if error is not None:
            answer["traceback"] = shortened(error)
        return answer
