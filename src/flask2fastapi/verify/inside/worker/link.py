"""Messages between processes: one JSON object a line, over file descriptors that the target does not know of."""

from __future__ import annotations

import base64
import json
import os
from typing import Any


def write(descriptor: int, message: dict[str, Any]) -> None:
    """Send one message; bytes are sent as ``{"b64": text}``."""
    send(descriptor, json.dumps(message, default=_encoded).encode("ascii") + b"\n")


def send(descriptor: int, data: bytes) -> None:
    """Write all of ``data``."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def plain(value: Any) -> bytes:
    """Bytes of a field that was sent by `write` or by the other process."""
    return base64.b64decode(value["b64"])


def decoded(value: Any) -> Any:
    """A value that is bytes or stands for itself."""
    return plain(value) if isinstance(value, dict) and "b64" in value else value


def _encoded(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray)):
        return {"b64": base64.b64encode(value).decode("ascii")}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)
