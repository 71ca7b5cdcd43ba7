"""Exceptions of the target as text: the point of them, not the way there."""

from __future__ import annotations

import os
import traceback
from typing import Any

FRAMES = 12
STANDARD = os.path.dirname(os.__file__) + os.sep
ROOT: list[str] = []
"""The target's root folder, set once when the process starts."""


def line_of(error: BaseException) -> str:
    """``ValueError: text`` in one line."""
    if type(error).__name__ in ("NotUsableError", "CommandError"):  # ours: the text is for the user
        return str(error)
    return " ".join(traceback.format_exception_only(type(error), error)[-1].split()) or type(error).__name__


def shortened(error: BaseException) -> str:
    """A traceback with the target's own frames, and the last one wherever it is."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for number, frame in enumerate(frames) if _is_own(frame.filename) or number == len(frames) - 1]
    lines = ["Traceback (most recent call last, %d of %d frames):\n" % (len(own), len(frames))] if own else []
    lines += traceback.format_list(own[-FRAMES:])
    lines += traceback.format_exception_only(type(error), error)
    return without_root("".join(lines)).rstrip()


def without_root(text: str) -> str:
    """Text with the target's own paths relative to its root, so that it is the same on all sides."""
    for root in ROOT:
        text = text.replace(root + os.sep, "")
    return text


def failure(error: BaseException) -> dict[str, Any]:
    """The answer that stands for an exception that came out of the application."""
    return {"status": 0, "headers": [], "body": b"", "error": line_of(error), "traceback": shortened(error)}


def _is_own(path: str) -> bool:
    if path.startswith("<"):
        return False
    full = os.path.abspath(path)
    return any(full.startswith(root + os.sep) for root in ROOT) and not is_library(full)


def is_library(path: str) -> bool:
    """Whether a file belongs to the standard library or to an installed distribution."""
    return path.startswith(STANDARD) or (os.sep + "site-packages" + os.sep) in path
