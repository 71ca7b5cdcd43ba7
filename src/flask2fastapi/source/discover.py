"""Which Python files a project has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flask2fastapi.errors import SourceError
from flask2fastapi.patterns import matcher
from flask2fastapi.source.git import list_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_SUFFIXES = (".py", ".pyw")
_DEPENDENCIES = {"node_modules", "bower_components", "site-packages", "__pypackages__", "__pycache__"}


def folder_of(path: Path) -> Path:
    """The folder that paths are relative to: ``path`` itself, or a single file's own folder."""
    return path.parent if _is_file(path) else path


def discover(root: Path, exclude: Sequence[str] = ()) -> tuple[str, ...]:
    """The Python files below ``root``, relative to it with forward slashes, sorted; a single file is named as it is.

    In a git work tree these are the files that git tracks or would add; the disk is walked where git has no say, where
    it ignores ``root``, and where it knows of no Python file there. Hidden folders, virtual environments, installed
    dependencies and build results are passed over, and links to a file that is listed itself. ``exclude`` are patterns
    (`flask2fastapi.patterns`). Raises SourceError when there is no such path.
    """
    if _is_file(root):
        return (root.name,)
    if not os.path.isdir(root):  # noqa: PTH112 - as in _is_file
        raise SourceError(f"{root}: no such file or folder; name the folder of the project")
    excluded = matcher(exclude)
    listed = _usable(root, list_files(root) or ()) or _usable(root, _walk(root))
    return tuple(path for path in _once(root, listed) if not excluded(path))


def _usable(root: Path, paths: Iterable[str]) -> list[str]:
    """The Python files of ``paths`` that exist and do not lie in a folder that is passed over."""
    skipped: dict[str, bool] = {"": False}

    def below_skipped(folder: str) -> bool:
        if folder not in skipped:
            above, _, name = folder.rpartition("/")
            skipped[folder] = below_skipped(above) or is_skipped(root / above, name)
        return skipped[folder]

    python = (path for path in paths if path.endswith(_SUFFIXES))
    return sorted(
        path
        for path in python
        if not path.rpartition("/")[2].startswith(".")
        and not below_skipped(path.rpartition("/")[0])
        and os.path.isfile(os.path.join(root, path))  # noqa: PTH113, PTH118 - making paths takes longer than the look
    )


def _walk(root: Path) -> Iterator[str]:
    """All files. Links to folders are not followed (no loops); a folder that we cannot read cannot be imported."""
    for folder, folders, files in os.walk(root):
        relative = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if relative == "." else f"{relative}/"
        folders[:] = [name for name in folders if not is_skipped(root / prefix, name)]
        yield from (prefix + name for name in files)


def is_skipped(parent: Path, name: str) -> bool:
    """Whether the folder ``name`` in ``parent`` holds no source of the project; what is in it tells, not ``env``."""
    if name.startswith(".") or name in _DEPENDENCIES or name.endswith((".egg-info", ".dist-info", ".egg")):
        return True
    return is_environment(parent / name) or (name == "build" and _is_build_result(parent / name))


def is_environment(folder: Path) -> bool:
    """Whether this is a virtual environment: of ``venv``, conda, or a ``virtualenv`` older than ``pyvenv.cfg``."""
    if _exists(folder / "pyvenv.cfg") or _exists(folder / "conda-meta"):
        return True
    return _exists(folder / "bin" / "activate") and _exists(folder / "bin" / "python")


def _is_build_result(folder: Path) -> bool:
    """Whether setuptools made this folder (``lib`` or ``bdist.*`` are in it); a package may be called build too."""
    if _exists(folder / "__init__.py"):
        return False
    return _exists(folder / "lib") or any(folder.glob("lib.*")) or any(folder.glob("bdist.*"))


def _is_file(path: Path) -> bool:
    """Whether there is a file that can be seen; in a folder of another user's pathlib would raise."""
    return os.path.isfile(path)  # noqa: PTH113


def _exists(path: Path) -> bool:
    """Whether there is something that can be seen, as in `_is_file`."""
    return os.path.lexists(path)


def _once(root: Path, paths: list[str]) -> Iterator[str]:
    """Without links to a file that is listed itself: the same code would be found, and written, twice."""
    links = {path for path in paths if os.path.islink(os.path.join(root, path))}  # noqa: PTH114, PTH118 - as in _usable
    real = {os.path.realpath(root / path) for path in paths if path not in links} if links else set()
    for path in paths:
        if path not in links:
            yield path
        elif (target := os.path.realpath(root / path)) not in real:
            real.add(target)
            yield path
