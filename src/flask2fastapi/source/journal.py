"""What is needed to undo a run that writes, kept on disk while it writes, so that even a killed one can be undone.

``.flask2fastapi-journal/`` in the root holds the earlier files (``0``, ``1``, …) and ``undo.json``, which is there,
complete, from before the first change until after the last: its presence means that the run did not end. Each change is
one rename of a temporary file, so a temporary file that still exists says that its change was not made.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.errors import SourceError
from flask2fastapi.source.discover import folder_of
from flask2fastapi.source.locks import lock
from flask2fastapi.source.targets import current

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask2fastapi.source.targets import Target

NAME = ".flask2fastapi-journal"
_UNDO = "undo.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: paths are relative to the root, ``before`` and ``after`` are digests, None where there is no file.

    ``link`` is what a link that is deleted leads to.
    """

    path: str
    temporary: str
    before: str | None
    after: str | None
    link: str | None = None


class Journal:
    """The journal of one run, locked against any other."""

    def __init__(self, root: Path, lock_file: int) -> None:
        self.root = root
        self.folder = root / NAME
        self._lock_file = lock_file

    @classmethod
    def begin(cls, root: Path) -> Journal:
        """Make the journal folder; raises SourceError when there is one already, OSError when it cannot be made."""
        folder = root / NAME
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            message = f"{folder}: another run is writing here or was killed; wait for it, or start again to undo it"
            raise SourceError(message) from None
        try:
            held = lock(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if held is None:
            raise SourceError(f"{folder}: another run is looking at this; start again")
        return cls(root, held)

    def record(self, targets: Sequence[Target], folders: Sequence[Path]) -> tuple[Entry, ...]:
        """Keep the earlier files and write down what will be done; only then may it be done."""
        (self.folder / ".gitignore").write_text(
            "*\n", "utf-8"
        )  # `git add` during or after a killed run must not take it
        entries = tuple(self._keep(number, target) for number, target in enumerate(targets))
        made = [self._relative(folder) for folder in folders]
        text = json.dumps({"entries": [asdict(entry) for entry in entries], "folders": made})
        write_new(self.folder / "undo.tmp", text.encode("ascii"))
        (self.folder / "undo.tmp").replace(self.folder / _UNDO)
        sync_folder(self.folder)
        sync_folder(self.root)
        return entries

    def end(self) -> None:
        """Forget how to undo: from that moment the run counts as done, and what is left over is only rubbish."""
        (self.folder / _UNDO).unlink(missing_ok=True)
        with suppress(OSError):
            sync_folder(self.folder)
        self.release()
        shutil.rmtree(self.folder, ignore_errors=True)

    def undo(self) -> None:
        """Make everything as it was before; raises SourceError, and keeps the journal, for files edited since."""
        entries, folders = self._recorded()
        edited = [entry for number, entry in reversed(list(enumerate(entries))) if not self._put_back(number, entry)]
        for folder in reversed(folders):
            with suppress(OSError):  # not made yet, or the user put something into it
                (self.root / folder).rmdir()
        if edited:
            names = ", ".join(sorted(entry.path for entry in edited)[:5])
            message = f"{names}: edited after a run was interrupted; the text before is in {self.folder}"
            raise SourceError(f"{message}: compare, then delete it")
        self.end()

    def release(self) -> None:
        """Let another run look at the journal."""
        if self._lock_file >= 0:
            os.close(self._lock_file)
            self._lock_file = -1

    def _keep(self, number: int, target: Target) -> Entry:
        backup = self.folder / str(number)
        link = str(target.path.readlink()) if target.path.is_symlink() else None
        if target.before is not None and link is None:
            _duplicate(target.path, backup)
        temporary = target.path.with_name(f"{NAME}-{number}.tmp")
        before, after = _digest(target.before), _digest(target.after)
        return Entry(self._relative(target.path), self._relative(temporary), before, after, link)

    def _put_back(self, number: int, entry: Entry) -> bool:
        """Undo one change if it was made; False when the file is neither as it was nor as we made it."""
        path, temporary = self._inside(entry.path), self._inside(entry.temporary)
        if os.path.lexists(temporary):
            temporary.unlink()
            return True
        found = _digest(current(path))
        if found == entry.before:
            return True
        if found != entry.after:
            return False
        if entry.before is None:
            path.unlink()
        elif entry.link is not None:
            path.symlink_to(entry.link)
        else:
            _move(self.folder / str(number), path)
        sync_folder(path.parent)
        return True

    def _recorded(self) -> tuple[list[Entry], list[str]]:
        try:
            record = json.loads((self.folder / _UNDO).read_bytes())
            return [Entry(**entry) for entry in record["entries"]], list(record["folders"])
        except FileNotFoundError:
            return [], []  # nothing had been changed when the run ended
        except (ValueError, KeyError, TypeError) as error:
            raise SourceError(
                f"{self.folder / _UNDO}: cannot be understood ({error}); compare with git and delete it"
            ) from error

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _inside(self, name: str) -> Path:
        path = self.root / name
        if not Path(os.path.realpath(path.parent)).is_relative_to(self.root):
            raise SourceError(f"{self.folder / _UNDO}: names {name}, which lies outside {self.root}; delete it")
        return path


def recover(root: Path) -> bool:
    """Undo what a killed run left half-written below ``root``; return whether there was anything to undo.

    To be called before a run reads anything. Raises SourceError when another run is writing, and when a file was edited
    after the kill, in which case everything else has been put back.
    """
    root = folder_of(root).resolve()
    folder = root / NAME
    if not folder.is_dir() or folder.is_symlink():
        return False
    held = lock(folder)
    if held is None:
        raise SourceError(f"{folder}: another run is writing here; wait for it to end")
    journal = Journal(root, held)
    unfinished = (folder / _UNDO).is_file()
    try:
        journal.undo()
    except OSError as error:
        message = f"{error.filename or folder}: a killed run cannot be undone: {error.strerror or error}"
        raise SourceError(message) from error
    finally:
        journal.release()
    return unfinished


def write_new(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Write a file that must not exist, down to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    with open(descriptor, "wb") as file:  # noqa: PTH123
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring renames in a folder down to the disk, on systems where a folder can be opened."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _duplicate(path: Path, backup: Path) -> None:
    """Keep a file, as a second name of it where that is possible: undoing then brings back its every attribute."""
    try:
        backup.hardlink_to(path)
    except OSError:
        shutil.copy2(path, backup)
        descriptor = os.open(backup, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def _move(backup: Path, path: Path) -> None:
    """Rename, which needs no space on a full disk; copy where the two lie on different disks."""
    try:
        backup.replace(path)
    except OSError:
        beside = path.with_name(f"{NAME}-back.tmp")
        shutil.copy2(backup, beside)
        beside.replace(path)


def _digest(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()
