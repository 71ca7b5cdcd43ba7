"""Where something stands in a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of source text: lines count from 1, columns from 0 in code points, the end is exclusive.

    ``ast`` counts columns in UTF-8 bytes; whoever makes a Span from an ``ast`` node converts (`index.spans`).
    """

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A line of a file; the path is relative to the project's root, with forward slashes."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"
