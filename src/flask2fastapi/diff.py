"""Differences as bytes: a patch that ``git apply`` takes, and which lines of a file are new."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flask2fastapi.model.files import FileChange

Opcode: TypeAlias = tuple[str, int, int, int, int]
CONTEXT = 3
"""Unchanged lines around a change, as git has them."""
REGULAR = 0o100644
NO_NEWLINE = b"\\ No newline at end of file\n"
UNSAFE = re.compile(rb'[\x00-\x1f"\\\x7f-\xff]')
ESCAPES = {7: b"\\a", 8: b"\\b", 9: b"\\t", 10: b"\\n", 11: b"\\v", 12: b"\\f", 13: b"\\r", 34: b'\\"', 92: b"\\\\"}


def unified_diff(changes: Iterable[FileChange], modes: Mapping[str, int] | None = None) -> bytes:
    """One patch for all changes, by path, in git's extended format with ``a/`` and ``b/`` before the paths.

    ``modes`` are the file modes (``0o100755``) of files that are deleted or new; others are ordinary files. Files that
    do not change are left out. Paths are written as UTF-8, in git's quotes where git quotes them.
    """
    known = modes or {}
    ordered = sorted(changes, key=lambda change: change.path)
    return b"".join(_file(change, known.get(change.path, REGULAR)) for change in ordered)


def changed_ranges(before: bytes, after: bytes) -> tuple[tuple[int, int], ...]:
    """The lines of ``after`` that are not in ``before``, as ranges from the first to the last, counted from 1."""
    changes = line_changes(_lines(before), _lines(after))
    return tuple((start + 1, end) for kind, _, _, start, end in changes if kind != "equal" and end > start)


def line_changes(before: Sequence[bytes], after: Sequence[bytes]) -> list[Opcode]:
    """How one list of lines becomes another, as ``difflib.SequenceMatcher.get_opcodes`` says it."""
    shortest = min(len(before), len(after))  # what both begin and end with is most of a file: it is set aside first
    head = next((index for index in range(shortest) if before[index] != after[index]), shortest)
    rest = shortest - head
    tail = next((index for index in range(rest) if before[-index - 1] != after[-index - 1]), rest)
    old_end, new_end = len(before) - tail, len(after) - tail
    matcher = SequenceMatcher(None, before[head:old_end], after[head:new_end], autojunk=False)
    middle = [(kind, a + head, b + head, c + head, d + head) for kind, a, b, c, d in matcher.get_opcodes()]
    first: Opcode = ("equal", 0, head, 0, head)
    last: Opcode = ("equal", old_end, len(before), new_end, len(after))
    return [code for code in (first, *middle, last) if code[2] > code[1] or code[4] > code[3]]


def _file(change: FileChange, mode: int) -> bytes:
    """The part of a patch that is about one file; nothing when it does not change."""
    if change.before == change.after:
        return b""
    old, new = _quoted(b"a/", change.path), _quoted(b"b/", change.path)
    header = b"diff --git " + old + b" " + new + b"\n"
    if change.before is None:
        header += b"new file mode %o\n" % mode
    elif change.after is None:
        header += b"deleted file mode %o\n" % mode
    hunks = b"".join(_hunks(_lines(change.before or b""), _lines(change.after or b"")))
    if not hunks:
        return header + _index_of_empty(change)
    old = b"/dev/null" if change.before is None else _named(old)
    new = b"/dev/null" if change.after is None else _named(new)
    return header + b"--- " + old + b"\n+++ " + new + b"\n" + hunks


def _index_of_empty(change: FileChange) -> bytes:
    """For an empty file, which has no hunk, git wants to know the object."""
    nothing, empty = b"0" * 7, b"e69de29"
    ends = (nothing, empty) if change.before is None else (empty, nothing)
    return b"index " + b"..".join(ends) + b"\n"


def _hunks(before: Sequence[bytes], after: Sequence[bytes]) -> Iterator[bytes]:
    for group in _grouped(line_changes(before, after)):
        old, new = _range(group[0][1], group[-1][2]), _range(group[0][3], group[-1][4])
        yield b"@@ -" + old + b" +" + new + b" @@\n"
        for kind, start, end, new_start, new_end in group:
            if kind == "equal":
                yield from (_line(b" ", line) for line in before[start:end])
                continue
            yield from (_line(b"-", line) for line in before[start:end])
            yield from (_line(b"+", line) for line in after[new_start:new_end])


def _line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + b"\n" + NO_NEWLINE


def _range(start: int, end: int) -> bytes:
    """A range as a hunk's header has it: an empty one names the line before it."""
    length = end - start
    first = start + 1 if length else start
    return b"%d" % first if length == 1 else b"%d,%d" % (first, length)


def _grouped(opcodes: Sequence[Opcode]) -> Iterator[list[Opcode]]:
    """Changes that share their context, each with the lines around it."""
    group: list[Opcode] = []
    for place, (kind, start, end, new_start, new_end) in enumerate(opcodes):
        if kind != "equal":
            group.append((kind, start, end, new_start, new_end))
            continue
        length = end - start
        first, last = place == 0, place == len(opcodes) - 1
        if first or (length > 2 * CONTEXT and not last):
            if group:
                group.append((kind, start, start + CONTEXT, new_start, new_start + CONTEXT))
                yield group
            kept = min(CONTEXT, length)
            group = [(kind, end - kept, end, new_end - kept, new_end)]
        else:
            kept = min(CONTEXT, length) if last else length
            group.append((kind, start, start + kept, new_start, new_start + kept))
    if any(code[0] != "equal" for code in group):
        yield group


def _lines(data: bytes) -> list[bytes]:
    """Lines as git counts them: a line feed ends one, a carriage return is a part of it."""
    return re.findall(rb"[^\n]*\n|[^\n]+", data)


def _quoted(prefix: bytes, path: str) -> bytes:
    """A path as git writes it: in quotes, with escapes, when it has bytes that would be misread."""
    name = prefix + path.encode("utf-8", "surrogateescape")
    if not UNSAFE.search(name):
        return name
    return b'"' + UNSAFE.sub(lambda match: ESCAPES.get(match[0][0], b"\\%03o" % match[0][0]), name) + b'"'


def _named(name: bytes) -> bytes:
    """A name on a ``---`` or ``+++`` line: a tab ends one that has spaces, or a date would be looked for."""
    return name + b"\t" if b" " in name and not name.startswith(b'"') else name
