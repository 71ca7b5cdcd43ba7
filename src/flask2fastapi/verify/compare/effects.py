"""What a case left behind: rows by column, files, mails, outgoing calls and queued tasks."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING

from flask2fastapi.verify.compare.canonical import canonical
from flask2fastapi.verify.compare.change import Change, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask2fastapi.model.verification import Effects, Row

_PAIRED = 40
"""Rows of one table up to which the most alike are paired; more are paired in their order."""
_NULL = "\x00NULL"
_BYTES = "\x00x"


def changes(before: Effects, after: Effects) -> Iterator[Change]:
    """What differs between what two sides left behind: ``table:main.users.name``, ``table:main.users``, ``file:…``.

    Rows that one side alone added or removed are paired with the most alike of the other side: a pair differs by
    column, a row without one is MISSING or EXTRA as a whole.
    """
    if before == after:
        return
    for what, left, right in (
        ("added", before.added, after.added),
        ("removed", before.removed, after.removed),
    ):
        for table in sorted({*left, *right}):
            columns = before.columns.get(table, ()), after.columns.get(table, ())
            yield from _rows(f"table:{table}", what, _named(left, table, columns[0]), _named(right, table, columns[1]))
    yield from _files(before.files, after.files)
    for name in ("mails", "outgoing", "tasks", "refused", "programs"):
        yield from _texts(f"{name.removesuffix('s')}:", getattr(before, name), getattr(after, name))


def wrote(effects: Effects) -> bool:
    """Whether anything was changed that others can see."""
    return bool(effects.added or effects.removed or effects.files or effects.mails or effects.tasks)


_NamedRow = tuple[tuple[str, str], ...]


def _named(tables: Mapping[str, Sequence[Row]], table: str, columns: Sequence[str]) -> list[_NamedRow]:
    """Rows as names and values, so that the order of columns does not matter."""
    rows = tables.get(table, ())
    names = columns or [str(number) for number in range(max(map(len, rows), default=0))]
    return [tuple(sorted(zip(names, row, strict=False))) for row in rows]


def _rows(where: str, what: str, before: list[_NamedRow], after: list[_NamedRow]) -> Iterator[Change]:
    left = list((Counter(before) - Counter(after)).elements())
    right = list((Counter(after) - Counter(before)).elements())
    for number, (old, new) in enumerate(_paired(left, right)):
        path = f"{where}#{what}{number}"
        if old is None:
            yield Change(where, Kind.EXTRA, after=f"{what} {_said(new or ())}", path=path)
        elif new is None:
            yield Change(where, Kind.MISSING, before=f"{what} {_said(old)}", path=path)
        else:
            yield from _columns(where, path, dict(old), dict(new))


def _paired(left: list[_NamedRow], right: list[_NamedRow]) -> Iterator[tuple[_NamedRow | None, _NamedRow | None]]:
    """Each row with the one that has the most values in common with it; rows with none in common stay alone."""
    if max(len(left), len(right)) > _PAIRED:
        yield from zip_longest(left, right)
        return
    alike = sorted(
        ((-len(set(old) & set(new)), i, j) for i, old in enumerate(left) for j, new in enumerate(right)),
    )
    pairs: dict[int, int] = {}
    for score, i, j in alike:
        if i not in pairs and j not in pairs.values() and (score or len(left) == len(right) == 1):
            pairs[i] = j
    yield from ((old, right[pairs[i]] if i in pairs else None) for i, old in enumerate(left))
    yield from ((None, new) for j, new in enumerate(right) if j not in pairs.values())


def _columns(where: str, path: str, old: dict[str, str], new: dict[str, str]) -> Iterator[Change]:
    for name in sorted({*old, *new}):
        if old.get(name) == new.get(name):
            continue
        kind = Kind.EXTRA if name not in old else Kind.MISSING if name not in new else Kind.VALUE
        if kind is Kind.VALUE and _sort(old[name]) != _sort(new[name]):
            kind = Kind.TYPE
        yield Change(f"{where}.{name}", kind, _shown(old.get(name, "")), _shown(new.get(name, "")), f"{path}.{name}")


def _files(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """Files with names that are made anew each time have one place together."""
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        kind = Kind.EXTRA if old is None else Kind.MISSING if new is None else Kind.VALUE
        yield Change(f"file:{canonical(path)}", kind, _file(old), _file(new), f"file:{path}")


def _file(digest: str | None) -> str:
    return "" if digest is None else f"sha256 {digest[:16]}" if digest else "deleted"


def _texts(where: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    left = sorted((Counter(before) - Counter(after)).elements())
    right = sorted((Counter(after) - Counter(before)).elements())
    for number, (old, new) in enumerate(zip_longest(left, right)):
        kind = Kind.EXTRA if old is None else Kind.MISSING if new is None else Kind.VALUE
        yield Change(where, kind, old or "", new or "", f"{where}#{number}")


def _sort(value: str) -> str:
    return "null" if value == _NULL else "bytes" if value.startswith(_BYTES) else "text"


def _shown(value: str) -> str:
    return "NULL" if value == _NULL else f"0x{value.removeprefix(_BYTES)}" if value.startswith(_BYTES) else value


def _said(row: _NamedRow) -> str:
    return ", ".join(f"{name}={_shown(value)}" for name, value in row)
