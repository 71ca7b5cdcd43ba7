"""Parse one file for `flask2fastapi-check`, long ones in parts.

Python takes a third less time for a long file in parts: its tables and ours stay small. A part ends before a blank line
and a decorator at the margin. Where that is no border between statements, inside a string or a bracket, the part does
not parse by itself, and the file is parsed as a whole; so the parts say what the whole would.
"""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False  # the real one costs the import of `typing`
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BORDER = b"\n\n@"
_LONG = 8_000
"""Bytes; shorter files are not worth it."""
_PART = 1_000
"""Bytes that a part has at least: each one costs a little by itself."""
_BLOCKS = {
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.With, ast.AsyncWith), ("body",)),
    **dict.fromkeys((ast.If, ast.For, ast.AsyncFor, ast.While), ("body", "orelse")),
    **dict.fromkeys((ast.Try, getattr(ast, "TryStar", ast.Try)), ("body", "handlers", "orelse", "finalbody")),
    **dict.fromkeys((ast.ExceptHandler, ast.match_case), ("body",)),
    ast.Match: ("cases",),
}
"""Where a statement holds statements."""
_KEPT = {ast.Import, ast.ImportFrom, ast.Assign, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Expr}


def parse(source: bytes) -> list[tuple[int, list[ast.AST]]]:
    """The statements that matter, at any depth and in order: for each part, after the number of lines before it.

    Of a function's body only the first statement is kept. Raises SyntaxError or ValueError, as `ast.parse` does.
    """
    if b"\\" not in source:
        return _parse(source)
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an escape that Python does not know is no business of ours
        return _parse(source)


def _parse(source: bytes) -> list[tuple[int, list[ast.AST]]]:
    if len(source) > _LONG and b"\r" not in source and not _declares_encoding(source):
        try:
            return [(line, _statements(part)) for line, part in _parts(source)]
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass  # a border inside a statement, or a mistake: the whole file tells
    return [(0, _statements(source))]


def _statements(source: bytes) -> list[ast.AST]:
    tree = compile(source, "<unknown>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    found: list[ast.AST] = []
    _collect(tree.body, found)  # type: ignore[attr-defined]
    return found


def _collect(block: Sequence[ast.AST], found: list[ast.AST]) -> None:
    """Expressions, most of a tree, stay unseen."""
    for node in block:
        if type(node) in _KEPT:
            found.append(node)
        for name in _BLOCKS.get(type(node), ()):
            _collect(getattr(node, name), found)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            del node.body[1:]  # early, so that the next part takes over the memory


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
