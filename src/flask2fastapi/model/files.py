"""Files as they are read and as they will be written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A Python file of the target: its bytes, its text, and how the one is made of the other.

    ``path`` is relative to the project's root with forward slashes; ``text`` has the file's own newlines.
    """

    path: str
    data: bytes
    text: str
    encoding: str = "utf-8"
    newline: str = "\n"
    has_bom: bool = False


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file before and after: ``before`` is None for a new file, ``after`` is None for a deleted one."""

    path: str
    before: bytes | None
    after: bytes | None
