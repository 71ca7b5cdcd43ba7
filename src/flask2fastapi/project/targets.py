"""Which sections of which manifests are to be extended: those that the migrated applications are installed from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.project.manifests import Manifest, included, is_for_run_time, is_main
from flask2fastapi.project.tree import folders_above

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

FLASK = "flask"
BRINGS_FLASK = re.compile(r"^(flask-\w|apiflask$|connexion$|flasgger$)")
FOR_TESTS = {"flask-testing", "flask-debugtoolbar", "flask-unittest", "flask-webtest"}
_SIDE_FOLDERS = re.compile(r"(^|/)(docs?|tests?|testing|examples?|samples?|benchmarks?|fixtures?)(/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """One section that gets the needs, and the names of its entries beside which they go."""

    manifest: Manifest
    section: str
    anchors: frozenset[str]


def find_targets(manifests: Sequence[Manifest], app_paths: Sequence[str]) -> tuple[Target, ...]:
    """The sections that declare Flask, or an extension that brings it, for the run time of the given applications.

    The nearest folder above an application that declares it governs it. Without applications every folder counts that
    is not documentation, tests or examples.
    """
    by_home = targets_by_home(manifests)
    governing = dict.fromkeys(home for path in app_paths if (home := nearest(path, by_home)) is not None)
    chosen = governing or [home for home in by_home if not _SIDE_FOLDERS.search(home)]
    targets = [target for home in chosen for target in by_home[home]]
    return tuple(_without_doubles(targets, manifests))


def targets_by_home(manifests: Sequence[Manifest]) -> dict[str, list[Target]]:
    """The sections that declare Flask for run time, or what brings it, by the folder that they are about."""
    homes: dict[str, list[Manifest]] = {}
    for manifest in manifests:
        if manifest.generated_by is None:
            homes.setdefault(manifest.home, []).append(manifest)
    return {home: found for home, group in homes.items() if (found := _of_group(group))}


def nearest(path: str, homes: Container[str]) -> str | None:
    """The nearest folder above a file that is one of ``homes``."""
    return next((folder for folder in folders_above(path) if folder in homes), None)


def _of_group(group: Sequence[Manifest]) -> list[Target]:
    """The targets of one folder: where Flask itself is named, else where an extension brings it."""
    sections = [(m, section) for m in group for section in m.sections() if is_for_run_time(m, section)]
    named = [Target(m, section, frozenset({FLASK})) for m, section in sections if FLASK in _names(m, section)]
    if named:
        return named
    return [Target(m, section, found) for m, section in sections if (found := _extensions(m, section))]


def _extensions(manifest: Manifest, section: str) -> frozenset[str]:
    return frozenset(name for name in _names(manifest, section) - FOR_TESTS if BRINGS_FLASK.match(name))


def _names(manifest: Manifest, section: str) -> set[str]:
    return {entry.name for entry in manifest.in_section(section)}


def _without_doubles(targets: Sequence[Target], manifests: Sequence[Manifest]) -> Iterator[Target]:
    """Leave out what gets the needs from elsewhere: a file that includes a target, an extra beside the main list."""
    files = {target.manifest.path for target in targets}
    mains = {target.manifest.path for target in targets if is_main(target.section)}
    for target in targets:
        if included(manifests, target.manifest) & files:
            continue
        if is_main(target.section) or target.manifest.path not in mains:
            yield target
