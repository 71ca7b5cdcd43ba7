"""Stands in for ``a2wsgi.WSGIMiddleware``: runs Flask in the test's own thread and context instead of a thread pool."""

from __future__ import annotations

import io
from typing import Any, Callable, Dict, List, Optional, Tuple

from .environ import environ_of
from .exchange import CURRENT, Exchange

__tracebackhide__ = True  # pytest leaves these frames out of what it shows of an error
TICKET = "flask2fastapi.ticket"
WAIT = "flask2fastapi.wait"
END = object()


class Ticket:
    """Lies in an environ that Flask may serve itself: inside a mount any application, else ``app`` alone.

    ``used`` once the application was called with it.
    """

    def __init__(self, exchange: Optional[Exchange], app: Any = None) -> None:
        self.exchange = exchange
        self.used = exchange is None
        self._app = app

    def admits(self, app: Any) -> bool:
        """Whether ``app`` may serve the request."""
        return self.exchange is not None or self._app is app


def inline_mount(real: Any) -> Any:
    """A class that takes the place of a2wsgi's; requests that are not the suite's go to the real one."""

    class InlineMount(real):  # type: ignore[misc]
        async def __call__(self, scope: Dict[str, Any], receive: Any, send: Any) -> None:
            exchange = CURRENT.get()
            if exchange is None or scope["type"] != "http":
                await super().__call__(scope, receive, send)
            else:
                exchange.mounted = True
                exchange.mounts += 1
                try:
                    await Mounted(exchange, self.app).serve(scope, receive, send)
                finally:
                    exchange.mounts -= 1
                    exchange.loop.stop()

    InlineMount.__name__ = InlineMount.__qualname__ = real.__name__
    return InlineMount


class Mounted:
    """One request to a WSGI application, every step of it handed back to the test."""

    def __init__(self, exchange: Exchange, app: Callable[..., Any]) -> None:
        self._exchange = exchange
        self._app = app
        self._start: Optional[Tuple[str, List[Tuple[str, str]]]] = None
        self._sent = False
        self._written: List[bytes] = []

    async def serve(self, scope: Dict[str, Any], receive: Any, send: Any) -> None:
        """Run the application (PEP 3333) and send what it answers, a chunk at a time."""
        body = io.BufferedReader(Input(self._exchange, receive))
        environ = environ_of(scope, self._exchange.environ, body)
        environ[TICKET] = Ticket(self._exchange)
        environ[WAIT] = self._exchange.wait_for  # how an operation inside Flask's hooks is waited for
        answer = await self._do(lambda: self._app(environ, self._start_response))
        try:
            await self._forward(answer, send)
        finally:
            if hasattr(answer, "close"):
                await self._do(answer.close)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _forward(self, answer: Any, send: Any) -> None:
        chunks = await self._do(lambda: iter(answer))
        while not self._exchange.left:
            await self._send_start(send)
            chunk = await self._do(lambda: next(chunks, END))
            await self._send_start(send)
            body = b"".join(self._written) + (b"" if chunk is END else chunk)
            self._written.clear()
            if body:
                await send({"type": "http.response.body", "body": body, "more_body": True})
            if chunk is END:
                return

    async def _send_start(self, send: Any) -> None:
        if self._start is None or self._sent:
            return
        self._sent = True
        status, headers = self._start
        self._exchange.status = status
        self._exchange.names.update((name.lower(), name) for name, _ in headers)
        raw = [(name.strip().lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": int(status.split(" ", 1)[0]), "headers": raw})

    def _start_response(self, status: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], None]:
        if exc_info and self._sent:
            raise exc_info[1].with_traceback(exc_info[2])
        self._start = (status, list(headers))
        return self._written.append

    async def _do(self, work: Callable[[], Any]) -> Any:
        try:
            return await self._exchange.in_test(work)
        except Exception as error:
            self._exchange.from_flask = error
            raise


class Input(io.RawIOBase):
    """``wsgi.input`` over an ASGI ``receive``, read only when the application reads."""

    def __init__(self, exchange: Exchange, receive: Any) -> None:
        super().__init__()
        self._exchange = exchange
        self._receive = receive
        self._rest = b""
        self._more = True

    def readable(self) -> bool:
        """Yes: that is all it is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what comes next; 0 at the end."""
        while self._more and not self._rest:
            message = self._exchange.wait_for(self._receive)
            self._rest = message.get("body", b"")
            self._more = message.get("more_body", False)
        part = self._rest[: len(buffer)]
        self._rest = self._rest[len(part) :]
        buffer[: len(part)] = part
        return len(part)
