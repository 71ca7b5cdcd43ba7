"""The files of a project that declare dependencies, read alike: what each declares, for which purpose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.project import pipfile, pyproject, requirements, setup_cfg, setup_py
from flask2fastapi.project.toml_lists import remove_key
from flask2fastapi.project.tree import parent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flask2fastapi.project.declared import Declared
    from flask2fastapi.project.tree import Text, Tree

_OTHER_PURPOSE = re.compile(
    r"(?<![a-z])(dev|develop|development|devel|tests?|testing|unittests?|docs?|documentation|lint|linting|linters|style"
    r"|format|typing|types|mypy|ci|build|qa|quality|tox|tools|bench|benchmarks?|local|debug|release|pre-?commit"
    r"|min-versions|minimum)(?![a-z])",
    re.IGNORECASE,
)
_MAIN_SECTIONS = {"", "project:dependencies", f"{pyproject.POETRY}.dependencies", "packages", setup_py.INSTALL}
_MAIN_SECTIONS |= {f"options:{setup_py.INSTALL}"}
_NEVER_RUNTIME = ("dev-packages", f"{pyproject.POETRY}.dev-dependencies", "tool.pdm.dev-dependencies")
_LISTING_FOLDER = re.compile(r"^(requir[a-z]*|reqs?|deps|dependencies)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One file that declares dependencies."""

    source: Text
    declared: tuple[Declared, ...]
    includes: tuple[str, ...] = ()
    """Files that it pulls in with ``-r``."""
    constraints: tuple[str, ...] = ()
    generated_by: str | None = None
    """Why it is a lock file in disguise (`requirements.RequirementsFile.generated_by`)."""

    @property
    def path(self) -> str:
        """Relative to the project's root."""
        return self.source.path

    @property
    def home(self) -> str:
        """The folder whose code it is about: that above ``requirements/``, else its own."""
        folder = parent(self.path)
        return parent(folder) if _LISTING_FOLDER.match(folder.rpartition("/")[2]) else folder

    def sections(self) -> tuple[str, ...]:
        """The sections that declare something, main sections first."""
        names = dict.fromkeys(entry.section for entry in self.declared)
        return tuple(sorted(names, key=lambda name: name not in _MAIN_SECTIONS))

    def in_section(self, section: str) -> tuple[Declared, ...]:
        """What one section declares."""
        return tuple(entry for entry in self.declared if entry.section == section)


def read_manifests(tree: Tree, paths: Sequence[str] | None = None) -> tuple[Manifest, ...]:
    """Read every manifest of the project, by name, or those at ``paths``, and every file that one of them includes."""
    found: dict[str, Manifest] = {}
    waiting = [path for path in tree.paths if _reader(path) is not None] if paths is None else list(paths)
    while waiting:
        path = waiting.pop(0)
        manifest = None if path in found else _read(tree, path)
        if manifest is not None:
            found[path] = manifest
            waiting += [name for name in (*manifest.includes, *manifest.constraints) if tree.has(name)]
    return tuple(found[path] for path in sorted(found))


def is_main(section: str) -> bool:
    """Whether a section is installed whatever else is."""
    return section in _MAIN_SECTIONS


def is_for_run_time(manifest: Manifest, section: str) -> bool:
    """Whether a section is what the application itself is installed from, as its name and its file's name tell."""
    if section == "":
        return _OTHER_PURPOSE.search(manifest.path.rpartition("/")[2]) is None
    if is_main(section):
        return True
    return not section.startswith(_NEVER_RUNTIME) and _OTHER_PURPOSE.search(own_name(section)) is None


def add_to(manifest: Manifest, section: str, needs: Sequence[str], anchors: frozenset[str]) -> str | None:
    """The manifest's text with ``needs`` added to one section; None when the section's form is not editable."""
    text = manifest.source.text
    name = manifest.path.rpartition("/")[2]
    if _is_requirements(manifest.path):
        parsed = requirements.parse(manifest.path, text)
        return requirements.add(parsed, text, needs, anchors, manifest.source.newline)
    return _EDITORS[name](text, section, needs, anchors)


def remove_from(manifest: Manifest, section: str, name: str) -> str | None:
    """The manifest's text without ``name`` in one section; None when the section's form is not editable."""
    text = manifest.source.text
    if _is_requirements(manifest.path):
        return requirements.remove(requirements.parse(manifest.path, text), text, name)
    return _REMOVERS[manifest.path.rpartition("/")[2]](text, section, name)


def reread(manifest: Manifest, text: str) -> tuple[Declared, ...]:
    """What the manifest would declare with another text."""
    reader = _reader(manifest.path) or _read_requirements
    return reader(manifest.path, text).declared


@dataclass(frozen=True, slots=True)
class _Reading:
    declared: tuple[Declared, ...]
    includes: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    generated_by: str | None = None


def _read(tree: Tree, path: str) -> Manifest | None:
    source = tree.read(path)
    if source is None:
        return None
    reading = (_reader(path) or _read_requirements)(path, source.text)
    return Manifest(source, reading.declared, reading.includes, reading.constraints, reading.generated_by)


def _reader(path: str) -> Callable[[str, str], _Reading] | None:
    name = path.rpartition("/")[2]
    if name in _READERS:
        return _READERS[name]
    return _read_requirements if requirements.is_requirements_path(path) else None


def _is_requirements(path: str) -> bool:
    return path.rpartition("/")[2] not in _READERS


def _read_requirements(path: str, text: str) -> _Reading:
    parsed = requirements.parse(path, text)
    return _Reading(parsed.declared, parsed.includes, parsed.constraints, parsed.generated_by)


_READERS: dict[str, Callable[[str, str], _Reading]] = {
    "pyproject.toml": lambda path, text: _Reading(pyproject.parse(path, text) or ()),
    "Pipfile": lambda path, text: _Reading(pipfile.parse(path, text) or ()),
    "setup.cfg": lambda path, text: _Reading(setup_cfg.parse(path, text)),
    "setup.py": lambda path, text: _Reading(setup_py.parse(path, text) or ()),
}
_EDITORS = {
    "pyproject.toml": pyproject.add,
    "Pipfile": pipfile.add,
    "setup.cfg": setup_cfg.add,
    "setup.py": setup_py.add,
}
_REMOVERS: dict[str, Callable[[str, str, str], str | None]] = {
    "pyproject.toml": pyproject.remove,
    "Pipfile": remove_key,
    "setup.cfg": setup_cfg.remove,
    "setup.py": setup_py.remove,
}


def own_name(section: str) -> str:
    """``web`` of ``project.optional-dependencies:web`` and of ``tool.poetry.group.web.dependencies``."""
    name = section.rpartition(":")[2]
    return name.removeprefix(f"{pyproject.POETRY}.group.").removesuffix(".dependencies")


def including(manifests: Sequence[Manifest], path: str) -> Iterator[Manifest]:
    """The manifests that pull in ``path`` with ``-r``, directly or through others."""
    for manifest in manifests:
        if path in included(manifests, manifest):
            yield manifest


def included(manifests: Sequence[Manifest], manifest: Manifest) -> frozenset[str]:
    """Every file that a manifest pulls in with ``-r``, without itself."""
    by_path = {other.path: other for other in manifests}
    seen: set[str] = set()
    waiting = list(manifest.includes)
    while waiting:
        path = waiting.pop()
        if path not in seen and path in by_path:
            seen.add(path)
            waiting += by_path[path].includes
    return frozenset(seen - {manifest.path})
