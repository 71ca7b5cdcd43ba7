"""A database that only its own tools can copy: PostgreSQL, MySQL, or anything that three shell commands look after.

``snapshot`` runs once, ``restore`` after each case, ``dump`` before and after. A dump is read line by line, as
``pg_dump --data-only --inserts`` and ``mysqldump --skip-extended-insert`` write it: each ``INSERT INTO table …`` is a
row of that table. The application holds no connection while a command runs.
"""

from __future__ import annotations

import re
import subprocess
from typing import Any

INSERT = re.compile(r"INSERT INTO\s+([^\s(]+)\s*(.*?);?\s*$")
QUOTES = "`\"'"
SECONDS = 120


class CommandError(Exception):
    """A command of the user's has failed; the text is for the user."""


class CommandStore:
    """One such database."""

    def __init__(self, commands: dict[str, str]) -> None:
        self.name = commands["name"]
        self.path = commands["name"]
        self.kind = "commands"
        self._commands = commands
        self.tables: dict[str, Any] = {}

    def snapshot(self) -> None:
        """Keep the database as it is."""
        if self._commands["snapshot"]:
            self._run("snapshot")
        self.tables = self.read()

    def read(self) -> dict[str, Any]:
        """Its tables, each row as one text."""
        found: dict[str, Any] = {}
        for line in self._run("dump").splitlines():
            match = INSERT.match(line)
            if match:
                name = "".join(letter for letter in match.group(1) if letter not in QUOTES)
                found.setdefault(name, (("row",), []))[1].append((match.group(2),))
        return found

    def restore(self) -> None:
        """Put it back."""
        self._run("restore")

    def _run(self, which: str) -> str:
        command = self._commands[which]
        try:
            done = subprocess.run(
                ["/bin/sh", "-c", command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise CommandError("the %s command did not end: %s" % (which, command)) from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["status %d" % done.returncode]
            raise CommandError("the %s command failed: %s: %s" % (which, command, said[-1]))
        return done.stdout.decode("utf-8", "backslashreplace")
