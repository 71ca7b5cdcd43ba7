"""SQLite databases in memory: read through the connections that the application holds open.

They need no restoring, because each case has a copy of the process.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from .sqlite_hooks import LIVING
from .state_sqlite import compare, read_tables, sample


class MemoryStores:
    """What was in memory when the application had booted."""

    def __init__(self) -> None:
        self.golden: list[dict[str, Any]] = []

    def snapshot(self) -> None:
        """Read all of it."""
        self.golden = _read_all()

    def differences(self) -> list[dict[str, Any]]:
        """What is different by now, for each database that had tables, or has some now."""
        now = _read_all()
        before = self.golden + [{}] * (len(now) - len(self.golden))
        return [compare(old, new) for old, new in zip(before, now)]

    def facts(self) -> list[dict[str, Any]]:
        """The databases that have tables, as `State.facts` gives files."""
        return [
            {"name": "memory", "file": "", "path": ":memory:", "kind": "sqlite", "tables": sample(tables)}
            for tables in self.golden
            if tables
        ]

    @property
    def is_used(self) -> bool:
        """Whether there is any such database."""
        return bool(LIVING)


def _read_all() -> list[dict[str, Any]]:
    return [_read(reference()) for _, reference in LIVING]


def _read(connection: Any) -> dict[str, Any]:
    """Tables of one connection; none of one that is closed or belongs to another thread."""
    if connection is None:
        return {}
    try:
        return read_tables(connection)
    except sqlite3.Error:
        return {}
