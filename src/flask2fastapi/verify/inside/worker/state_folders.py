"""Folders that are watched as a whole, for files that are not written by Python code of the application."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import Any

from .state_files import JournalledFiles, digest


class WatchedFolder:
    """One folder, kept as a copy."""

    def __init__(self, path: str, copy: str) -> None:
        self._path = os.path.realpath(path)
        self._copy = copy
        self._stamps: dict[str, Any] = {}

    def snapshot(self) -> None:
        """Keep it as it is; a folder that does not exist may come into being."""
        if os.path.isdir(self._path):
            shutil.copytree(self._path, self._copy, symlinks=True)
        else:
            os.makedirs(self._copy)
        self._stamps = self._now()

    def _now(self) -> dict[str, Any]:
        found = {}
        for base, _, names in os.walk(self._path):
            for name in names:
                path = os.path.join(base, name)
                with contextlib.suppress(OSError):
                    state = os.lstat(path)
                    found[os.path.relpath(path, self._path)] = (state.st_mtime_ns, state.st_size, state.st_ino)
        return found

    def put_back(self, names: JournalledFiles) -> dict[str, str]:
        """What is different, by name, and back to what it was."""
        now = self._now()
        found = {}
        for name in sorted(set(now) | set(self._stamps)):
            if now.get(name) == self._stamps.get(name):
                continue
            path, kept = os.path.join(self._path, name), os.path.join(self._copy, name)
            if digest(path) != digest(kept):
                found[names.name(path)] = digest(path) or ""
            with contextlib.suppress(OSError):
                _put_back(path, kept)
        if now != self._stamps:
            self._stamps = self._now()
        return found


def _put_back(path: str, kept: str) -> None:
    if os.path.isfile(kept):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copy2(kept, path)
    else:
        os.remove(path)
