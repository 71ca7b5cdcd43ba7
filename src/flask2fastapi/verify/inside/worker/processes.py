"""What Linux offers to keep track of processes: orphans come to us, and nobody outlives us. Elsewhere: nothing."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def _prctl() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    try:
        import ctypes

        return ctypes.CDLL(None, use_errno=True).prctl
    except (ImportError, OSError, AttributeError):
        return None


prctl = _prctl()


def adopt_orphans() -> None:
    """Become the parent of what a case leaves running, also when it has gone into a session of its own."""
    if prctl is not None:
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent() -> None:
    """Have the system kill this process when its parent ends."""
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def children() -> set[int]:
    """Living children of this process, where the system tells."""
    try:
        with open("/proc/self/task/%d/children" % os.getpid(), encoding="ascii") as stream:
            return {int(number) for number in stream.read().split()}
    except OSError:
        return set()


def end_strays(group: int, spared: set[int]) -> int:
    """Kill what a case, whose process led ``group``, has left running; give how many processes that were."""
    try:
        os.killpg(group, signal.SIGKILL)
        ended = 1
    except OSError:
        ended = 0
    while has_children():
        left = children() - spared
        if not left:
            break
        for pid in left:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
                if os.waitpid(pid, 0)[1] == signal.SIGKILL:
                    ended += 1
    return ended


def has_children() -> bool:
    """Whether there is a child, without asking for a list; one that has ended by itself is let go."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True
