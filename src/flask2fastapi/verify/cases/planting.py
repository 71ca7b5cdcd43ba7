"""Put rows into the SQLite databases of a side before it boots."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from flask2fastapi.model.verification import Row
    from flask2fastapi.verify.cases.exploring import Grown
    from flask2fastapi.verify.worker_setup import StoreFacts

_NULL = "\x00NULL"
_BYTES = "\x00x"


def plant(grown: Grown, root: Path, stores: Iterable[StoreFacts]) -> int:
    """Insert what was grown into the files of a side, and give the number of rows.

    ``stores`` are those of any side: their files lie at the same place below every root. Values are canonical text;
    SQLite makes numbers of it again where a column is one (sqlite.org/datatype3, column affinity). Not for a side that
    runs: its worker has its own copy.
    """
    count = 0
    for store in stores:
        if store.kind != "sqlite" or not store.file:
            continue
        path = root / store.file
        if not path.is_file():
            continue
        with closing(sqlite3.connect(path)) as connection, connection:
            for table in store.tables:
                count += _insert(connection, table, grown, f"{store.name}.{table}")
    return count


def _insert(connection: sqlite3.Connection, table: str, grown: Grown, label: str) -> int:
    rows = grown.rows.get(label, ())
    if not rows:
        return 0
    names = ", ".join(_quoted(column) for column in grown.columns[label])
    marks = ", ".join("?" * len(grown.columns[label]))
    statement = f"INSERT OR REPLACE INTO {_quoted(table)} ({names}) VALUES ({marks})"  # noqa: S608 names are quoted
    connection.executemany(statement, [_values(row) for row in rows])
    return len(rows)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _values(row: Row) -> list[str | bytes | None]:
    return [
        None if text == _NULL else bytes.fromhex(text[len(_BYTES) :]) if text.startswith(_BYTES) else text
        for text in row
    ]
