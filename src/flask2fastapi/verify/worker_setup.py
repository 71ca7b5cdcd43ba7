"""What a worker needs to know of its side, and what it tells of it once it has booted."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask2fastapi.verify.booted import BootedApp, booted_app
from flask2fastapi.verify.secret_values import Secrets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""Variables of ours that a side gets; all else would make runs depend on who starts them."""


@dataclass(frozen=True, slots=True)
class StoreCommands:
    """Shell commands for a database that is not SQLite, run in the root with the side's environment.

    A dump is read as ``pg_dump --data-only --inserts`` and ``mysqldump --skip-extended-insert`` write it.
    """

    name: str
    dump: str
    restore: str
    snapshot: str = ""


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """One side: where it stands and how it is started."""

    root: Path
    """Folder from which it is imported, and in which it runs."""
    python: Path
    spec: str
    """``module:name`` as `boot.read_app` takes it, or an ASGI target (``asgi:app``, ``asgi:create_app``)."""
    kind: str = "flask"
    """``flask`` or ``fastapi``."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the few variables that a side gets anyway."""
    seed_command: str = ""
    """Shell command that fills the database, run once in ``root`` before the application boots."""
    stores: tuple[str, ...] = ()
    """SQLite files to watch beside those that are found; relative to ``root``."""
    store_commands: tuple[StoreCommands, ...] = ()
    watch: tuple[str, ...] = ()
    """Folders, relative to ``root``, in which also files are seen that child processes write; other files are seen
    wherever Python writes them."""
    allowed_hosts: tuple[str, ...] = ()
    """Hosts beside this machine to which connections are let out; ``*`` stands for any text."""
    clock: float = 1_767_225_600.0
    """Seconds since 1970 at which every case starts (2026-01-01)."""
    boot_timeout: float = 30.0
    step_timeout: float = 10.0
    repository: Path | None = None
    """The folder around ``root`` that belongs to the side as a whole; None where that is ``root`` itself."""
    secrets: Secrets = field(default_factory=Secrets)
    """What names in the steps of cases stand for; put in only when they are sent."""


def side_environment(setup: WorkerSetup, scratch: Path) -> dict[str, str]:
    """Everything that a side's processes find in their environment; HOME and TMPDIR are folders made in ``scratch``."""
    folders = {name: scratch / folder for name, folder in (("HOME", "home"), ("TMPDIR", "tmp"))}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    return {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        **{name: str(folder) for name, folder in folders.items()},
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **setup.environment,
    }


@dataclass(frozen=True, slots=True)
class TableFacts:
    """One table as it is when a case starts."""

    columns: tuple[str, ...]
    count: int
    rows: tuple[tuple[str, ...], ...]
    """The first rows, as canonical text."""


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """One database that is put back for each case."""

    name: str
    """As tables are called by it in `Effects`."""
    file: str
    """Path relative to the root; "" where it is no file."""
    path: str
    kind: str
    """``sqlite`` or ``commands``."""
    tables: Mapping[str, TableFacts]


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """What a booted side holds."""

    spec: str
    app: BootedApp | None
    """The Flask application, also the one behind a FastAPI front; None where there is none any more."""
    stores: tuple[StoreFacts, ...] = ()
    threads: tuple[str, ...] = ()
    """Threads that were started while booting; they do not run during cases."""
    effort: float = 0.0
    """Seconds of a processor that booting took."""
    clock_is_stopped: bool = True
    """False on an interpreter of which only ``time``, not ``datetime``, can be stopped."""


def worker_facts(spec: str, data: Mapping[str, Any]) -> WorkerFacts:
    """Make WorkerFacts of what a worker process has sent."""
    return WorkerFacts(
        spec=spec,
        app=booted_app(spec, data["app"]) if data["app"] else None,
        stores=tuple(_store(row) for row in data["stores"]),
        threads=tuple(data["threads"]),
        effort=data["effort"],
        clock_is_stopped=data["clock_is_stopped"],
    )


def _store(row: Mapping[str, Any]) -> StoreFacts:
    tables = {
        name: TableFacts(tuple(table["columns"]), table["count"], tuple(tuple(each) for each in table["rows"]))
        for name, table in row["tables"].items()
    }
    return StoreFacts(row["name"], row["file"], row["path"], row["kind"], tables)
