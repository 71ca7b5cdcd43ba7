"""Messages to and from a worker process: one JSON object a line, with a time-out for each that is awaited."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import time
from typing import Any


class SilentError(Exception):
    """The process did not answer in time."""


class GoneError(Exception):
    """The process has closed its end."""


class WorkerLink:
    """Both ends of a worker's pipes that the parent holds."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = answers
        self._rest = b""
        self._lines: list[bytes] = []

    def send(self, message: dict[str, Any]) -> None:
        """Send one command; bytes go as base64. Raises GoneError."""
        view = memoryview(json.dumps(message, default=_encoded).encode("ascii") + b"\n")
        while view:
            try:
                view = view[os.write(self._commands, view) :]
            except OSError as error:
                raise GoneError from error

    def receive(self, seconds: float) -> dict[str, Any]:
        """Wait for one message. Raises SilentError, GoneError."""
        deadline = time.monotonic() + seconds
        while not self._lines:
            self._read(deadline - time.monotonic())
        message: dict[str, Any] = json.loads(self._lines.pop(0), object_hook=_decoded)
        return message

    def _read(self, seconds: float) -> None:
        if seconds <= 0 or not select.select([self._answers], [], [], seconds)[0]:
            raise SilentError
        data = os.read(self._answers, 1 << 18)
        if not data:
            raise GoneError
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._lines += lines

    def close(self) -> None:
        """Close both ends; a worker that waits for commands then ends by itself."""
        for descriptor in (self._commands, self._answers):
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _encoded(value: Any) -> dict[str, str]:
    return {"b64": base64.b64encode(value).decode("ascii")}


def _decoded(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["b64"]) if len(value) == 1 and "b64" in value else value
