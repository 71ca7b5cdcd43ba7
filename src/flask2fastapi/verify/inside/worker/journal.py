"""A journal of the files that a case is about to change: each is kept as it was before the first change.

Python tells of every file that it opens, renames or removes (audit events, PEP 578), before it does so. What a program
in C writes by itself, or a child process, is not told. On Python 3.7, which has no such events, the functions of ``os``
and ``open`` are wrapped.
"""

from __future__ import annotations

import builtins
import io
import json
import os
import pathlib
import shutil
import sys
from typing import Any, Callable

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
SHORT = 256 * 1024 * 1024
PATHS = {
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.mkdir": (0,),
    "os.rmdir": (0,),
    "os.truncate": (0,),
    "os.symlink": (1,),
    "os.link": (1,),
}
"""Audit event -> places of the paths among its arguments."""
FOLDER_PLACES = {"os.remove": 1, "os.mkdir": 2, "os.rmdir": 1, "os.symlink": 2}
"""Where the event says relative to which folder (``dir_fd``) its path is."""
IGNORED = ("/dev/", "/proc/", "/sys/")


class Journal:
    """Written by the process of a case, read by the one that keeps the state."""

    def __init__(self) -> None:
        self._folder = ""
        self._known: set[str] = set()
        self._is_ours: Callable[[str], bool] = lambda path: False
        self.active = False
        self._busy = False

    def begin(self, folder: str, is_ours: Callable[[str], bool]) -> None:
        """Keep what changes from now on in ``folder``; files for which ``is_ours`` holds have their own keeper."""
        self._folder = folder
        self._known = set()
        self._is_ours = is_ours
        self.active = True

    def event(self, name: str, given: tuple[Any, ...]) -> None:
        """An audit event."""
        if not self.active or self._busy:
            return
        if name == "open":
            if isinstance(given[2], int) and given[2] & WRITING:
                self._guarded(given[0], None)
        elif name in PATHS:
            place = FOLDER_PLACES.get(name)
            folder = given[place] if place is not None and len(given) > place else None
            for number in PATHS[name]:
                self._guarded(given[number], folder)

    def _guarded(self, path: Any, folder: Any) -> None:
        self._busy = True
        try:
            full = _absolute(path, folder)
            if full and full not in self._known and not full.startswith(IGNORED) and not self._is_ours(full):
                self._known.add(full)
                self._keep(full)
        finally:
            self._busy = False

    def _keep(self, path: str) -> None:
        entry: dict[str, Any] = {"path": path, "kind": "new"}
        if os.path.isdir(path) and not os.path.islink(path):
            entry["kind"] = "folder"
        elif os.path.isfile(path):
            state = os.stat(path)
            if state.st_size > SHORT:
                entry["kind"] = "large"
            else:
                entry.update(kind="file", kept=os.path.join(self._folder, "%d" % len(self._known)))
                entry["time"] = [state.st_atime_ns, state.st_mtime_ns]
                shutil.copyfile(path, entry["kept"])
        elif os.path.lexists(path):
            entry["kind"] = "other"
        with open(os.path.join(self._folder, "journal"), "a", encoding="utf-8") as stream:
            stream.write(json.dumps(entry) + "\n")


JOURNAL = Journal()


def _absolute(path: Any, folder: Any) -> str:
    if isinstance(path, int):
        return ""
    try:
        text = os.fsdecode(path)
        if isinstance(folder, int) and folder >= 0 and not os.path.isabs(text):
            text = os.path.join(os.readlink("/proc/self/fd/%d" % folder), text)
    except (TypeError, OSError):
        return ""
    parent, name = os.path.split(os.path.abspath(text))
    return os.path.join(os.path.realpath(parent), name)


def install() -> None:
    """Listen to what the process does with files."""
    if hasattr(sys, "addaudithook"):
        sys.addaudithook(JOURNAL.event)
    else:
        _wrap_old()


def _wrap_old() -> None:
    real_open, real_os_open = io.open, os.open

    def opened(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        JOURNAL.event("open", (file, mode, WRITING if set(mode) & set("wax+") else 0))
        return real_open(file, mode, *rest, **named)

    def os_opened(path: Any, flags: int, *rest: Any, **named: Any) -> Any:
        JOURNAL.event("open", (path, None, flags))
        return real_os_open(path, flags, *rest, **named)

    builtins.open = io.open = opened
    os.open = os_opened
    for event in PATHS:
        name = event.partition(".")[2]
        setattr(os, name, _wrapped(event, getattr(os, name)))
    os.unlink, os.replace = os.remove, _wrapped("os.rename", os.replace)
    accessor: Any = type(getattr(pathlib, "_normal_accessor", None))
    for name in ("mkdir", "rmdir", "unlink", "rename", "replace"):  # taken by pathlib when it was imported
        setattr(accessor, name, staticmethod(getattr(os, name)))


def _wrapped(event: str, function: Any) -> Any:
    def wrapper(*given: Any, **named: Any) -> Any:
        JOURNAL.event(event, (*given, named.get("dir_fd")))
        return function(*given, **named)

    return wrapper
