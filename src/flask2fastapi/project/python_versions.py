"""The oldest Python on which a project says that it runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from flask2fastapi.project import pipfile, pyproject, setup_cfg, setup_py
from flask2fastapi.project.declared import poetry_specifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.project.tree import Tree

UNSAID = (3, 10)
"""Taken for projects that say nothing: the oldest Python that is not past its end."""
_OLDEST, _NEWEST = 8, 14
_IMAGES = {
    "runtime.txt": re.compile(r"^python-3\.(\d+)", re.MULTILINE),
    ".python-version": re.compile(r"^3\.(\d+)", re.MULTILINE),
    "Dockerfile": re.compile(r"^FROM\s+(?:\S*/)?python:3\.(\d+)", re.MULTILINE | re.IGNORECASE),
}


def oldest_python(tree: Tree) -> tuple[int, int]:
    """The oldest Python, not below FastAPI's own 3.8, that any file of a project names or allows."""
    minors = [minor for path in tree.paths for minor in _of_file(tree, path)]
    return (3, max(min(minors), _OLDEST)) if minors else UNSAID


def _of_file(tree: Tree, path: str) -> Iterator[int]:
    name = path.rpartition("/")[2]
    if name in _IMAGES and (source := tree.read(path)) is not None:
        yield from (int(minor) for minor in _IMAGES[name].findall(source.text))
        return
    if name not in {"pyproject.toml", "setup.cfg", "setup.py", "Pipfile"} or (source := tree.read(path)) is None:
        return
    allowed = _allowed(name, source.text)
    if allowed is not None:
        found = (minor for minor in range(_OLDEST, _NEWEST) if allowed.contains(f"3.{minor}.99"))
        yield from [next(found, _NEWEST)]


def _allowed(name: str, text: str) -> SpecifierSet | None:
    """The versions that a file allows, None when it does not say."""
    try:
        if name == "pyproject.toml":
            found = pyproject.requires_python(text)
            return None if found is None else poetry_specifier(found[0]) if found[2] else SpecifierSet(found[0])
        if name == "Pipfile":
            required = pipfile.requires_python(text)
            return None if required is None else SpecifierSet(f"=={required[0]}.*")
        stated = (setup_cfg if name == "setup.cfg" else setup_py).requires_python(text)
        return None if stated is None else SpecifierSet(stated[0])
    except InvalidSpecifier:
        return None
