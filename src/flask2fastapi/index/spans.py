"""Spans of ``ast`` nodes in code points."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask2fastapi.model.location import Span

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable


@dataclass(slots=True)
class Lines:
    """The lines of a text, to turn the UTF-8 columns that ``ast`` counts into code points."""

    text: str
    _lines: list[str] | None = field(default=None)

    def span(self, node: ast.AST) -> Span:
        """The span of a node that has a position."""
        at: Any = node
        if self.text.isascii():
            return Span(at.lineno, at.col_offset, at.end_lineno, at.end_col_offset)
        return Span(
            at.lineno,
            self._column(at.lineno, at.col_offset),
            at.end_lineno,
            self._column(at.end_lineno, at.end_col_offset),
        )

    def segment(self, node: ast.AST) -> str:
        """The source text of a node; unlike ``ast.get_source_segment`` it splits the text into lines only once."""
        span = self.span(node)
        lines = self._split()[span.line - 1 : span.end_line]
        lines[-1] = lines[-1][: span.end_column]
        lines[0] = lines[0][span.column :]
        return "\n".join(lines)

    def mentioning(self, words: Iterable[str]) -> list[int]:
        """The numbers of the lines in which there is one of some words, also as a part of another."""
        pattern = re.compile("|".join(map(re.escape, words)))
        return [number for number, line in enumerate(self._split(), 1) if pattern.search(line)]

    def _split(self) -> list[str]:
        if self._lines is None:
            # the tokenizer knows no other line ends; str.splitlines would also split at form feeds
            self._lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return self._lines

    def _column(self, line: int, byte: int) -> int:
        text = self._split()[line - 1]
        return byte if text.isascii() else len(text.encode("utf-8", "surrogatepass")[:byte].decode("utf-8", "replace"))
