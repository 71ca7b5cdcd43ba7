"""Where a project declares what its tests need: the place to which Flask moves when only tests need it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from flask2fastapi.project import pyproject
from flask2fastapi.project.listing import insert_line
from flask2fastapi.project.manifests import Manifest, add_to, included, own_name
from flask2fastapi.project.toml_lists import has_table, insert_key, key_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.project.declared import Declared

_TESTS = re.compile(r"(?<![a-z])(tests?|testing|unittests?)(?![a-z])", re.IGNORECASE)
_DEVELOPMENT = re.compile(r"(?<![a-z])(dev|develop|development|devel)(?![a-z])", re.IGNORECASE)
_EMPTY_TABLES = {"Pipfile": ("dev-packages",), "pyproject.toml": (f"{pyproject.POETRY}.dev-dependencies",)}


@dataclass(frozen=True, slots=True)
class Place:
    """One section of one manifest."""

    manifest: Manifest
    section: str


def dev_place(group: Sequence[Manifest], beside: str, everything: Sequence[Manifest]) -> Place | None:
    """The place for what tests need among the manifests of one folder, None when none is declared.

    That of the file ``beside`` comes first, and one for tests before one for development.
    """
    constraints = {path for manifest in everything for path in manifest.constraints}
    found = [
        (manifest.path != beside, rank, manifest.path, section, manifest)
        for manifest in group
        if manifest.generated_by is None and manifest.path not in constraints
        for section in _sections(manifest)
        if (rank := _rank(manifest, section)) is not None
    ]
    best = min(found, key=lambda each: each[:4], default=None)
    return Place(best[4], best[3]) if best is not None else None


def has(place: Place, name: str, manifests: Sequence[Manifest]) -> bool:
    """Whether a place declares ``name``, itself or through a file that it includes."""
    others = included(manifests, place.manifest)
    entries = (
        *place.manifest.in_section(place.section),
        *(e for m in manifests if m.path in others for e in m.declared),
    )
    return any(entry.name == name for entry in entries)


def put(place: Place, entry: Declared, source: Manifest) -> str | None:
    """The text of the place's file with ``entry`` of ``source`` in it; None when its form is not editable."""
    manifest = place.manifest
    text = manifest.source.text
    if _is_table(place):
        line = key_text(source.source.text, entry.section, entry.name)
        if line is None or not _is_table(Place(source, entry.section)):
            line = f'{_written(entry)} = "{entry.specifier or "*"}"'
        return insert_key(text, place.section, line)
    need = entry.text if not _is_table(Place(source, entry.section)) else f"{_written(entry)}{entry.specifier or ''}"
    listed = manifest.in_section(place.section)
    if not listed:
        end = len(text)
        return (
            insert_line(text, end, need + manifest.source.newline, manifest.source.newline)
            if not place.section
            else None
        )
    return add_to(manifest, place.section, [need], frozenset({listed[-1].name}))


def _sections(manifest: Manifest) -> Iterator[str]:
    yield from manifest.sections()
    name = manifest.path.rpartition("/")[2]
    for table in _EMPTY_TABLES.get(name, ()):
        if not manifest.in_section(table) and has_table(manifest.source.text, table):
            yield table
    if name.endswith((".txt", ".in", ".pip")) and not manifest.declared and manifest.includes:
        yield ""


def _rank(manifest: Manifest, section: str) -> int | None:
    name = own_name(section) if section else manifest.path.rpartition("/")[2]
    if _TESTS.search(name):
        return 0
    return 1 if _DEVELOPMENT.search(name) else None


def _is_table(place: Place) -> bool:
    """Whether entries are keys there (Poetry, Pipfile) and not PEP 508 texts."""
    name = place.manifest.path.rpartition("/")[2]
    return name == "Pipfile" or (name == "pyproject.toml" and ":" not in place.section)


def _written(entry: Declared) -> str:
    """The name as its owner writes it: ``Flask``."""
    match = re.match(r"[\w.-]+", entry.text)
    return match[0] if match and canonicalize_name(match[0]) == entry.name else entry.name
