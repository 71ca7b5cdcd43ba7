"""One request of the suite on its way through the front: WSGI in, ASGI through, WSGI out, in one thread.

The ASGI application runs as a task of a private loop. Whatever must happen in the test's own thread *and* context
(Flask itself, above all) is handed back: the task waits, the loop stops, the driver does the work in the frame of the
test's client, and lets the loop run on. Response messages come the same way, one at a time, so a stream stays lazy.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections import deque
from typing import Any, Callable, Deque, Dict, Iterator, List, Optional, Tuple

from .environ import Environ, header_name, scope_of, status_line
from .loops import PrivateLoop, outer_loop_aside

__tracebackhide__ = True  # pytest leaves these frames out of what it shows of an error
CURRENT: contextvars.ContextVar[Any] = contextvars.ContextVar("flask2fastapi_exchange", default=None)
CHUNK = 65536
BODILESS = (204, 304)


def own_context(front: Any) -> Any:
    """The context in which the support module of an application without Flask serves, None where it has none."""
    build = vars(front).get("build_middleware_stack")  # replaced by the support module where there are contexts
    current = getattr(build, "__globals__", {}).get("APP_CONTEXT")
    return current.get(None) if current is not None else None


class Exchange:
    """The driver of one request. ``flask`` is what the mount runs in the end: Flask's own WSGI callable."""

    def __init__(self, app: Any, flask: Callable[..., Any], environ: Environ, loop: PrivateLoop) -> None:
        self.app = app
        self.flask = flask
        self.environ = environ
        self.loop = loop
        self.entered = self.native = self.mounted = False
        self.around = ""  # how Flask was reached without the mount
        self.mounts = 0  # running ones: a mount may outlive the task that started it
        self.status = ""
        self.names: Dict[str, str] = {}
        self.from_flask: Optional[BaseException] = None
        self._raised: Optional[BaseException] = None
        self._trace: Any = None
        self._interrupt: Optional[BaseException] = None
        self._calls: Deque[Tuple[Callable[[], Any], asyncio.Future[Any]]] = deque()
        self._messages: Deque[Tuple[Dict[str, Any], asyncio.Future[Any]]] = deque()
        self._taken: Optional[asyncio.Future[Any]] = None
        self._left = _length(environ)
        self._begun = False
        self._task: Any = None
        self._gone = loop.create_future()
        self.read: List[bytes] = []  # the body, where a context that is kept for the test will want it again
        self._keep = keeps_context(environ)
        self.front: Any = None
        self.own: Any = None  # the context of a front's own support module, where it has one

    # ------------------------------------------------------------------ the side of the ASGI application
    def start(self, asgi: Any) -> None:
        """Start the application in a copy of the test's context, so that the test's own stays as it is."""
        self.front = asgi
        self._context = contextvars.copy_context()
        self._context.run(CURRENT.set, self)
        self._task = self._spawn(asgi(scope_of(self.environ), self._receive, self._send))

    @property
    def finished(self) -> bool:
        """Whether the application has returned and nothing of it runs any more."""
        return bool(self._task.done()) and not self.mounts

    @property
    def left(self) -> bool:
        """Whether the client has closed the answer: a stream then ends where it stands."""
        return bool(self._gone.done())

    def _spawn(self, work: Any) -> Any:
        task = self._context.run(self.loop.create_task, work)
        task.add_done_callback(lambda _: self.loop.stop())
        return task

    async def in_test(self, work: Callable[[], Any]) -> Any:
        """Have ``work`` done in the test's thread and context, while no loop of ours runs."""
        result, error = await self._ask(self._calls, work)
        if error is not None:
            raise error
        return result

    async def _ask(self, queue: Any, event: Any) -> Any:
        done = self.loop.create_future()
        queue.append((event, done))
        self.loop.stop()
        return await done

    async def _receive(self) -> Dict[str, Any]:
        if self._left == 0 and self._begun:
            await asyncio.shield(self._gone)  # one of several that wait may be cancelled
            return {"type": "http.disconnect"}
        self._begun = True  # a request without a body has one message too
        if self._left == 0:
            return {"type": "http.request", "body": b"", "more_body": False}
        chunk = self.environ["wsgi.input"].read(CHUNK if self._left is None else min(CHUNK, self._left))
        if self._left is not None:
            self._left -= len(chunk)
        if not chunk:
            self._left = 0
        if self._keep:
            self.read.append(chunk)
        return {"type": "http.request", "body": chunk, "more_body": self._left != 0}

    async def _send(self, message: Dict[str, Any]) -> None:
        if message["type"] == "http.response.start" and self._keep:
            self.own = own_context(self.front)
        if message["type"] in ("http.response.start", "http.response.body"):
            await self._ask(self._messages, message)

    # ------------------------------------------------------------------ the side of the test
    def _outcome(self, work: Callable[[], Any]) -> Tuple[Any, Optional[BaseException]]:
        try:
            return work(), None
        except (KeyboardInterrupt, SystemExit) as error:
            self._interrupt = error  # a task that raised it would stop the loop, and raise it in later requests again
            return None, asyncio.CancelledError()
        except BaseException as error:
            self._raised, self._trace = error, error.__traceback__
            return None, error

    def next_message(self) -> Optional[Dict[str, Any]]:
        """Run until the next response message; None when the application is done. Raises what it raises."""
        if self._taken is not None and not self._taken.done():
            self._taken.set_result(None)
        self._run_until(lambda: bool(self._messages) or self.finished)
        if self._interrupt is not None:
            raise self._interrupt
        if not self._messages:
            self._raise_as_it_was()
            return None
        message, self._taken = self._messages.popleft()
        return message

    def _raise_as_it_was(self) -> None:
        """Raise what the application raised; what came from the test's side without its way through ASGI."""
        raised = self._raised
        if raised is not None and not self._task.cancelled() and self._task.exception() is raised:
            raise raised.with_traceback(self._trace)
        self._task.result()

    def wait_for(self, receive: Callable[[], Any]) -> Any:
        """Give what an asynchronous function gives, while the test does work for the application."""

        async def received() -> Any:
            return await receive()

        task = self._spawn(received())
        self._run_until(task.done)
        return task.result()

    def _run_until(self, ready: Callable[[], bool]) -> None:
        while not ready():
            if self._calls:
                work, done = self._calls.popleft()
                outcome = self._outcome(work)
                if not done.done():
                    done.set_result(outcome)
            else:
                with outer_loop_aside():
                    self.loop.run_forever()

    def hang_up(self, complete: bool) -> None:
        """End an answer: let the application finish after a complete one, cancel it after the client left early."""
        if not self._gone.done():
            self._gone.set_result(None)
        if not complete and not self._task.done():
            self._task.cancel()
        try:
            while self.next_message() is not None:
                pass
        except asyncio.CancelledError:
            pass

    def answer(self, start_response: Callable[..., Any]) -> "Answer":
        """Run up to the answer and give it to the client: at once when its length is known, else chunk by chunk."""
        start = self.next_message()
        while start is not None and start["type"] != "http.response.start":
            start = self.next_message()
        if start is None:
            raise RuntimeError("FastAPI's application returned without an answer")
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start.get("headers", ())]
        answer = Answer(self)
        if not self._is_stream(start["status"], {name.lower() for name, _ in headers}):
            answer.complete_now()
        status = self.status if self.status.startswith(str(start["status"])) else status_line(start["status"])
        start_response(status, [(self.names.get(name.lower()) or header_name(name), value) for name, value in headers])
        return answer

    def _is_stream(self, status: int, names: "set[str]") -> bool:
        bodiless = status in BODILESS or status < 200 or self.environ["REQUEST_METHOD"] == "HEAD"
        return not bodiless and "content-length" not in names


class Answer:
    """The body as a WSGI client takes it: an iterator with ``close``."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._chunks: Deque[bytes] = deque()
        self._complete = self._finished = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        while not self._chunks and not self._finished:
            self._pull()
        if not self._chunks:
            raise StopIteration
        return self._chunks.popleft()

    def complete_now(self) -> None:
        """Take the whole body and let the application finish, as Flask has finished when its client returns.

        Starlette answers 500 *before* it raises the error again (``starlette.middleware.errors``): who wants to know
        whether a request fails has to wait for its end.
        """
        chunks: List[bytes] = []
        while not self._finished:
            self._pull()
            chunks.extend(self._chunks)
            self._chunks.clear()
        self._chunks.extend(chunks)

    def _pull(self) -> None:
        try:
            message = self._exchange.next_message()
        except Exception as error:
            self._finished = True
            if error is self._exchange.from_flask or propagates(self._exchange.app) or not self._complete:
                raise
            return
        if message is None:
            self._finished = True
            return
        if message.get("body"):
            self._chunks.append(bytes(message["body"]))
        self._complete = self._complete or not message.get("more_body", False)

    def close(self) -> None:
        """End the request, whether or not all of it was read."""
        if not self._finished:
            self._finished = True
            self._exchange.hang_up(self._complete)

    def __del__(self) -> None:
        """A stream that the test drops without closing ends soon, but not in the middle of whatever runs now."""
        if not self._finished:
            exchange, complete = self._exchange, self._complete
            exchange.loop.abandoned.append(lambda: exchange.hang_up(complete))


def propagates(app: Any) -> bool:
    """Whether Flask raises an unhandled error to its caller (``flask.Flask.handle_exception``)."""
    chosen = app.config.get("PROPAGATE_EXCEPTIONS")
    return bool(app.testing or app.debug) if chosen is None else bool(chosen)


def keeps_context(environ: Environ) -> bool:
    """Whether the client wants the request's context after the answer (``with client:``), before or since Flask 2.2."""
    return bool(environ.get("flask._preserve_context") or environ.get("werkzeug.debug.preserve_context"))


def _length(environ: Environ) -> Optional[int]:
    """Bytes of the body; None: until its end. Without either sign there is none (``werkzeug.wsgi``)."""
    if environ.get("wsgi.input") is None:
        return 0
    try:
        return max(0, int(environ["CONTENT_LENGTH"]))
    except (KeyError, ValueError):
        ends = environ.get("wsgi.input_terminated") or "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        return None if ends else 0
