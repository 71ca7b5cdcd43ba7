"""Watch the process of a case: pass on what it says, and see when it takes too long."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from typing import Any

from . import link

clock = time.monotonic
pause = time.sleep
GLANCE = 0.25
"""Seconds between looks at whether a silent process still lives: a copy of it may hold the pipe open."""


class Relay:
    """Passes on the lines of one case, unread but for their kind."""

    def __init__(self, reading: int, answers: int) -> None:
        self._reading = reading
        self._answers = answers
        self._rest = b""
        self._poll = select.poll()
        self._poll.register(reading, select.POLLIN)
        self.done = self.closed = False
        self.crashed = ""
        self.status: int | None = None
        """How the process ended, if it has."""
        self.kept: dict[str, Any] = {"memory": [], "modules": [], "learnt": {}, "retire": True}
        """What is for the keeper."""

    def read(self, seconds: float) -> bool:
        """Pass on what comes within so many seconds; tell whether a whole line came."""
        if not self._poll.poll(seconds * 1000):
            return False
        data = os.read(self._reading, 1 << 16)
        if not data:
            self.closed = True
            return False
        head, separator, self._rest = (self._rest + data).rpartition(b"\n")
        for line in head.split(b"\n") if separator else ():
            self._pass(line)
        return bool(separator)

    def _pass(self, line: bytes) -> None:
        if line.startswith(b'{"for_keeper"'):
            self.kept.update(json.loads(line.decode("ascii"))["for_keeper"])
        elif line.startswith(b'{"fault"'):
            self.done = True
            self.crashed = json.loads(line.decode("ascii"))["fault"]
        else:
            self.done = line.startswith(b'{"seen"')
            link.send(self._answers, line + b"\n")


def supervise(pid: int, relay: Relay, timeout: float) -> None:
    """Wait until a case has said all; each answer gives it ``timeout`` seconds more."""
    deadline = clock() + timeout
    while not relay.done:
        seconds = deadline - clock()
        if seconds <= 0:
            relay.crashed = "timed out after %g s" % timeout
            return
        if relay.read(min(seconds, GLANCE)):
            deadline = clock() + timeout
        elif relay.closed or relay.status is not None:
            return
        elif relay.status is None:
            relay.status = _ended(pid)


def _ended(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return status if found else None


def wait_for(pid: int, seconds: float = 5.0) -> int:
    """Wait for a process to end, and kill it when it takes too long; gives its status."""
    stop = clock() + seconds
    length = 0.0002
    while clock() < stop:
        status = _ended(pid)
        if status is not None:
            return status
        pause(length)
        length = min(length * 2, 0.02)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]
