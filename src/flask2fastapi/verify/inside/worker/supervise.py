"""Watch the process of a case: pass on what it says, and end it when it takes too long."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from typing import Any

from . import link

clock = time.monotonic
GLANCE = 0.25
"""Seconds between looks at whether a silent process still lives: a copy of it may hold the pipe open."""


def supervise(pid: int, reading: int, answers: int, timeout: float) -> dict[str, Any]:
    """Wait for the end of a case; each answer gives it ``timeout`` seconds more."""
    relay = Relay(reading, answers)
    deadline = clock() + timeout
    status = None
    crashed = ""
    while not relay.done:
        left = deadline - clock()
        if left <= 0:
            crashed = "timed out after %g s" % timeout
            break
        if relay.read(min(left, GLANCE)):
            deadline = clock() + timeout
        elif status is not None:
            break
        status = status if status is not None else _ended(pid)
        if relay.closed:
            break
    os.close(reading)
    if not relay.done and not crashed:
        crashed = _how(status if status is not None else _wait(pid))
    elif status is None:
        status = _wait(pid, 2.0 if relay.done else 0.0)
    _end_group(pid)
    return {"crashed": relay.fault or crashed, "answers": relay.count}


class Relay:
    """Passes on the lines of a case, unread but for their kind."""

    def __init__(self, reading: int, answers: int) -> None:
        self._reading = reading
        self._answers = answers
        self._rest = b""
        self._poll = select.poll()
        self._poll.register(reading, select.POLLIN)
        self.count = 0
        self.done = self.closed = False
        self.fault = ""

    def read(self, seconds: float) -> bool:
        """Pass on what comes within so many seconds; tell whether a whole line came."""
        if not self._poll.poll(seconds * 1000):
            return False
        data = os.read(self._reading, 1 << 16)
        if not data:
            self.closed = True
            return False
        head, separator, self._rest = (self._rest + data).rpartition(b"\n")
        if not separator:
            return False
        for line in head.split(b"\n"):
            self._pass(line)
        return True

    def _pass(self, line: bytes) -> None:
        if line.startswith(b'{"answer"'):
            self.count += 1
        elif line.startswith(b'{"seen"'):
            self.done = True
        elif line.startswith(b'{"fault"'):
            self.done = True
            self.fault = line.decode("ascii")
            return
        link.send(self._answers, line + b"\n")


def _ended(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return status if found else None


def _wait(pid: int, seconds: float = 5.0) -> int:
    """Wait for a process, and kill it when it takes too long."""
    stop = clock() + seconds
    pause = 0.0002
    while clock() < stop:
        status = _ended(pid)
        if status is not None:
            return status
        time.sleep(pause)
        pause = min(pause * 2, 0.02)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def _how(status: int) -> str:
    """How a process ended, for people."""
    if os.WIFSIGNALED(status):
        return "ended by %s" % signal.Signals(os.WTERMSIG(status)).name
    return "exited with %d" % os.WEXITSTATUS(status)


def _end_group(pid: int) -> None:
    """End what the case has left running."""
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
