"""Write many files or none.

Every new text lies on the disk, complete, before the first file is replaced; whatever then fails, the files that were
replaced are put back. What a kill or a power failure interrupts, `recover` undoes at the next start.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from flask2fastapi.errors import SourceError
from flask2fastapi.source.discover import folder_of
from flask2fastapi.source.interrupts import InterruptedWritingError, Interrupts
from flask2fastapi.source.journal import Journal, recover, sync_folder, write_new
from flask2fastapi.source.targets import check, current, missing_folders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flask2fastapi.model.files import FileChange
    from flask2fastapi.source.journal import Entry
    from flask2fastapi.source.targets import Target

__all__ = ["recover", "write_all"]


def write_all(root: Path, changes: Sequence[FileChange]) -> None:
    """Make all changes (paths relative to ``root``, forward slashes), or none and raise SourceError.

    Refused before anything is written: a file that is not as ``before`` says, is write-protected or lies outside
    ``root``, and a second run at the same time. Modes and owners are kept, links are written through, an interrupt
    (Ctrl-C, SIGTERM) undoes what was done.
    """
    root = folder_of(root).resolve()
    with Interrupts() as interrupts:
        targets = check(root, changes)
        if not targets:
            return
        try:
            journal = Journal.begin(root)
        except OSError as error:
            raise SourceError(f"{root}: cannot be written to: {_reason(error)}; nothing was changed") from error
        try:
            _change(journal, targets, interrupts)
        except (OSError, InterruptedWritingError) as error:
            _undo(journal)
            raise SourceError(f"{root}: {_reason(error)}; nothing was changed") from error
        except BaseException:
            _undo(journal)
            raise


def _change(journal: Journal, targets: Sequence[Target], interrupts: Interrupts) -> None:
    folders = missing_folders(targets)
    entries = journal.record(targets, folders)
    for folder in folders:
        folder.mkdir()
    for target, entry in zip(targets, entries, strict=True):
        interrupts.check()
        _stage(journal, target, entry)
    for target, entry in zip(targets, entries, strict=True):
        interrupts.check()
        _replace(journal, target, entry)
    for folder in sorted({target.path.parent for target in targets}):
        sync_folder(folder)
    journal.end()


def _stage(journal: Journal, target: Target, entry: Entry) -> None:
    """Write the new text beside the file, with the file's mode and owner; an empty one where it will be deleted."""
    temporary = journal.root / entry.temporary
    write_new(temporary, target.after or b"")
    like = target.path if target.before is not None else target.path.parent
    status = like.stat()
    if target.before is not None:
        temporary.chmod(stat.S_IMODE(status.st_mode))
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.chown(temporary, status.st_uid, status.st_gid)  # a container's superuser must not take a user's files over


def _replace(journal: Journal, target: Target, entry: Entry) -> None:
    if current(target.path) != target.before:
        raise OSError(None, "was changed by another program while writing", str(target.path))
    if target.after is None:
        (journal.root / entry.temporary).unlink()
        target.path.unlink()
    else:
        (journal.root / entry.temporary).replace(target.path)


def _undo(journal: Journal) -> None:
    try:
        journal.undo()
    except OSError as error:
        message = f"{journal.root}: not everything could be put back: {_reason(error)}; solve that and start again"
        raise SourceError(message) from error
    finally:
        journal.release()


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
    return f"interrupted by {error}"
