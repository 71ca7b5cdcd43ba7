"""Calls that are made in Flask's thread, while it waits for an operation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

# Where the scope of an operation holds what makes calls in Flask's thread.
CALL_KEY = "flask2fastapi.call"


class ThreadCall:
    """A call for another thread to make, and what comes of it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._loop = asyncio.get_running_loop()
        self.result: asyncio.Future[Any] = self._loop.create_future()

    def make(self) -> None:
        """Make it, in the thread that this is called in."""
        value: Any = None
        error: BaseException | None = None
        try:
            value = self._work()
        except StopIteration as stopped:  # which no future can hold
            error = RuntimeError("the operation raised StopIteration")
            error.__cause__ = stopped
        except BaseException as raised:  # noqa: BLE001
            error = raised
        self._loop.call_soon_threadsafe(self._settle, value, error)

    def _settle(self, value: Any, error: BaseException | None) -> None:
        if self.result.done():  # nobody waits any more
            return
        if error is not None:
            self.result.set_exception(error)
        else:
            self.result.set_result(value)
