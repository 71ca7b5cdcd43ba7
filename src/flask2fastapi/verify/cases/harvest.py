"""Values that exist in the application's databases: a request for something real needs its id."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask2fastapi.verify.worker_setup import StoreFacts

_NOT_TEXT = "\x00"
_MOST = 3
"""Rows of a table from which values are taken."""


@dataclass(frozen=True, slots=True)
class Harvest:
    """Table -> column -> values of its first rows, as text."""

    tables: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def numbers(self, name: str, context: str) -> tuple[str, ...]:
        """Ids for a parameter such as ``post_id`` or ``id``; ``context`` is the endpoint and rule around it."""
        wanted = _singular(name.removesuffix("_id").removesuffix("id").rstrip("_"))
        ranked = sorted(self.tables.items(), key=lambda item: -_likeness(item[0], wanted, context))
        for _, columns in ranked:
            for column, values in columns.items():
                if column.lower() in {"id", "pk", "rowid", f"{wanted}_id"} and all(map(str.isdigit, values)):
                    return values
        return ()

    def texts(self, name: str, context: str) -> tuple[str, ...]:
        """Values of the column that a parameter is named after: ``username``, ``slug``."""
        ranked = sorted(self.tables.items(), key=lambda item: -_likeness(item[0], _singular(name), context))
        for _, columns in ranked:
            for column, values in columns.items():
                if column.lower() == name.lower() and values:
                    return values
        for _, columns in ranked:
            for column in ("slug", "username", "name", "title"):
                if columns.get(column):
                    return columns[column]
        return ()

    def column(self, name: str) -> tuple[str, ...]:
        """Values of a column of exactly this name, of the first table that has one; not ids, of which all have some."""
        if name.lower() in {"id", "pk"}:
            return ()
        return next((columns[name] for columns in self.tables.values() if columns.get(name)), ())

    def reference(self, name: str) -> tuple[str, ...]:
        """What a field that is named after a table most likely points to: its ids (``author_id``), or its names."""
        stem = name.lower().removesuffix("_id")
        for table, columns in self.tables.items():
            if _singular(table) == _singular(stem) and stem:
                own = ("id", "pk") if stem != name.lower() else ("slug", "name", "title", "username")
                found = next((columns[column] for column in own if columns.get(column)), ())
                if found:
                    return found
        return ()


def harvest(stores: Iterable[StoreFacts]) -> Harvest:
    """Read the first rows of all tables; NULLs, bytes and very long texts are left out."""
    tables: dict[str, dict[str, tuple[str, ...]]] = {}
    for store in stores:
        for name, table in store.tables.items():
            columns: dict[str, tuple[str, ...]] = {}
            for index, column in enumerate(table.columns):
                values = [row[index] for row in table.rows[:_MOST] if len(row) > index]
                columns[column] = tuple(value for value in values if _usable(value))
            tables[name.rpartition(".")[2].lower()] = columns
    return Harvest(tables)


def _usable(value: str) -> bool:
    return bool(value) and not value.startswith(_NOT_TEXT) and len(value) < 200


def _likeness(table: str, wanted: str, context: str) -> int:
    """How likely a table is meant: named as the parameter, or named in the endpoint or rule."""
    single = _singular(table)
    if wanted and single == wanted:
        return 3
    if wanted and (wanted in single or single in wanted):
        return 2
    return 1 if single in re.split(r"[^a-z]+|s\b", context.lower()) else 0


def _singular(word: str) -> str:
    word = word.lower()
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
