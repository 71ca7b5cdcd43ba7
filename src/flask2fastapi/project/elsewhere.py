"""Places that install Flask in a form that is not edited: they are named, with what has to be added to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.location import Location
from flask2fastapi.project import setup_py
from flask2fastapi.project.codes import NOT_EDITED
from flask2fastapi.project.tree import line_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.project.manifests import Manifest
    from flask2fastapi.project.tree import Text, Tree

_CONDA = re.compile(r"^\s*-\s*flask(?![\w.-])", re.IGNORECASE | re.MULTILINE)


def other_installers(tree: Tree, manifests: Sequence[Manifest], needs: Sequence[str]) -> Iterator[Diagnostic]:
    """A warning for each: Conda environments, generated requirements, computed ``install_requires``."""
    remedy = f"add {', '.join(needs)}"
    for manifest in manifests:
        yield from _generated(manifest, needs)
        yield from _computed(manifest, remedy)
    for path in tree.paths:
        name = path.rpartition("/")[2]
        if re.match(r"environment[\w-]*\.ya?ml$", name):
            yield from _matches(tree.read(path), _CONDA, f"a Conda environment is not edited: {remedy}")


def _generated(manifest: Manifest, needs: Sequence[str]) -> Iterator[Diagnostic]:
    entry = next((entry for entry in manifest.declared if entry.name == "flask"), None)
    if manifest.generated_by is not None and entry is not None:
        message = (
            f"this file is generated ({manifest.generated_by}) and not edited: add {', '.join(needs)} to what it is "
            "made of and make it anew"
        )
        yield Diagnostic(NOT_EDITED, Severity.WARNING, message, Location(entry.path, entry.line))


def _computed(manifest: Manifest, remedy: str) -> Iterator[Diagnostic]:
    if manifest.path.rpartition("/")[2] != "setup.py":
        return
    line = setup_py.computes_requirements(manifest.source.text)
    if line is not None:
        message = f"install_requires is computed and not edited: {remedy} to what it is read from"
        yield Diagnostic(NOT_EDITED, Severity.WARNING, message, Location(manifest.path, line))


def _matches(source: Text | None, pattern: re.Pattern[str], message: str) -> Iterator[Diagnostic]:
    match = pattern.search(source.text) if source else None
    if source is not None and match is not None:
        yield Diagnostic(
            NOT_EDITED, Severity.WARNING, message, Location(source.path, line_at(source.text, match.start()))
        )
