"""Where the generated modules of an application go: beside it, under names that nothing else uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from flask2fastapi.index.paths import is_test_path
from flask2fastapi.plan.generated import GeneratedKind, GeneratedModule, is_made_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask2fastapi.model.facts import AppFact, Index

FRONT = "fastapi_front"
SUPPORT = "flask_compat"
ASGI = "asgi"


@dataclass(frozen=True, slots=True)
class Names:
    """Paths (relative to the project, forward slashes) and import root of an application's generated modules."""

    front: str
    support: str
    asgi: str
    import_root: str
    front_exists: bool = False
    asgi_exists: bool = False


class Namer:
    """Hands out names; one for a whole run, so that no two applications get the same."""

    def __init__(self, index: Index, generated: Iterable[GeneratedModule]) -> None:
        self._packages = {str(PurePosixPath(module.path).parent) for module in index.modules if module.is_package}
        self._taken = {module.path for module in index.modules}
        self._imported_from = {
            module.path: module.imported_from[0] for module in index.modules if len(module.imported_from) == 1
        }
        self._generated = tuple(generated)
        self._index = index

    def names_for(self, app: AppFact) -> Names:
        """Name the modules of one application; what an earlier run wrote for it keeps its name."""
        folder = PurePosixPath(app.path).parent
        root = self.import_root(app.path)
        front, front_exists = self._pick(GeneratedKind.FRONT, app, folder, FRONT)
        asgi, asgi_exists = self._pick(GeneratedKind.ASGI, app, PurePosixPath(root), ASGI)
        return Names(front, self._support(folder), asgi, root, front_exists, asgi_exists)

    def import_root(self, path: str) -> str:
        """The folder below which a module is imported; "" for the project's own folder.

        That is the nearest one above it that is no package, unless others import it by a longer name: folders need no
        ``__init__.py`` to be packages.
        """
        if path in self._imported_from:
            return self._imported_from[path]
        folder = PurePosixPath(path).parent
        while str(folder) in self._packages and folder != folder.parent:
            folder = folder.parent
        return "" if str(folder) == "." else str(folder)

    def module_name(self, path: str) -> str:
        """The dotted name of a module as seen from its import root."""
        relative = PurePosixPath(path).relative_to(self.import_root(path) or ".")
        parts = list(relative.with_suffix("").parts)
        return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)

    def earlier(self, kind: GeneratedKind, app: AppFact) -> str | None:
        """The module that an earlier run generated for an application, None when there is none."""
        root = self.import_root(app.path)
        mine = (each for each in self._generated if each.kind is kind and is_made_for(each, app, root))
        return next((module.path for module in mine), None)

    def _pick(self, kind: GeneratedKind, app: AppFact, folder: PurePosixPath, stem: str) -> tuple[str, bool]:
        earlier = self.earlier(kind, app)
        if earlier is not None:
            return earlier, True
        path = next(p for p in _candidates(folder, stem, app) if p not in self._taken)
        self._taken.add(path)
        return path, False

    def _support(self, folder: PurePosixPath) -> str:
        for module in self._generated:
            if module.kind is GeneratedKind.SUPPORT and PurePosixPath(module.path).parent == folder:
                return module.path
        stem = f"{SUPPORT}_{_word(folder.name)}" if self._is_tested_with_others(folder) else SUPPORT
        path = next(p for p in (_join(folder, name) for name in _numbered(stem)) if p not in self._taken)
        self._generated = (*self._generated, GeneratedModule(path, GeneratedKind.SUPPORT, None))
        self._taken.add(path)
        return path

    def _is_tested_with_others(self, folder: PurePosixPath) -> bool:
        """Whether tests from above import applications of several folders, so that one process has all their modules.

        A top-level module of the same name in each of them would be the first one's for all.
        """
        if str(folder) in self._packages:
            return False
        roots = {PurePosixPath(self.import_root(app.path)) for app in self._index.apps}
        for above in {_tested_from(module.path) for module in self._index.modules if is_test_path(module.path)}:
            if above in folder.parents and sum(above in root.parents for root in roots) > 1:
                return True
        return False


def _tested_from(path: str) -> PurePosixPath:
    """The folder that holds a test-suite: the one above the folder of tests, else that of the file."""
    folder = PurePosixPath(path).parent
    while folder != folder.parent and is_test_path(f"{folder}/x"):
        folder = folder.parent
    return folder


def _word(name: str) -> str:
    return re.sub(r"[^0-9a-zA-Z_]+", "_", name)


def _candidates(folder: PurePosixPath, stem: str, app: AppFact) -> Iterator[str]:
    """The plain name, then names that say which application, then numbers."""
    module = app.module.rpartition(".")[2]
    yield _join(folder, stem)
    for word in (app.variable, module, f"{module}_{app.variable}"):
        yield _join(folder, f"{stem}_{_word(word)}")
    yield from (_join(folder, name) for name in _numbered(stem))


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}_{number}"
        number += 1


def _join(folder: PurePosixPath, stem: str) -> str:
    return str(folder / f"{stem}.py")
