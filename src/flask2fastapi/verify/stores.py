"""``[[tool.flask2fastapi.verify.stores]]``: databases that are servers, of which every side has its own.

``{side}`` stands for ``before``, ``again`` and ``after``, ``{root}`` for the side's folder, in these commands, in the
values of ``--env`` and in the seed command. PostgreSQL and MySQL need to be named only; anything else is looked after
by three commands.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask2fastapi.errors import ConfigError, TargetError
from flask2fastapi.model.verification import Side
from flask2fastapi.verify.worker_setup import StoreCommands

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

KEY = "stores"
_COMMANDS = ("copy", "snapshot", "dump", "restore")
_OWN = {"name", *_COMMANDS}
_KNOWN = {"kind", "database", "options", "name"}
_KINDS = {
    "postgresql": {
        "copy": "dropdb {o} --if-exists --force {d} && createdb {o} -T {first} {d}",
        "snapshot": "dropdb {o} --if-exists {d}_kept && createdb {o} -T {d} {d}_kept",
        "dump": "pg_dump {o} --data-only --column-inserts {d}",
        "restore": "dropdb {o} --force {d} && createdb {o} -T {d}_kept {d}",
    },
    "mysql": {
        "copy": "mysql {o} -e 'DROP DATABASE IF EXISTS `{d}`; CREATE DATABASE `{d}`' "
        "&& mysqldump {o} --routines {first} | mysql {o} {d}",
        "snapshot": 'mysqldump {o} --routines {d} > "$TMPDIR/{d}.kept.sql"',
        "dump": "mysqldump {o} --skip-extended-insert --complete-insert --hex-blob --order-by-primary {d}",
        "restore": "mysql {o} -e 'DROP DATABASE `{d}`; CREATE DATABASE `{d}`' "
        '&& mysql {o} {d} < "$TMPDIR/{d}.kept.sql"',
    },
}
"""PostgreSQL copies a whole database as a template (its manual, 23.3), which takes a tenth of a second."""
_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Store:
    """One such database, with names of sides and folders still to be put in."""

    commands: StoreCommands
    copy: str = ""
    """Gives a side's database the content of the first side's; "" where the user sees to that."""

    def of(self, side: Side, root: Path) -> StoreCommands:
        """Its commands on one side."""
        each = self.commands
        texts = {name: in_side(getattr(each, name), side, root) for name in ("dump", "restore", "snapshot")}
        return replace(each, **texts)


def in_side(text: str, side: Side, root: Path) -> str:
    """A text of the user's as it is meant for one side."""
    return text.replace("{side}", side.value).replace("{root}", str(root))


def read_stores(table: Mapping[str, Any]) -> tuple[Store, ...]:
    """The stores in the table ``[tool.flask2fastapi.verify]``. Raises ConfigError for what cannot be understood."""
    entries = table.get(KEY, [])
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise ConfigError("stores of verify must be tables: [[tool.flask2fastapi.verify.stores]]")
    return tuple(_store(number, entry) for number, entry in enumerate(entries, 1))


def with_stores(table: Mapping[str, Any]) -> dict[str, Any]:
    """That part of the table which is about stores."""
    return {KEY: table[KEY]} if KEY in table else {}


def _store(number: int, entry: Mapping[str, Any]) -> Store:
    where = f"store {number} of verify"
    kind = entry.get("kind")
    known = _OWN if kind is None else _KNOWN
    for key, value in entry.items():
        if key not in known:
            raise ConfigError(f"{where}: {key!r} is no key of it; there are {', '.join(sorted(known))}")
        if not isinstance(value, str):
            raise ConfigError(f"{where}: {key} must be text")
    if kind is None:
        needed: tuple[str, ...] = ("name", "dump", "restore")
        texts = dict(entry)
    elif kind in _KINDS:
        needed = ("database",)
        texts = _preset(kind, entry)
    else:
        raise ConfigError(f"{where}: kind must be {' or '.join(_KINDS)}, or left out where commands are given")
    for key in needed:
        if not entry.get(key):
            raise ConfigError(f"{where}: {key} is missing")
    if kind is not None and "{side}" not in texts["dump"]:
        raise ConfigError(f"{where}: every side needs a database of its own: name it with {{side}}, as shop_{{side}}")
    commands = StoreCommands(texts["name"], texts["dump"], texts["restore"], texts.get("snapshot", ""))
    return Store(commands, texts.get("copy", ""))


def _preset(kind: str, entry: Mapping[str, str]) -> dict[str, str]:
    database = entry.get("database", "")
    words = {
        "{o}": entry.get("options", ""),
        "{d}": database,
        "{first}": database.replace("{side}", Side.BEFORE.value),
    }
    texts = {"name": entry.get("name") or database.replace("{side}", "").strip("_-") or kind}
    for name, command in _KINDS[kind].items():
        for word, value in words.items():
            command = command.replace(word, value)
        texts[name] = " ".join(command.split(" "))
    return texts


def share(stores: Sequence[Store], folders: Sequence[Path], environments: Sequence[Mapping[str, str]]) -> None:
    """Give the other sides what the first side's databases hold. Raises TargetError when a command fails.

    Folders and environments are those of the three sides, in their order.
    """
    for store in stores:
        for side, folder, environment in list(zip(Side, folders, environments, strict=True))[1:]:
            if not store.copy:
                continue
            command = in_side(store.copy, side, folder)
            done = subprocess.run(
                ["/bin/sh", "-c", command],
                cwd=folder,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_SECONDS,
                check=False,
            )
            if done.returncode:
                said = (done.stderr.strip() or f"exit status {done.returncode}").splitlines()[-1]
                raise TargetError(f"the copy command of {store.commands.name} failed: {command}: {said}")
