"""What a set of changes means on this disk; all that can be found wrong beforehand is found here."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from flask2fastapi.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask2fastapi.model.files import FileChange


@dataclass(frozen=True, slots=True)
class Target:
    """A change and the file that it is made to: ``path`` is absolute, and what a link leads to unless it is deleted."""

    path: Path
    before: bytes | None
    after: bytes | None


def check(root: Path, changes: Iterable[FileChange]) -> tuple[Target, ...]:
    """The targets of the changes that change something; raises SourceError for the first that cannot be made.

    ``root`` is a resolved folder. A change cannot be made when the file is not as it was read, lies outside ``root``,
    or is write-protected, itself or by its folder; nor can two different ones to the same file.
    """
    targets: dict[Path, Target] = {}
    for change in changes:
        if change.before != change.after:
            target = _target(root, change)
            if targets.setdefault(target.path, target) != target:
                raise SourceError(
                    f"{change.path}: would be written twice, through a link; make the link a file or exclude it"
                )
    return tuple(targets.values())


def missing_folders(targets: Iterable[Target]) -> tuple[Path, ...]:
    """The folders that must be made for the targets, upper ones first."""
    missing: set[Path] = set()
    for target in targets:
        for folder in target.path.parents:
            if folder.exists():
                break
            missing.add(folder)
    return tuple(sorted(missing))


def current(path: Path) -> bytes | None:
    """What is on the disk now, None where there is nothing; raises OSError for what cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _target(root: Path, change: FileChange) -> Target:
    named = PurePosixPath(change.path)
    path = root / named
    real = Path(os.path.realpath(path.parent)) / path.name if change.after is None else Path(os.path.realpath(path))
    if named.is_absolute() or ".." in named.parts or not real.is_relative_to(root):
        raise SourceError(
            f"{change.path}: lies outside {root}; nothing was changed: exclude it or make it a file of its own"
        )
    for reason in _reasons(path, real, change.before):
        raise SourceError(f"{change.path}: {reason}; nothing was changed")
    return Target(real, change.before, change.after)


def _reasons(path: Path, real: Path, before: bytes | None) -> Iterator[str]:
    """Why the file cannot be changed; the first is told."""
    try:
        found = current(real)
    except OSError as error:
        yield f"cannot be read: {error.strerror or error}"
        return
    if found != before:
        if before is None:
            yield "appeared after the run began: start again"
        yield (
            "is no longer as it was read: start again"
            if found is not None
            else "was deleted after it was read: start again"
        )
    if before is None and path.is_symlink():
        yield "is a link to nothing: delete the link"
    if found is not None and _is_protected(real):
        yield f"is write-protected: allow it (chmod u+w {path.name}) or exclude it"
    folder = next(folder for folder in real.parents if os.path.lexists(folder))
    if not folder.is_dir():
        yield f"{folder} is not a folder"
    if _is_protected(folder):
        yield f"{folder} is write-protected: allow it or exclude the folder"


def _is_protected(path: Path) -> bool:
    """Whether its owner does not want it written; the superuser, who always could, is told the same."""
    return not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK)
