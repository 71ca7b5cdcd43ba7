"""Processes for cases: a fresh one for each, or a warm one that goes on with the next case.

A fresh process starts from the very memory of the booted application. A warm one is several times cheaper, and what its
cases leave in memory stays; it is given up after whatever makes that more than a matter of memory: a crash, processes
or threads that were left, an open transaction.
"""

from __future__ import annotations

import contextlib
import os
import signal
from typing import Any

from . import link
from .child import run_cases
from .processes import children, end_strays
from .supervise import Relay, supervise, wait_for

MOST_CASES = 200
"""After so many a warm process is given up, so that its memory does not grow with the number of cases."""


class Run:
    """One process, and our ends of its pipes."""

    def __init__(self, keeper: Any, warm: bool) -> None:
        self._control = -1
        self._reading, writing = os.pipe()
        ends = os.pipe() if warm else (-1, -1)
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._reading)
            if warm:
                os.close(ends[1])
            run_cases(keeper, writing, ends[0])
        os.close(writing)
        if warm:
            os.close(ends[0])
            self._control = ends[1]
        self.count = 0

    def close(self) -> None:
        """Close our ends."""
        for descriptor in (self._reading, self._control):
            if descriptor >= 0:
                os.close(descriptor)

    def send(self, command: dict[str, Any]) -> None:
        """Give a warm process its next case."""
        with contextlib.suppress(OSError):  # it has just ended: supervising it will tell
            link.write(self._control, command)

    def supervise(self, answers: int, timeout: float) -> Relay:
        """Pass on what the process says of one case, up to its end."""
        self.count += 1
        relay = Relay(self._reading, answers)
        supervise(self.pid, relay, timeout)
        return relay


class Runs:
    """Has cases run, one at a time."""

    def __init__(self, answers: int) -> None:
        self._answers = answers
        self._warm: Run | None = None
        self._spared: set[int] = set()

    def settle(self) -> None:
        """Remember which child processes belong to the booted application."""
        self._spared = children()

    def fresh(self, keeper: Any, command: dict[str, Any]) -> dict[str, Any]:
        """Run a case in a process of its own."""
        keeper.command = command
        run = Run(keeper, False)
        relay = run.supervise(self._answers, command["timeout"])
        return self._end(run, relay)

    def warm(self, keeper: Any, command: dict[str, Any]) -> dict[str, Any]:
        """Run a case in the process that has run others."""
        run = self._warm = self._warm or Run(keeper, True)
        run.send(command)
        relay = run.supervise(self._answers, command["timeout"])
        if not relay.done or relay.crashed or relay.kept["retire"] or run.count >= MOST_CASES:
            self._warm = None
            return self._end(run, relay)
        return dict(relay.kept, crashed="", left=[])

    def give_up(self) -> None:
        """End the warm process, if there is one."""
        if self._warm is not None:
            os.kill(self._warm.pid, signal.SIGKILL)
            wait_for(self._warm.pid)
            self._warm.close()
            end_strays(self._warm.pid, self._spared)
            self._warm = None

    def _end(self, run: Run, relay: Relay) -> dict[str, Any]:
        """Let a process end, by force where it does not, with all that it has started."""
        run.close()
        status = wait_for(run.pid, 2.0 if relay.done else 0.0) if relay.status is None else relay.status
        crashed = relay.crashed or ("" if relay.done else how_it_ended(status))
        ended = end_strays(run.pid, self._spared)
        left = ["left processes running, which were ended"] if ended and relay.done else []
        return dict(relay.kept, crashed=crashed, left=left)


def how_it_ended(status: int) -> str:
    """How a process ended, for people."""
    if os.WIFSIGNALED(status):
        return "ended by %s" % signal.Signals(os.WTERMSIG(status)).name
    return "exited with %d" % os.WEXITSTATUS(status)
