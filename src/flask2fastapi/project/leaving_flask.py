"""Take Flask out of the run-time dependencies of applications that have left it, once nothing else needs it there.

It moves to the dependencies of the tests where the project declares such, because the old tests still drive the
application through Flask's test client. Nothing is created for it that the project does not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.index.paths import is_test_path
from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.location import Location
from flask2fastapi.project.codes import FLASK_KEPT, LEFT_OVER
from flask2fastapi.project.dependencies import DependencyChanges
from flask2fastapi.project.dev_place import dev_place, has, put
from flask2fastapi.project.dockerfile import installs_flask, is_dockerfile, remove_installed
from flask2fastapi.project.flask_imports import BRIDGE, BROUGHT, find_imports
from flask2fastapi.project.manifests import read_manifests, remove_from
from flask2fastapi.project.relock import relock_commands
from flask2fastapi.project.taken_along import take_along
from flask2fastapi.project.targets import BRINGS_FLASK, FLASK, FOR_TESTS, nearest, targets_by_home
from flask2fastapi.project.tree import parent, with_changes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from flask2fastapi.model.files import FileChange
    from flask2fastapi.project.flask_imports import Imported
    from flask2fastapi.project.manifests import Manifest
    from flask2fastapi.project.targets import Target
    from flask2fastapi.project.tree import Tree


@dataclass(frozen=True, slots=True)
class Served:
    """One application of the project, as it is after the run."""

    path: str
    is_full: bool
    """It has left Flask, in this run or an earlier one."""
    leaves_now: bool
    had_front: bool = False
    """An earlier run had put a front before it, and had it depend on the bridge to WSGI."""


@dataclass(frozen=True, slots=True)
class _Home:
    """The dependency files of one folder, and the code that they are for."""

    targets: tuple[Target, ...]
    group: tuple[Manifest, ...]
    imports: tuple[Imported, ...]
    has_tests: bool
    had_front: bool


def leave_flask(tree: Tree, apps: Sequence[Served], first_party: Collection[str]) -> DependencyChanges:
    """Move Flask where every application that a dependency file serves is FastAPI's; ``tree`` holds the new code.

    A second run has no application that leaves, and so changes nothing. ``first_party`` are the top-level names of the
    project's own modules. Lock files are left to their tools.
    """
    if not any(app.leaves_now for app in apps):
        return DependencyChanges((), (), ())
    imports = tuple(find_imports(tree, first_party))
    changes = {change.path: change for change in _taken_along(tree, apps, imports)}
    tree = with_changes(tree, changes.values())
    manifests = read_manifests(tree)
    by_home = targets_by_home(manifests)
    diagnostics: list[Diagnostic] = []
    for home, targets in _left_homes(apps, by_home):
        served = [app for app in apps if _is_for(app.path, home, by_home)]
        mine = _Home(
            tuple(target for target in targets if FLASK in target.anchors),
            tuple(manifest for manifest in manifests if manifest.home == home),
            tuple(each for each in imports if _is_for(each.path, home, by_home)),
            any(is_test_path(path) and _is_for(path, home, by_home) for path in tree.paths if path.endswith(".py")),
            any(app.leaves_now and app.had_front for app in served),
        )
        found, said = _left(with_changes(tree, changes.values()), mine, manifests)
        changes |= {change.path: change for change in found}
        diagnostics += said
    commands = relock_commands(tree, manifests, changes)
    for change in _images(tree, apps, imports):
        changes[change.path] = change
    return DependencyChanges(tuple(changes.values()), tuple(diagnostics), commands)


def _left_homes(
    apps: Sequence[Served], by_home: Mapping[str, Sequence[Target]]
) -> Iterator[tuple[str, Sequence[Target]]]:
    """The folders that are for applications of which one leaves Flask now and none stays."""
    for home, targets in by_home.items():
        served = [app for app in apps if _is_for(app.path, home, by_home)]
        if any(app.leaves_now for app in served) and all(app.is_full for app in served):
            yield home, targets


def _taken_along(tree: Tree, apps: Sequence[Served], imports: Sequence[Imported]) -> Iterator[FileChange]:
    """Lists with what extensions stand on in their place."""
    manifests = read_manifests(tree)
    by_home = targets_by_home(manifests)
    for home, targets in _left_homes(apps, by_home):
        mine = [each for each in imports if _is_for(each.path, home, by_home)]
        yield from take_along(tree, targets, mine, manifests)


def _images(tree: Tree, apps: Sequence[Served], imports: Sequence[Imported]) -> Iterator[FileChange]:
    """Images that install Flask by its name for nothing but applications that have left it."""
    sources = [tree.read(path) for path in tree.paths if is_dockerfile(path)]
    by_name = [source for source in sources if source is not None and installs_flask(source.text)]
    homes = {parent(source.path) for source in by_name}
    for source in by_name:
        home = parent(source.path)
        served = [app for app in apps if _is_for(app.path, home, homes)]
        needed = any(each.name == FLASK and _is_for(each.path, home, homes) for each in imports)
        if any(app.leaves_now for app in served) and all(app.is_full for app in served) and not needed:
            text = remove_installed(source.text, FLASK)
            if any(app.leaves_now and app.had_front for app in served):
                text = remove_installed(text, BRIDGE)
            if text != source.text:
                yield tree.change(source, text)


def _is_for(path: str, home: str, homes: Collection[str]) -> bool:
    """Whether a folder's dependencies are for a file; the only folder that has some is for all."""
    return nearest(path, homes) == home or (len(homes) == 1 and nearest(path, homes) is None)


def _left(tree: Tree, home: _Home, manifests: Sequence[Manifest]) -> tuple[list[FileChange], list[Diagnostic]]:
    """The changes of one folder's files, and what to say of them."""
    changes: dict[str, FileChange] = {}
    diagnostics: list[Diagnostic] = []
    for target in home.targets:
        reason = _reason(target, home)
        done = None if reason else _moved(with_changes(tree, changes.values()), target, home, manifests)
        if isinstance(done, list):
            changes |= {change.path: change for change in done}
            diagnostics += _left_over(target, home)
        else:
            diagnostics.append(_kept(target, reason or done or ""))
    for target in home.targets if home.had_front else ():
        manifest = _now(with_changes(tree, changes.values()), target.manifest)
        if manifest is None or any(each.name == BRIDGE for each in home.imports):
            continue
        text = remove_from(manifest, target.section, BRIDGE)
        if text is not None and text != manifest.source.text:
            changes[manifest.path] = tree.change(manifest.source, text)
    return list(changes.values()), diagnostics


def _reason(target: Target, home: _Home) -> str | None:
    """Why Flask stays in one list, and until when."""
    declared = {entry.name for entry in target.manifest.declared}
    for each in home.imports:
        place = f"{each.path}:{each.line}"
        if each.name == FLASK or (each.name in BROUGHT and each.name not in declared):
            brought = "" if each.name == FLASK else f", which only {FLASK} brings"
            return f"{place} imports {each.module}{brought}: delete it when that is gone"
    for entry in target.manifest.in_section(target.section):
        if BRINGS_FLASK.match(entry.name) and entry.name not in FOR_TESTS:
            return f"{entry.text} needs it: delete both when nothing uses that any more"
    return None


def _moved(tree: Tree, target: Target, home: _Home, manifests: Sequence[Manifest]) -> list[FileChange] | str:
    """The changes that take Flask out of one list, or why there are none."""
    changes = []
    entry = next(each for each in target.manifest.in_section(target.section) if each.name == FLASK)
    group = [now for each in home.group if (now := _now(tree, each)) is not None]
    source = next(each for each in group if each.path == target.manifest.path)
    if home.has_tests:
        place = dev_place(group, source.path, manifests)
        if place is None:
            return (
                "the tests still drive the application with Flask's test client, through `flask2fastapi suite`, and "
                "no list of what tests need is declared beside it: delete it when they no longer do"
            )
        if not has(place, FLASK, [each for each in group if each.path != source.path]):
            text = put(place, entry, source)
            if text is None:
                return f"the tests need it, and {place.manifest.path} could not be extended: move it there"
            changes.append(tree.change(place.manifest.source, text))
            tree = with_changes(tree, changes)
            source = _now(tree, source) or source
    without = remove_from(source, target.section, FLASK)
    if without is None:
        return "its list could not be edited: delete it, nothing but tests needs it"
    change = tree.change(source.source, without)
    return [*(each for each in changes if each.path != change.path), change]


def _now(tree: Tree, manifest: Manifest) -> Manifest | None:
    """A manifest as it is in ``tree``."""
    return next((each for each in read_manifests(tree, [manifest.path]) if each.path == manifest.path), None)


def _left_over(target: Target, home: _Home) -> Iterator[Diagnostic]:
    """Pins of what came with Flask, where nothing names it any more; click is Uvicorn's too."""
    imported = {each.name for each in home.imports}
    for entry in target.manifest.in_section(target.section):
        if entry.name in BROUGHT and entry.name not in imported:
            message = f"{entry.text} came with Flask and nothing imports it: delete it when nothing else needs it"
            yield Diagnostic(LEFT_OVER, Severity.WARNING, message, Location(entry.path, entry.line))


def _kept(target: Target, reason: str) -> Diagnostic:
    entry = next(each for each in target.manifest.in_section(target.section) if each.name == FLASK)
    message = f"{entry.text} stays although the application has left Flask: {reason}"
    return Diagnostic(FLASK_KEPT, Severity.WARNING, message, Location(entry.path, entry.line))
