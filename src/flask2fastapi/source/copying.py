"""A copy of a project to work on: what ``--output`` writes to."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.errors import SourceError
from flask2fastapi.patterns import matcher
from flask2fastapi.source.discover import is_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEFT = {".git", ".hg", ".svn", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".nox"}
"""History and caches; what git ignores is copied, for an application may not start without its ``.env``."""


def copy_tree(root: Path, destination: Path, exclude: Sequence[str] = ()) -> None:
    """Copy a project, or a single file, into ``destination``, which must be missing or empty.

    History, virtual environments and caches stay behind; links stay links. ``destination`` may lie inside ``root`` only
    where a pattern of ``exclude`` keeps later runs from taking it for source. Raises SourceError and leaves nothing
    behind when a file cannot be copied.
    """
    root, destination = Path(os.path.realpath(root)), Path(os.path.realpath(destination))
    _check(root, destination, exclude)
    existed = destination.is_dir()
    try:
        destination.mkdir(parents=True, exist_ok=True)
        if root.is_file():
            shutil.copy2(root, destination / root.name)
        else:
            _copy_folder(root, destination)
    except OSError as error:
        _clear(destination, existed)
        raise SourceError(f"{error.filename or destination}: cannot be copied: {error.strerror or error}") from error
    except BaseException:
        _clear(destination, existed)
        raise


def _check(root: Path, destination: Path, exclude: Sequence[str]) -> None:
    if not root.exists():
        raise SourceError(f"{root}: no such file or folder; name the folder of the project")
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise SourceError(f"{destination}: is not an empty folder; name one that is empty or does not exist")
    if root.is_dir() and destination.is_relative_to(root):
        relative = destination.relative_to(root).as_posix()
        if destination == root or not matcher(exclude)(relative):
            raise SourceError(f"{destination}: lies inside {root}; name a folder outside, or exclude it")


def _copy_folder(root: Path, destination: Path) -> None:
    for folder, folders, files in os.walk(root, onerror=_raise):
        here = Path(folder)
        there = destination / here.relative_to(root)
        there.mkdir(exist_ok=True)
        linked = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if name not in linked and not _is_left(here / name, destination)]
        for name in (*linked, *files):
            _copy_file(here / name, there / name, root)
        shutil.copystat(here, there)


def _copy_file(path: Path, copy: Path, root: Path) -> None:
    if path.is_symlink():
        copy.symlink_to(_link(path, root))
    elif path.is_file():  # a socket or a pipe belongs to a process that runs, not to the project
        shutil.copy2(path, copy)


def _link(path: Path, root: Path) -> str:
    """What the copied link says: one that names a place in ``root`` absolutely must not lead back to the original."""
    target = path.readlink()
    if target.is_absolute() and target.is_relative_to(root):
        return os.path.relpath(target, path.parent)
    return str(target)


def _is_left(folder: Path, destination: Path) -> bool:
    return folder.name in _LEFT or folder == destination or is_environment(folder)


def _raise(error: OSError) -> None:
    raise error


def _clear(destination: Path, existed: bool) -> None:
    shutil.rmtree(destination, ignore_errors=True)
    if existed:
        destination.mkdir(exist_ok=True)
