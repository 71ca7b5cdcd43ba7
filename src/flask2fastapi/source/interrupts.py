"""Signals that wait: between two steps of writing there is a sound state, within a step there is none."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import FrameType, TracebackType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class InterruptedWritingError(Exception):
    """The user or the system asked the process to end."""


class Interrupts:
    """While entered, interrupts wait for ``check``; one that came after the last check is delivered at the end.

    Only the main thread gets signals, so elsewhere there is nothing to hold back.
    """

    def __init__(self) -> None:
        self._received: int | None = None
        self._handlers: dict[int, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for name in _NAMES:
                self._hold(getattr(signal, name, None))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        if self._received is not None:
            signal.raise_signal(self._received)

    def check(self) -> None:
        """Raise InterruptedWritingError when an interrupt is waiting; it then counts as answered."""
        if self._received is not None:
            number, self._received = self._received, None
            raise InterruptedWritingError(signal.Signals(number).name)

    def _hold(self, number: signal.Signals | None) -> None:
        handler = None if number is None else signal.getsignal(number)
        # None: set by a library in C and not ours to restore. SIG_IGN: `nohup` wants it ignored.
        if number is not None and handler not in (None, signal.SIG_IGN):
            self._handlers[number] = handler
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        del frame
        self._received = number
