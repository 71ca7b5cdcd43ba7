"""Which lines of some files run: with ``sys.monitoring`` where there is such a thing (3.12), else by tracing."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

TOOL = 4
"""Of the six tools that ``sys.monitoring`` knows; debugger, coverage, profiler and optimiser have others."""


_WATCHED: dict[str, set[int]] = {}
"""File -> its lines that have run in the present case. Threads of a pool live longer than a case, and trace as they
were told when they began: so all trace through this, and it is what changes."""


def _trace(frame: Any, event: str, argument: Any) -> Any:
    lines = _WATCHED.get(frame.f_code.co_filename)
    if lines is None:
        return None
    lines.add(frame.f_lineno)

    def trace(frame: Any, event: str, argument: Any) -> Any:
        lines.add(frame.f_lineno)
        return trace

    return trace


class Lines:
    """Watches files, which are named relative to the root."""

    def __init__(self, root: str, files: list[str]) -> None:
        self._names = {os.path.realpath(os.path.join(root, name)): name for name in files}
        self._found: dict[str, set[int]] = {}

    def start(self) -> None:
        """Begin, in this thread and those that start from now on."""
        for path in list(self._names):
            self._found[path] = set()
        if not self._names:
            return
        if hasattr(sys, "monitoring"):
            self._monitor(getattr(sys, "monitoring"))  # noqa: B009 - unknown to the type checker's Python
        else:
            _WATCHED.update(self._found)
            threading.settrace(_trace)
            sys.settrace(_trace)

    def stop(self) -> dict[str, list[int]]:
        """End, and give the lines that ran, by name of the file."""
        if self._names and not hasattr(sys, "monitoring"):
            sys.settrace(None)
            _WATCHED.clear()
        elif self._names:
            monitoring: Any = getattr(sys, "monitoring")  # noqa: B009 - unknown to the type checker's Python
            monitoring.set_events(TOOL, 0)
            monitoring.free_tool_id(TOOL)
            monitoring.restart_events()
        return {self._names[path]: sorted(lines) for path, lines in self._found.items() if lines}

    def _monitor(self, monitoring: Any) -> None:
        events = monitoring.events

        def started(code: Any, offset: int) -> Any:
            if code.co_filename in self._found:
                monitoring.set_local_events(TOOL, code, events.LINE)
            return monitoring.DISABLE

        def line(code: Any, number: int) -> Any:
            self._found[code.co_filename].add(number)
            return monitoring.DISABLE

        monitoring.use_tool_id(TOOL, "flask2fastapi")
        monitoring.register_callback(TOOL, events.PY_START, started)
        monitoring.register_callback(TOOL, events.LINE, line)
        monitoring.set_events(TOOL, events.PY_START)
