"""Plan what the migrated application needs installed: where Flask is declared for run time, its successors go in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from flask2fastapi.errors import PinError
from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.location import Location
from flask2fastapi.project.codes import NOT_DECLARED, NOT_EDITED
from flask2fastapi.project.conflicts import pin_conflicts, python_conflicts
from flask2fastapi.project.declared import Fit, fit, parse_need
from flask2fastapi.project.dockerfile import add_installed, installs_flask, is_dockerfile
from flask2fastapi.project.elsewhere import other_installers
from flask2fastapi.project.manifests import Manifest, add_to, included, including, is_main, read_manifests, reread
from flask2fastapi.project.raising import raise_lower_bound
from flask2fastapi.project.relock import relock_commands
from flask2fastapi.project.targets import Target, find_targets
from flask2fastapi.project.tree import folders_above, parent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from packaging.requirements import Requirement

    from flask2fastapi.model.files import FileChange
    from flask2fastapi.project.declared import Declared
    from flask2fastapi.project.tree import Text, Tree

FULL_NEEDS = ("fastapi>=0.115", "uvicorn>=0.30")
"""What an application needs that has left Flask."""
SUPPORT_NEEDS = {"jinja2": "jinja2>=3.0", "markupsafe": "markupsafe>=2.0"}
"""What came with Flask -> what its support module needs where that imports it."""
HYBRID_NEEDS = ("fastapi>=0.115", "a2wsgi>=1.10.1", "uvicorn>=0.30")
"""What an application needs that runs FastAPI in front of Flask; a2wsgi waits for slow clients since 1.10.1."""


@dataclass(frozen=True, slots=True)
class DependencyChanges:
    """Edits of dependency files, what the user has to know, and the commands to run afterwards."""

    changes: tuple[FileChange, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    relock: tuple[str, ...] = ()

    @property
    def reached_nothing(self) -> bool:
        """Whether nobody will install what the migrated application needs: starting it would fail."""
        return any(d.code in {NOT_DECLARED, NOT_EDITED} for d in self.diagnostics) and not self.changes


def merged(all_changes: Iterable[DependencyChanges]) -> DependencyChanges:
    """Several plans, each made on what the one before left, as one."""
    every = tuple(all_changes)
    changes = {change.path: change for each in every for change in each.changes}
    diagnostics = dict.fromkeys(found for each in every for found in each.diagnostics)
    relock = dict.fromkeys(command for each in every for command in each.relock)
    return DependencyChanges(tuple(changes.values()), tuple(diagnostics), tuple(relock))


def plan_dependencies(tree: Tree, needs: Sequence[str], app_paths: Sequence[str] = ()) -> DependencyChanges:
    """Add ``needs`` (PEP 508 with lower bounds) wherever Flask is declared as a run-time dependency.

    ``app_paths`` are the files in which the migrated applications are made: only the manifests that govern them (the
    nearest above each) are changed; without any, all manifests of the project. Lower bounds below a need are raised,
    lock files are left to their tools. Raises PinError where FastAPI itself is pinned below what we need.
    """
    manifests = read_manifests(tree)
    targets = find_targets(manifests, app_paths)
    installed = _installed_together(manifests, targets)
    _refuse_pinned_fastapi(installed, needs)
    conflicts = [*pin_conflicts(installed, needs), *_python(tree, manifests, targets)]
    changes = list(_images(tree, targets, needs, app_paths))
    diagnostics: list[Diagnostic] = []
    if not targets and not _installs_by_name(tree, app_paths):
        diagnostics += _nothing_to_extend(tree, manifests, needs)
    for manifest, mine in _by_manifest(targets):
        text, left = _extended(manifest, mine, manifests, needs)
        diagnostics += left
        if text != manifest.source.text:
            changes.append(tree.change(manifest.source, text))
    commands = relock_commands(tree, manifests, [change.path for change in changes])
    return DependencyChanges(tuple(changes), (*conflicts, *diagnostics), commands)


def _extended(
    manifest: Manifest, targets: Sequence[Target], manifests: Sequence[Manifest], needs: Sequence[str]
) -> tuple[str, list[Diagnostic]]:
    """The manifest's text with every target section extended, and what could not be done."""
    diagnostics: list[Diagnostic] = []
    for target in targets:
        present = _present(manifest, target.section, manifests)
        missing = [need for need in needs if _name(need) not in {entry.name for entry in present}]
        text = add_to(manifest, target.section, missing, target.anchors) if missing else manifest.source.text
        if text is None:
            diagnostics.append(_not_edited(target, missing))
            continue
        manifest = _with_text(manifest, text)
    for need in map(parse_need, needs):
        manifest, left = _raised(manifest, need)
        diagnostics += left
    return manifest.source.text, diagnostics


def _raised(manifest: Manifest, need: Requirement) -> tuple[Manifest, list[Diagnostic]]:
    """Raise every range of the manifest that also allows versions older than ``need``."""
    left: list[Diagnostic] = []
    for entry in manifest.declared:
        if entry.name != canonicalize_name(need.name) or fit(entry.specifier, need) is not Fit.RAISE:
            continue
        text = raise_lower_bound(manifest.source.text, entry, need)
        changed = _with_text(manifest, text) if text is not None else manifest
        if any(
            e.line == entry.line and fit(e.specifier, need) is Fit.RAISE and e.name == entry.name
            for e in changed.declared
        ):
            message = f"{entry.text} also allows versions that are too old: raise it to {need}"
            left.append(Diagnostic(NOT_EDITED, Severity.WARNING, message, Location(entry.path, entry.line)))
        else:
            manifest = changed
    return manifest, left


def _present(manifest: Manifest, section: str, manifests: Sequence[Manifest]) -> tuple[Declared, ...]:
    """What is installed with a section: itself, the main sections of its file, and the files that it includes."""
    own = [entry for entry in manifest.declared if entry.section == section or is_main(entry.section)]
    others = included(manifests, manifest)
    return (*own, *(entry for other in manifests if other.path in others for entry in other.declared))


def _installed_together(manifests: Sequence[Manifest], targets: Sequence[Target]) -> tuple[Declared, ...]:
    """All entries that are ever installed with a target: of its file, what includes it, and their constraints."""
    together: dict[str, Manifest] = {}
    by_path = {manifest.path: manifest for manifest in manifests}
    for target in targets:
        for manifest in (target.manifest, *including(manifests, target.manifest.path)):
            paths = {manifest.path, *included(manifests, manifest)}
            paths |= {path for name in tuple(paths) for path in by_path[name].constraints if path in by_path}
            together |= {path: by_path[path] for path in paths if by_path[path].generated_by is None}
    return tuple(entry for path in sorted(together) for entry in together[path].declared)


def _refuse_pinned_fastapi(installed: Iterable[Declared], needs: Sequence[str]) -> None:
    need = next((parse_need(need) for need in needs if _name(need) == "fastapi"), None)
    for entry in installed:
        if need is not None and entry.name == "fastapi" and fit(entry.specifier, need) is Fit.PINNED:
            raise PinError(f"{entry.path}:{entry.line}: {entry.text} is too old for a migrated app: raise it to {need}")


def _python(tree: Tree, manifests: Sequence[Manifest], targets: Sequence[Target]) -> Iterator[Diagnostic]:
    homes = {target.manifest.home for target in targets}
    yield from python_conflicts(tree, [m for m in manifests if m.home in homes], homes)


def _nothing_to_extend(tree: Tree, manifests: Sequence[Manifest], needs: Sequence[str]) -> Iterator[Diagnostic]:
    found = list(other_installers(tree, manifests, needs))
    yield from found
    if not found:
        message = f"Flask is declared in no dependency file: install {_listed(needs)} where the application runs"
        yield Diagnostic(NOT_DECLARED, Severity.WARNING, message)


def _images(
    tree: Tree, targets: Sequence[Target], needs: Sequence[str], app_paths: Sequence[str]
) -> Iterator[FileChange]:
    """Images that install Flask by name, beside the extended manifests and above the applications."""
    homes = {target.manifest.home for target in targets}
    for source in _installs_by_name(tree, app_paths, homes):
        text = add_installed(source.text, needs)
        if text != source.text:
            yield tree.change(source, text)


def _installs_by_name(tree: Tree, app_paths: Sequence[str], homes: Iterable[str] = ()) -> list[Text]:
    above = {folder for path in app_paths for folder in folders_above(path)}
    wanted = above | set(homes) if app_paths else None
    sources = [
        tree.read(path) for path in tree.paths if is_dockerfile(path) and (wanted is None or parent(path) in wanted)
    ]
    return [source for source in sources if source is not None and installs_flask(source.text)]


def _not_edited(target: Target, missing: Sequence[str]) -> Diagnostic:
    entry = next(e for e in target.manifest.in_section(target.section) if e.name in target.anchors)
    message = f"the list that declares {entry.text} could not be extended: add {_listed(missing)}"
    return Diagnostic(NOT_EDITED, Severity.WARNING, message, Location(entry.path, entry.line))


def _by_manifest(targets: Sequence[Target]) -> Iterator[tuple[Manifest, list[Target]]]:
    for path in dict.fromkeys(target.manifest.path for target in targets):
        mine = [target for target in targets if target.manifest.path == path]
        yield mine[0].manifest, mine


def _with_text(manifest: Manifest, text: str) -> Manifest:
    source = manifest.source.with_text(text)
    return Manifest(source, reread(manifest, text), manifest.includes, manifest.constraints, manifest.generated_by)


def _name(need: str) -> str:
    return canonicalize_name(parse_need(need).name)


def _listed(needs: Sequence[str]) -> str:
    return ", ".join(needs[:-1]) + f" and {needs[-1]}" if len(needs) > 1 else "".join(needs)
