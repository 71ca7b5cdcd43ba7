"""Private event loops: one for each thread that sends requests, more where requests nest inside a running one."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from contextlib import contextmanager, suppress
from typing import Any, Callable, Iterator

TURNS = 100
"""Turns of a loop that cancelled tasks get to end."""


class PrivateLoop(asyncio.SelectorEventLoop):
    """An event loop that nobody else sees: it is never set as a thread's current loop.

    It closes itself when its thread is gone. What it runs in an executor keeps its context, so that a request which
    a front hands to a thread is still known as the one that it is.
    """

    def __init__(self) -> None:
        super().__init__()
        self.abandoned: list[Callable[[], None]] = []
        """Ends of answers that were dropped half read; they need this loop, so the next one to use it calls them."""

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        """Run ``func`` in a thread, in a copy of the caller's context (asyncio itself would give it an empty one)."""
        run: Any = contextvars.copy_context().run
        return super().run_in_executor(executor, run, func, *args)

    def tidy(self) -> None:
        """End what was abandoned. What that raises has no test to go to."""
        while self.abandoned and not self.is_running():
            with suppress(Exception):
                self.abandoned.pop()()

    def finish(self) -> None:
        """End all that still runs, and close."""
        self.tidy()
        tasks = asyncio.all_tasks(self)
        for task in tasks:
            task.cancel()
        for _ in range(TURNS):
            if all(task.done() for task in tasks):
                break
            self.call_soon(self.stop)
            self.run_forever()
        self.close()

    def __del__(self, *_: Any) -> None:
        if not self.is_closed():
            self.close()


class Loops(threading.local):
    """The loops of one thread."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._loops: list[PrivateLoop] = []

    def free(self) -> PrivateLoop:
        """A loop that does not run right now; a forked process must not share its parent's selector."""
        if self._pid != os.getpid():
            self._pid, self._loops = os.getpid(), []
        for loop in self._loops:
            if not loop.is_running() and not loop.is_closed():
                loop.tidy()
                return loop
        self._loops.append(PrivateLoop())
        return self._loops[-1]

    def close(self) -> None:
        """Close this thread's loops."""
        while self._loops:
            self._loops.pop().finish()


@contextmanager
def outer_loop_aside() -> Iterator[None]:
    """Let a private loop run where another loop runs already: in an asynchronous test, or a nested request.

    A thread holds one running loop (and since Python 3.14 one current task); both are put back afterwards. The
    private loop therefore runs in the test's own thread, never in another one.
    """
    outer = asyncio._get_running_loop()
    if outer is None:
        yield
        return
    swap: Any = getattr(asyncio.tasks, "_swap_current_task", None)
    task = swap(outer, None) if swap else None
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(outer)
        if swap:
            swap(outer, task)
