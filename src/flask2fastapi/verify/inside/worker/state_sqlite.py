"""An SQLite file: snapshot, restore, and what is in it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from .sqlite_hooks import connect

SIDECARS = ("-wal", "-shm", "-journal")
SHORT = 16 * 1024 * 1024
NULL = "\x00NULL"
SAMPLE = 50
HEADER = 100
COUNTERS = 1000
"""How far apart the change counters of restored files are; a case commits less often than that."""


class SqliteFile:
    """One database with its write-ahead log, put back to what it was when `snapshot` was called."""

    def __init__(self, path: str, name: str, scratch: Path) -> None:
        self.path = path
        self.name = name
        self.kind = "sqlite"
        self._scratch = scratch
        self._golden: dict[str, bytes | Path] = {}
        self._stamps: dict[str, Any] = {}
        self._restored = 0
        self.tables: dict[str, Any] = {}

    def snapshot(self) -> None:
        """Keep the files as they are; a log that nobody uses is first written back into its database."""
        if Path(self.path).exists():
            with Closing(connect(self.path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self.tables = read_tables(connection)
        for suffix in ("", *SIDECARS):
            file = Path(self.path + suffix)
            if file.exists():
                self._golden[suffix] = self._kept(file, suffix)
                _set_back(file)
        self._stamps = self._now()

    def _kept(self, file: Path, suffix: str) -> bytes | Path:
        if file.stat().st_size <= SHORT:
            return file.read_bytes()
        copy = self._scratch / (self.name.replace(os.sep, "_").replace("/", "_") + suffix)
        copy.write_bytes(file.read_bytes())
        return copy

    def _now(self) -> dict[str, Any]:
        found = {}
        for suffix in ("", "-wal", "-journal"):
            try:
                state = os.stat(self.path + suffix)
            except OSError:
                continue
            found[suffix] = (state.st_mtime_ns, state.st_size, state.st_ino)
        return found

    def changed(self) -> bool:
        """Whether anything was written since `snapshot` or `restore`."""
        return self._now() != self._stamps

    @property
    def has_log(self) -> bool:
        """Whether the database keeps a write-ahead log: its header says so (sqlite.org/fileformat2, 1.3.3)."""
        golden = self._golden.get("", b"")
        head = golden[:20] if isinstance(golden, bytes) else _head(golden)
        return "-wal" in self._golden or head[18:20] == b"\x02\x02"

    @property
    def is_in_transaction(self) -> bool:
        """Whether there is a rollback journal that was not there before."""
        return "-journal" not in self._golden and Path(self.path + "-journal").exists()

    def differences(self) -> dict[str, Any]:
        """What is different from the snapshot, by table."""
        if not Path(self.path).exists():
            return compare(self.tables, {})
        with Closing(connect(self.path, timeout=1.0)) as connection:
            return compare(self.tables, read_tables(connection))

    def restore(self) -> None:
        """Put the files back in place: the same inodes, which connections of the booted process may hold open."""
        for suffix in ("", *SIDECARS):
            file = Path(self.path + suffix)
            if suffix in self._golden:
                golden = self._golden[suffix]
                data = golden if isinstance(golden, bytes) else golden.read_bytes()
                _write_in_place(file, data if suffix else self._renumbered(data))
                _set_back(file)
            elif file.exists():
                file.unlink()
        self._stamps = self._now()

    def _renumbered(self, data: bytes) -> bytes:
        """The database with another change counter (bytes 24 and 92 of its header), by which connections that are open
        know that what they remember of the file has gone.
        """
        if self.has_log or len(data) < HEADER:
            return data
        self._restored += 1
        number = (int.from_bytes(data[24:28], "big") + self._restored * COUNTERS) % 2**32
        counter = number.to_bytes(4, "big")
        return data[:24] + counter + data[28:92] + counter + data[96:]


def copy_database(source: str, target: str) -> None:
    """Copy a database with what is still in its log (sqlite.org/backup)."""
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    with Closing(connect(source)) as old, Closing(connect(target)) as new:
        old.backup(new)


def _head(file: Path) -> bytes:
    with open(str(file), "rb") as stream:
        return stream.read(20)


def _write_in_place(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(str(file), "r+b" if file.exists() else "wb") as stream:
        stream.write(data)
        stream.truncate()


def _set_back(file: Path) -> None:
    """Date a file an hour back: a write within the same tick of the file system's clock must be seen."""
    seconds = file.stat().st_mtime_ns - 3_600_000_000_000
    os.utime(str(file), ns=(seconds, seconds))


class Closing:
    """Close a connection at the end of a block (its own context manager only commits)."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __enter__(self) -> Any:
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def read_tables(connection: Any) -> dict[str, Any]:
    """Every table of a connection: name -> (columns, rows). What cannot be read is left out."""
    cursor = sqlite3.Cursor(connection)
    cursor.row_factory = None
    found = {}
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
    for (name,) in cursor.execute(names).fetchall():
        query = 'SELECT * FROM "%s"' % name.replace('"', '""')  # noqa: S608 - a quoted name
        try:
            rows = cursor.execute(query).fetchall()
        except sqlite3.Error:
            continue
        found[name] = (tuple(column[0] for column in cursor.description), rows)
    return found


def compare(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Rows added and removed by table, as canonical text, with the names of the columns."""
    added: dict[str, Any] = {}
    removed: dict[str, Any] = {}
    columns: dict[str, Any] = {}
    for name in sorted(set(before) | set(after)):
        old, new = before.get(name, ((), [])), after.get(name, ((), []))
        if old == new:
            continue
        columns[name] = new[0] or old[0]
        gone, came = _surplus(old[1], new[1]), _surplus(new[1], old[1])
        if came or name not in before:
            added[name] = came
        if gone or name not in after:
            removed[name] = gone
    return {"added": added, "removed": removed, "columns": columns}


def _surplus(rows: list[Any], others: list[Any]) -> list[Any]:
    """Rows that are in the first list more often than in the second, sorted."""
    left: dict[Any, int] = {}
    for row in others:
        left[row] = left.get(row, 0) + 1
    found = []
    for row in rows:
        if left.get(row, 0):
            left[row] -= 1
        else:
            found.append(tuple(text_of(value) for value in row))
    return sorted(found)


def text_of(value: Any) -> str:
    """A value as canonical text."""
    if value is None:
        return NULL
    if isinstance(value, bytes):
        return "\x00x" + value.hex()
    return value if isinstance(value, str) else repr(value)


def sample(tables: dict[str, Any]) -> dict[str, Any]:
    """Columns and first rows of every table, as canonical text."""
    return {
        name: {"columns": columns, "count": len(rows), "rows": [[text_of(v) for v in row] for row in rows[:SAMPLE]]}
        for name, (columns, rows) in tables.items()
    }
