"""What the worker adds to every SQLite connection of the target: the stopped clock, chance, and a list of what is open.

SQLite reads the clock in C; functions of the same names that are registered on a connection go before its own, also for
``DEFAULT CURRENT_TIMESTAMP`` (sqlite.org/c3ref/create_function). Dates are still computed by SQLite, on a connection of
ours, with the stopped instant in the place of ``now``.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sqlite3.dbapi2
import threading
import time
import weakref
from typing import Any, Callable

from .chance import CHANCE

connect = sqlite3.connect
"""SQLite's own, taken before anything else gets hold of it."""
OPENED: list[str] = []
"""Database names in the order in which they were first opened, made absolute where they are files."""
LIVING: list[tuple[str, Any]] = []
"""Databases in memory: name and weak reference to the connection."""
DATE_FUNCTIONS = (("date", 0), ("time", 0), ("datetime", 0), ("julianday", 0), ("unixepoch", 0), ("strftime", 1))
FACTORY = 6
"""Number of the parameter ``factory`` of ``sqlite3.connect``, counted from one."""


class InMemory(sqlite3.Connection):
    """A connection that, unlike SQLite's own, can be referred to weakly: it is closed when the application drops it."""


class Dates:
    """SQLite's date functions at the stopped instant."""

    def __init__(self) -> None:
        self._connection = connect(":memory:", check_same_thread=False)
        self._lock = threading.Lock()

    def call(self, name: str, place: int, given: tuple[Any, ...]) -> Any:
        """Call one; ``place`` is that of the time value among its arguments."""
        values = list(given)
        if len(values) <= place:
            values.append("now")
        if isinstance(values[place], str) and values[place].lower() == "now":
            values[place] = time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime())
        marks = ", ".join("?" * len(values))
        with self._lock:
            return self._connection.execute("SELECT %s(%s)" % (name, marks), values).fetchone()[0]


def install() -> None:
    """Replace ``sqlite3.connect`` wherever libraries take it from."""
    dates = Dates()

    def connected(*given: Any, **named: Any) -> Any:
        name = _name(given[0] if given else named.get("database"))
        if is_memory(name) and len(given) < FACTORY:
            named.setdefault("factory", InMemory)
        connection = connect(*given, **named)
        _note(name, connection)
        _equip(connection, dates)
        return connection

    sqlite3.connect = sqlite3.dbapi2.connect = connected


def _name(database: Any) -> str:
    return os.fsdecode(database) if isinstance(database, (str, bytes, os.PathLike)) else ""


def _note(name: str, connection: Any) -> None:
    if is_memory(name):
        with contextlib.suppress(TypeError):
            LIVING.append((name, weakref.ref(connection)))
        return
    path = os.path.abspath(name[5:].partition("?")[0] if name.startswith("file:") else name)
    if path not in OPENED:
        OPENED.append(path)


def is_memory(name: str) -> bool:
    """Whether a name that is given to ``sqlite3.connect`` means a database in memory."""
    return name in ("", ":memory:") or (name.startswith("file:") and ("mode=memory" in name or ":memory:" in name))


def _equip(connection: Any, dates: Dates) -> None:
    for name, place in DATE_FUNCTIONS:
        _create(connection, name, -1, _dated(dates, name, place), True)
    for name, function in (("current_timestamp", "datetime"), ("current_date", "date"), ("current_time", "time")):
        _create(connection, name, 0, _dated(dates, function, 0), True)
    _create(connection, "random", 0, lambda: int.from_bytes(CHANCE.draw(8), "big") - 2**63, False)
    _create(connection, "randomblob", 1, lambda size: CHANCE.draw(max(int(size or 1), 1)), False)
    with contextlib.suppress(sqlite3.Error):
        connection.execute("PRAGMA synchronous = OFF")  # what a case writes is thrown away: no disk need have it


def _dated(dates: Dates, name: str, place: int) -> Callable[..., Any]:
    return lambda *given: dates.call(name, place, given)


def _create(connection: Any, name: str, count: int, function: Callable[..., Any], deterministic: bool) -> None:
    with contextlib.suppress(sqlite3.Error):
        try:
            connection.create_function(name, count, function, deterministic=deterministic)
        except TypeError:  # Python 3.7 has no such parameter
            connection.create_function(name, count, function)
