"""Files that a case has changed, by its journal: what they are now, and back to what they were."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any


class JournalledFiles:
    """Reads the journal of the last case and undoes what is in it."""

    def __init__(self, folder: Path, root: str, temporary: str) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self._names = [(os.path.realpath(root), ""), (os.path.realpath(temporary), "tmp/")]

    def entries(self) -> list[dict[str, Any]]:
        """What the last case has touched, in order."""
        try:
            text = (self.folder / "journal").read_text(encoding="utf-8")
        except OSError:
            return []
        return [json.loads(line) for line in text.splitlines() if line.endswith("}")]

    def differences(self, entries: list[dict[str, Any]]) -> dict[str, str]:
        """Name -> sha256 of the new content, "" for what is gone; files that are as they were are left out."""
        found = {}
        for entry in entries:
            before = digest(entry["kept"]) if "kept" in entry else None
            after = digest(entry["path"])
            if before != after:
                found[self.name(entry["path"])] = after or ""
            for path in _inside(entry):
                found[self.name(path)] = digest(path) or ""
        return found

    def name(self, path: str) -> str:
        """How a file is called in a report, the same on all sides: relative to the root, or to the temporary folder."""
        for folder, prefix in self._names:
            if path.startswith(folder + os.sep):
                return prefix + os.path.relpath(path, folder).replace(os.sep, "/")
        return path

    def undo(self, entries: list[dict[str, Any]]) -> None:
        """Put everything back, the last change first."""
        for entry in reversed(entries):
            with contextlib.suppress(OSError):
                _undo(entry)
        if entries:
            shutil.rmtree(str(self.folder), ignore_errors=True)
            self.folder.mkdir(exist_ok=True)


def _undo(entry: dict[str, Any]) -> None:
    path = entry["path"]
    if entry["kind"] == "file":
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.isfile(path) and not os.path.islink(path):
            with open(entry["kept"], "rb") as source, open(path, "r+b") as target:  # in place: it may be open
                shutil.copyfileobj(source, target)
                target.truncate()
        else:
            shutil.copyfile(entry["kept"], path)
        os.utime(path, ns=tuple(entry["time"]))
    elif entry["kind"] == "folder":
        os.makedirs(path, exist_ok=True)
    elif entry["kind"] == "new":
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        elif os.path.lexists(path):
            os.remove(path)


def _inside(entry: dict[str, Any]) -> list[str]:
    """Files in a folder that is new as a whole, for instance one that was renamed."""
    path = entry["path"]
    if entry["kind"] != "new" or not os.path.isdir(path):
        return []
    return [os.path.join(base, name) for base, _, names in os.walk(path) for name in names]


def digest(path: str) -> str | None:
    """SHA-256 of a file's content; None where there is no file."""
    if not os.path.isfile(path):
        return None
    total = hashlib.sha256()
    try:
        with open(path, "rb") as stream:
            for part in iter(lambda: stream.read(1 << 20), b""):
                total.update(part)
    except OSError:
        return None
    return total.hexdigest()
