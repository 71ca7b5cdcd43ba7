"""A database that only its own tools can copy: PostgreSQL, MySQL, or anything that three shell commands look after.

``snapshot`` runs once, ``dump`` before and after each case, and ``restore`` where the two differ. The application holds
no connection while a command runs, unless it has opened one without SQLAlchemy while it was booting.
"""

from __future__ import annotations

import subprocess
from typing import Any

from . import sql_dump

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
        self._golden = self._now = ""

    def snapshot(self) -> None:
        """Keep the database as it is."""
        if self._commands["snapshot"]:
            self._run("snapshot")
        self.tables = self.read()
        self._golden = self._now

    def read(self) -> dict[str, Any]:
        """Its tables."""
        self._now = sql_dump.canonical(self._run("dump"))
        return sql_dump.tables(self._now)

    def restore(self) -> None:
        """Put it back when the last dump is another than the first."""
        if self._now != self._golden:
            self._run("restore")
            self._now = self._golden

    def put_back(self) -> None:
        """Put it back, whatever has happened to it."""
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
