"""Parse one file for `flask2fastapi-check`, long ones in parts.

Python's parser takes a third less time for a long file in parts: its tables stay small. A part ends before a blank line
and a decorator at the margin. Where that is no border between statements, inside a string or a bracket, the part does
not parse by itself, and the file is parsed as a whole; so the parts say what the whole would.
"""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False  # the real one costs the import of `typing`
if TYPE_CHECKING:
    from collections.abc import Iterator

_BORDER = b"\n\n@"
_LONG = 8_000
"""Bytes; shorter files are not worth it."""
_PART = 2_000
"""Bytes that a part has at least: each one costs a little by itself."""


def parse(source: bytes) -> list[tuple[int, list[ast.stmt]]]:
    """The statements of each part, after the number of lines before it; SyntaxError or ValueError as `ast.parse`."""
    if b"\\" not in source:
        return _parse(source)
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an escape that Python does not know is no business of ours
        return _parse(source)


def _parse(source: bytes) -> list[tuple[int, list[ast.stmt]]]:
    if len(source) > _LONG and b"\r" not in source and not _declares_encoding(source):
        try:
            return [(line, _statements(part)) for line, part in _parts(source)]
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass  # a border inside a statement, or a mistake: the whole file tells
    return [(0, _statements(source))]


def _statements(source: bytes) -> list[ast.stmt]:
    tree = compile(source, "<unknown>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    return tree.body  # type: ignore[attr-defined,no-any-return]


def _parts(source: bytes) -> Iterator[tuple[int, bytes]]:
    line, start = 0, 0
    border = source.find(_BORDER, _PART)
    while border >= 0:
        end = border + 2
        yield line, source[start:end]
        line += source.count(b"\n", start, end)
        start, border = end, source.find(_BORDER, end + _PART)
    yield line, source[start:]


def _declares_encoding(source: bytes) -> bool:
    """Whether the first two lines may say how to read all the others."""
    end = source.find(b"\n", source.find(b"\n") + 1)
    return b"coding" in source[:end]
