"""What two sides left behind, as two columns: rows by column, files, mails, calls and tasks."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeVar

from flask2fastapi.verify.compare.canonical import canonical
from flask2fastapi.verify.reports.lined import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flask2fastapi.model.verification import Effects, Row
    from flask2fastapi.verify.reports.aligned import Judge, Line

_T = TypeVar("_T")
_MOST_ROWS = 40
_TEXTS = ("mails", "outgoing", "tasks", "refused", "programs")
_NULL = "\x00NULL"
_BYTES = "\x00x"


def effect_lines(before: Effects, after: Effects, judge: Judge) -> Iterator[Line]:
    """Two columns; nothing when neither side left anything."""
    for what in ("added", "removed"):
        tables = getattr(before, what), getattr(after, what)
        for table in sorted({*tables[0], *tables[1]}):
            yield from _table(table, what, before, after, judge)
    for path in sorted({*before.files, *after.files}):
        yield judge.line(*(_file(path, side.files.get(path)) for side in (before, after)))
    for name in _TEXTS:
        place = f"{name.removesuffix('s')}:"
        left, right = (getattr(side, name) for side in (before, after))
        for old, new in _paired(left, right):
            tokens = (Token(f"{name.removesuffix('s')}: {text}", (place,)) if text else None for text in (old, new))
            yield judge.line(*tokens)


def _table(table: str, what: str, before: Effects, after: Effects, judge: Judge) -> Iterator[Line]:
    rows = [
        [_named(row, side.columns.get(table, ())) for row in getattr(side, what).get(table, ())]
        for side in (before, after)
    ]
    pairs = list(_paired(*rows))
    for old, new in pairs[:_MOST_ROWS]:
        yield judge.line(*(Token(f"{table}: row {what}", (f"table:{table}",)) if row else None for row in (old, new)))
        left, right = dict(old or ()), dict(new or ())
        for name in [*left, *(name for name in right if name not in left)]:
            tokens = (_column(table, name, row.get(name)) for row in (left, right))
            yield judge.line(*tokens)
    if len(pairs) > _MOST_ROWS:
        more = Token(f"… {len(pairs) - _MOST_ROWS} more rows")
        yield judge.line(more, more)


def _named(row: Row, columns: Sequence[str]) -> tuple[tuple[str, str], ...]:
    names = columns or [str(number) for number in range(len(row))]
    return tuple(zip(names, row, strict=False))


def _column(table: str, name: str, value: str | None) -> Token | None:
    if value is None:
        return None
    shown = "NULL" if value == _NULL else f"0x{value[2:]}" if value.startswith(_BYTES) else repr(value)
    return Token(f"  {name} = {shown}", (f"table:{table}.{name}",))


def _file(path: str, digest: str | None) -> Token | None:
    if digest is None:
        return None
    return Token(f"file {path}: {f'sha256 {digest[:16]}' if digest else 'deleted'}", (f"file:{canonical(path)}",))


def _paired(left: Iterable[_T], right: Iterable[_T]) -> Iterator[tuple[_T | None, _T | None]]:
    """Equal ones beside each other, the rest in order."""
    ours, theirs = Counter(left), Counter(right)
    yield from ((each, each) for each in (ours & theirs).elements())
    yield from zip_longest((ours - theirs).elements(), (theirs - ours).elements())
