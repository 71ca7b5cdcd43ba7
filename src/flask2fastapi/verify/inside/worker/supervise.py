"""Watch the process of a case: pass on what it says, and end it when it takes too long."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from typing import Any

from . import link
from .processes import end_strays

clock = time.monotonic
GLANCE = 0.25
"""Seconds between looks at whether a silent process still lives: a copy of it may hold the pipe open."""


def supervise(pid: int, reading: int, answers: int, timeout: float, spared: set[int]) -> dict[str, Any]:
    """Wait for the end of a case; each answer gives it ``timeout`` seconds more."""
    relay = Relay(reading, answers)
    deadline = clock() + timeout
    status = None
    crashed = ""
    while not relay.done:
        seconds = deadline - clock()
        if seconds <= 0:
            crashed = "timed out after %g s" % timeout
            break
        if relay.read(min(seconds, GLANCE)):
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
    ended = end_strays(pid, spared)
    left = ["left processes running, which were ended"] if ended and relay.done else []
    found: dict[str, Any] = {"memory": [], "modules": [], **relay.kept}
    return dict(found, crashed=relay.fault or crashed, left=left)


class Relay:
    """Passes on the lines of a case, unread but for their kind."""

    def __init__(self, reading: int, answers: int) -> None:
        self._reading = reading
        self._answers = answers
        self._rest = b""
        self._poll = select.poll()
        self._poll.register(reading, select.POLLIN)
        self.done = self.closed = False
        self.fault = ""
        self.kept: dict[str, Any] = {}
        """What is for the keeper: changes in memory, and modules that were imported."""

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
        if line.startswith(b'{"modules"'):
            self.kept.update(json.loads(line.decode("ascii")))
            return
        if line.startswith(b'{"seen"'):
            self.done = True
            if b'"memory": []' not in line:
                self.kept["memory"] = json.loads(line.decode("ascii"))["seen"]["memory"]
        elif line.startswith(b'{"fault"'):
            self.done = True
            self.fault = json.loads(line.decode("ascii"))["fault"]
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
