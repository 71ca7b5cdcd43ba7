"""Pins and Python versions beside which FastAPI cannot be installed, found before anything is written.

The bounds are those of the oldest releases that we ask for, from their own metadata on PyPI: fastapi 0.115.0
(``starlette<0.39.0,>=0.37.2``, ``pydantic!=1.8,!=1.8.1,!=2.0.0,!=2.0.1,!=2.1.0,<3.0.0,>=1.7.4``,
``typing-extensions>=4.8.0``), starlette 0.37.2 (``anyio<5,>=3.4.0``), anyio 3.4.0 (``idna>=2.8``),
uvicorn 0.30.0 (``click>=7.0``, ``h11>=0.8``); all of them, and a2wsgi 1.10.1, need Python 3.8. Later releases
of fastapi allow later Starlettes, so that only the lower end of what it needs counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.location import Location
from flask2fastapi.project import pipfile, pyproject, setup_cfg, setup_py
from flask2fastapi.project.codes import PIN_CONFLICT, PYTHON_FLOOR
from flask2fastapi.project.declared import Fit, excludes, fit, parse_need, poetry_specifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from packaging.requirements import Requirement

    from flask2fastapi.project.declared import Declared
    from flask2fastapi.project.manifests import Manifest
    from flask2fastapi.project.tree import Text, Tree

OLDEST_PYTHON = Version("3.8")
_BRINGS = {
    "fastapi": {
        "starlette": ">=0.37.2",
        "pydantic": ">=1.7.4,!=1.8,!=1.8.1,!=2.0.0,!=2.0.1,!=2.1.0,<3.0.0",
        "typing-extensions": ">=4.8.0",
        "anyio": ">=3.4.0,<5",
        "idna": ">=2.8",
    },
    "uvicorn": {"click": ">=7.0", "h11": ">=0.8"},
}
_TESTED = ["3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7"]
_IMAGE = re.compile(r"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)?(?:\S+/)?python:(?P<version>\d+(?:\.\d+)*)", re.I | re.MULTILINE)
_RUNTIME = re.compile(r"^\s*python-?(?P<version>\d+\.\d+(?:\.\d+)?)", re.IGNORECASE)
_PLAIN = re.compile(r"^\s*(?P<version>\d+\.\d+(?:\.\d+)?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Python:
    """A statement about Python versions: what it says, where, and whether it means old ones."""

    shown: str
    path: str
    line: int
    old: bool


def pin_conflicts(declared: Iterable[Declared], needs: Sequence[str]) -> Iterator[Diagnostic]:
    """A warning for every entry that shuts out what one of the ``needs`` brings along."""
    wanted = {
        name: (need, SpecifierSet(bounds))
        for need in needs
        for name, bounds in _BRINGS.get(canonicalize_name(parse_need(need).name), {}).items()
    }
    direct: dict[str, Requirement] = {canonicalize_name(parse_need(need).name): parse_need(need) for need in needs}
    for entry in declared:
        if entry.name in wanted and excludes(entry.specifier, wanted[entry.name][1]):
            need, bounds = wanted[entry.name]
            yield _pin_conflict(entry, need, f"needs {entry.name}{_lower(bounds)}", f"{entry.name}{_lower(bounds)}")
        elif entry.name in direct and fit(entry.specifier, direct[entry.name]) is Fit.PINNED:
            need = str(direct[entry.name])
            yield _pin_conflict(entry, need, "is what the migrated application runs on", need)


def python_conflicts(tree: Tree, manifests: Iterable[Manifest], folders: Iterable[str]) -> Iterator[Diagnostic]:
    """A warning for every place that allows, or starts, a Python older than 3.8."""
    inside = set(folders)
    stated = [found for manifest in manifests for found in _of_manifest(manifest.source)]
    for path in tree.paths:
        folder, _, name = path.rpartition("/")
        if folder in inside and (source := _image_source(tree, path, name)) is not None:
            stated += _of_image(source, name)
    for python in stated:
        if python.old:
            yield Diagnostic(
                PYTHON_FLOOR,
                Severity.WARNING,
                f"{python.shown} means a Python older than {OLDEST_PYTHON}, the oldest for FastAPI: raise it to "
                f"{OLDEST_PYTHON} or newer",
                Location(python.path, python.line),
            )


def _pin_conflict(entry: Declared, need: str, why: str, remedy: str) -> Diagnostic:
    message = f"{entry.text} cannot stand beside {need}, which {why}: raise it to {remedy}"
    return Diagnostic(PIN_CONFLICT, Severity.WARNING, message, Location(entry.path, entry.line))


def _lower(bounds: SpecifierSet) -> str:
    return next(f">={clause.version}" for clause in bounds if clause.operator == ">=")


def _of_manifest(source: Text) -> Iterator[_Python]:
    name = source.path.rpartition("/")[2]
    if name == "pyproject.toml" and (found := pyproject.requires_python(source.text)) is not None:
        said, line, is_poetry = found
        allowed = poetry_specifier(said) if is_poetry else _specifier(said)
        yield _Python(
            f'python = "{said}"' if is_poetry else f'requires-python = "{said}"', source.path, line, _old(allowed)
        )
    elif name in {"setup.cfg", "setup.py"}:
        stated = (setup_cfg if name == "setup.cfg" else setup_py).requires_python(source.text)
        if stated is not None:
            yield _Python(f'python_requires = "{stated[0]}"', source.path, stated[1], _old(_specifier(stated[0])))
    elif name == "Pipfile" and (required := pipfile.requires_python(source.text)) is not None:
        yield _Python(f'python_version = "{required[0]}"', source.path, required[1], _is_older(required[0]))


def _image_source(tree: Tree, path: str, name: str) -> Text | None:
    if name in {"runtime.txt", ".python-version", "Dockerfile"} or name.startswith("Dockerfile."):
        return tree.read(path)
    return tree.read(path) if name.endswith(".Dockerfile") else None


def _of_image(source: Text, name: str) -> Iterator[_Python]:
    pattern = {"runtime.txt": _RUNTIME, ".python-version": _PLAIN}.get(name, _IMAGE)
    for match in pattern.finditer(source.text):
        line = source.text.count("\n", 0, match.start("version")) + 1
        yield _Python(match[0].strip(), source.path, line, _is_older(match["version"]))


def _specifier(text: str) -> SpecifierSet | None:
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def _old(allowed: SpecifierSet | None) -> bool:
    """Whether a constraint lets in a Python below the oldest; one without a lower bound is not meant so."""
    if allowed is None or not any(clause.operator in {">=", ">", "~=", "==", "<", "<="} for clause in allowed):
        return False
    if all(clause.operator in {"<", "<=", "!="} for clause in allowed):
        return not allowed.contains(OLDEST_PYTHON)
    return any(allowed.contains(f"{version}.99") or allowed.contains(version) for version in _TESTED)


def _is_older(version: str) -> bool:
    try:
        stated = Version(version)
    except InvalidVersion:
        return False
    return stated < OLDEST_PYTHON if len(stated.release) > 1 else stated.major < OLDEST_PYTHON.major
