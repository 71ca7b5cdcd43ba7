"""Private event loops: one for each thread that sends requests, more where requests nest inside a running one."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from contextlib import contextmanager
from typing import Any, Callable, Iterator, List


class PrivateLoop(asyncio.SelectorEventLoop):
    """An event loop that nobody else sees: it is never set as a thread's current loop.

    It closes itself when its thread is gone. What it runs in an executor keeps its context, so that a request which
    a front hands to a thread is still known as the one that it is.
    """

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        """Run ``func`` in a thread, in a copy of the caller's context (asyncio itself would give it an empty one)."""
        return super().run_in_executor(executor, contextvars.copy_context().run, func, *args)

    def __del__(self, *_: Any) -> None:
        if not self.is_closed():
            self.close()


class Loops(threading.local):
    """The loops of one thread."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.loops = []  # type: List[PrivateLoop]

    def free(self) -> PrivateLoop:
        """A loop that does not run right now; a forked process must not share its parent's selector."""
        if self.pid != os.getpid():
            self.pid, self.loops = os.getpid(), []
        for loop in self.loops:
            if not loop.is_running() and not loop.is_closed():
                return loop
        self.loops.append(PrivateLoop())
        return self.loops[-1]

    def close(self) -> None:
        """Close this thread's loops."""
        while self.loops:
            self.loops.pop().close()


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
    swap = getattr(asyncio.tasks, "_swap_current_task", None)
    task = swap(outer, None) if swap else None
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(outer)
        if swap:
            swap(outer, task)
