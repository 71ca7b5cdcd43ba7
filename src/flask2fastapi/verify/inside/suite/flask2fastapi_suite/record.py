"""What the run tells its parent: a line of JSON for each event, appended at once.

Several processes write to one file (pytest-xdist's workers, a live server that a test forks), and any of them may be
killed: an append of one short line is whole or absent.
"""

from __future__ import annotations

import json
import os
from typing import Any


class Record:
    """The file of events."""

    def __init__(self, path: str) -> None:
        self._path = path

    def write(self, kind: str, **facts: Any) -> None:
        """Append one event; ``test`` is added: the id of the test that runs, as pytest tells it the environment."""
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        line = json.dumps(dict(facts, kind=kind, test=test)) + "\n"
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode("utf-8"))
        finally:
            os.close(file)
