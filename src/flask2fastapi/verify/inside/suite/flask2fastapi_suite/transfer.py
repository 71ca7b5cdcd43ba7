"""Tests that ask a migrated application for something that only a Flask view has, and cannot be carried over."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, Dict, List

HERE = str(Path(__file__).parent)
SIGNATURE = ("() missing ", "() got ", "() takes ")


class Transfer:
    """Watches one process for what such tests do, and names the reason when one has failed."""

    def __init__(self) -> None:
        self.operations: Dict[Any, str] = {}
        """Code of each function that is a path operation now, and its name."""
        self._dispatched: List[str] = []

    def operation(self, function: Any) -> None:
        """Remember that a function is a path operation."""
        code = getattr(inspect.unwrap(function), "__code__", None)
        if code is not None:
            self.operations[code] = getattr(function, "__qualname__", str(function))

    def dispatched(self, endpoint: str) -> None:
        """Remember that Flask alone dispatched a request to a view that has moved."""
        self._dispatched.append(endpoint)

    def begin(self) -> None:
        """Forget what the last test did."""
        self._dispatched.clear()

    def reason(self, error: BaseException) -> str:
        """Why the running test, which failed with ``error``, cannot be carried over; "" when nothing says so."""
        if self._dispatched:
            names = ", ".join(dict.fromkeys(self._dispatched))
            return "Flask dispatches the request by itself, and FastAPI serves %s now" % names
        called = self._called(error)
        return "it calls %s itself, which is a path operation now" % called if called else ""

    def _called(self, error: BaseException) -> str:
        """The path operation in which, or at whose call, the error arose, unless a request led there."""
        trace = error.__traceback__
        found = ""
        while trace is not None:
            if trace.tb_frame.f_code.co_filename.startswith(HERE):
                return ""
            found = found or self.operations.get(trace.tb_frame.f_code, "")
            trace = trace.tb_next
        if found or not isinstance(error, TypeError):
            return found
        return next((name for name in self.operations.values() if _is_misfit(str(error), name)), "")


def _is_misfit(message: str, name: str) -> bool:
    return any(message.startswith((name + words, name.rpartition(".")[2] + words)) for words in SIGNATURE)
