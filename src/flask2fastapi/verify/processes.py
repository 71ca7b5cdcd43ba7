"""Child processes that lead a group of their own: what they start ends with them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess


def descendants(pid: int) -> set[int]:
    """All processes that a process has started and that still belong to it, where the system tells (Linux)."""
    found: set[int] = set()
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for each in map(int, file.read_text().split()):
                found |= {each, *descendants(each)}
    return found


def signal_group(child: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to a child and all that it has started; to the child alone where there are no groups."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, number)
        else:
            child.send_signal(number)
