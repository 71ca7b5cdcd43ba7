"""Folders that are watched as a whole, for files that are not written by Python code of the application."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from typing import Any, Callable

from .state_files import JournalledFiles, digest

UPLOADS = re.compile(r"UPLOAD|MEDIA_(ROOT|FOLDER)|_DEST$")
"""Settings that name folders for files of users, by the habits of Flask's documentation, Flask-Uploads and others."""
MOST_FILES = 500


def folders_of(flasks: list[Any], root: str) -> list[str]:
    """Folders below the root that applications keep for themselves and for uploads, if they are small."""
    found: set[str] = set()
    for app in flasks:
        values = [value for key, value in app.config.items() if UPLOADS.search(str(key)) and isinstance(value, str)]
        found.add(os.path.realpath(app.instance_path))
        found.update(os.path.realpath(os.path.join(app.root_path, value)) for value in values)
        found.update(os.path.realpath(os.path.join(root, value)) for value in values)
    base = os.path.realpath(root) + os.sep
    return sorted(path for path in found if path.startswith(base) and os.path.isdir(path) and is_small(path))


def is_small(path: str) -> bool:
    """Whether a folder can be looked through after each case."""
    count = 0
    for _, _, names in os.walk(path):
        count += len(names) + 1
        if count > MOST_FILES:
            return False
    return True


class WatchedFolder:
    """One folder, kept as a copy; files for which ``is_ours`` holds have their own keeper."""

    def __init__(self, path: str, copy: str, is_ours: Callable[[str], bool]) -> None:
        self._path = os.path.realpath(path)
        self._copy = copy
        self._is_ours = is_ours
        self._stamps: dict[str, Any] = {}

    def snapshot(self) -> None:
        """Keep it as it is; a folder that does not exist may come into being."""
        if os.path.isdir(self._path):
            shutil.copytree(self._path, self._copy, symlinks=True, ignore=self._left_out)
        else:
            os.makedirs(self._copy)
        self._stamps = self._now()

    def _left_out(self, folder: str, names: list[str]) -> list[str]:
        return [name for name in names if self._is_ours(os.path.join(folder, name))]

    def _now(self) -> dict[str, Any]:
        found = {}
        for base, _, names in os.walk(self._path):
            for name in names:
                path = os.path.join(base, name)
                if self._is_ours(path):
                    continue
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
