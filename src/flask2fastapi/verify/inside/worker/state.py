"""Everything that a case may change outside of the process, and its way back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from .state_commands import CommandStore
from .state_sqlite import SIDECARS, SqliteFile, compare, copy_database, sample

MAGIC = b"SQLite format 3\x00"
SKIPPED = {".git", "node_modules", "__pycache__", "site-packages", ".tox", ".mypy_cache", ".pytest_cache"}


class State:
    """The stores of one side."""

    def __init__(self, root: str, scratch: Path, commands: list[dict[str, str]]) -> None:
        self._root = root
        self._scratch = scratch
        self.files: dict[str, SqliteFile] = {}
        self.others = [CommandStore(each) for each in commands]

    def find(self, flasks: list[Any], opened: list[str]) -> None:
        """Look for databases in the root, in what the configuration names, and in what was opened so far."""
        paths = set(opened) | set(sqlite_files(self._root))
        for app in flasks:
            paths |= set(sqlite_files(app.instance_path)) | set(configured(app.config, app))
        for path in sorted(paths):
            self.add(path)

    def add(self, path: str) -> None:
        """Watch one more SQLite file, which need not exist yet."""
        full = os.path.realpath(path)
        if full not in self.files:
            self.files[full] = SqliteFile(full, self._name(full), self._scratch)

    def _name(self, path: str) -> str:
        base = os.path.realpath(self._root)
        name = os.path.relpath(path, base) if path.startswith(base + os.sep) else os.path.basename(path)
        return name.replace(os.sep, "/")

    def looks_after(self, path: str) -> bool:
        """Whether a file is one of these, or belongs to one."""
        return path in self.files or path.endswith(SIDECARS)

    def _all(self) -> list[Any]:
        return [*self.files.values(), *self.others]

    def take(self, given: dict[str, str]) -> None:
        """Copy databases of another side (name -> path) over those of the same name."""
        for store in self.files.values():
            if store.name in given and os.path.realpath(given[store.name]) != store.path:
                copy_database(given[store.name], store.path)

    def snapshot(self) -> None:
        """Take what is there as the state in which every case starts."""
        for store in self._all():
            store.snapshot()

    @property
    def allows_warm(self) -> bool:
        """Whether files can be put back under connections that stay open: not under a write-ahead log."""
        return not self.others and not any(store.has_log for store in self.files.values())

    @property
    def is_in_transaction(self) -> bool:
        """Whether somebody has left a transaction open, or died in one."""
        return any(store.is_in_transaction for store in self.files.values())

    def effects(self) -> dict[str, Any]:
        """What the last case has written, as differences from that state."""
        found: dict[str, Any] = {"added": {}, "removed": {}, "columns": {}}
        for store in self.files.values():
            if store.changed():
                merge(found, store.differences(), self.prefix(store.name))
        for other in self.others:
            merge(found, compare(other.tables, other.read()), other.name)
        return found

    def prefix(self, name: str) -> str:
        """What tables of a store are called by: ``main`` for the only file."""
        return "main" if name in [store.name for store in self.files.values()] and len(self.files) == 1 else name

    def restore(self) -> None:
        """Put everything back that the last case has changed."""
        for store in self.files.values():
            if store.changed():
                store.restore()
        for other in self.others:
            other.restore()

    def put_back(self) -> None:
        """Put everything back after others than a case have been at it."""
        for store in self.files.values():
            if store.changed():
                store.restore()
        for other in self.others:
            other.put_back()

    def facts(self) -> list[dict[str, Any]]:
        """Stores with their tables, columns and first rows."""
        return [
            {
                "name": self.prefix(store.name),
                "file": store.name,
                "path": store.path,
                "kind": store.kind,
                "tables": sample(store.tables),
            }
            for store in self._all()
        ]


def merge(into: dict[str, Any], found: dict[str, Any], prefix: str) -> None:
    """Add what one store has to what all stores have."""
    for key in ("added", "removed", "columns"):
        for table, value in found[key].items():
            into[key]["%s.%s" % (prefix, table)] = value


def sqlite_files(folder: str) -> list[str]:
    """SQLite files below a folder, known by their first bytes."""
    found = []
    for base, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in SKIPPED and not is_environment(base, name)]
        found += [os.path.join(base, name) for name in names if is_sqlite(os.path.join(base, name))]
    return found


def is_environment(base: str, name: str) -> bool:
    """Whether a folder is a virtual environment."""
    return os.path.exists(os.path.join(base, name, "pyvenv.cfg"))


def is_sqlite(path: str) -> bool:
    """Whether a file is an SQLite database."""
    try:
        if os.path.getsize(path) < 512:
            return False
        with open(path, "rb") as stream:
            return stream.read(16) == MAGIC
    except OSError:
        return False


def configured(config: Any, app: Any) -> list[str]:
    """Paths of SQLite files that a Flask configuration names, with SQLAlchemy's URLs read as its dialect reads them."""
    found = []
    for key, value in config.items():
        if not isinstance(value, (str, os.PathLike)):
            continue
        text = str(value)
        if text.startswith("sqlite:"):
            path = text.partition("///")[2].partition("?")[0]
            if path and path != ":memory:" and not path.startswith("file:"):
                found += (
                    [path] if os.path.isabs(path) else [os.path.join(app.instance_path, path), os.path.abspath(path)]
                )
        elif "DATABASE" in str(key).upper() and text.endswith((".db", ".sqlite", ".sqlite3", ".db3")):
            found.append(os.path.abspath(text))
    return found
