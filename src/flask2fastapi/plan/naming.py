"""Where the generated modules of an application go: beside it, under names that nothing else uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

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
        self._generated = tuple(generated)

    def names_for(self, app: AppFact) -> Names:
        """Name the modules of one application; what an earlier run wrote for it keeps its name."""
        folder = PurePosixPath(app.path).parent
        root = self.import_root(app.path)
        front, front_exists = self._pick(GeneratedKind.FRONT, app, folder, FRONT)
        asgi, asgi_exists = self._pick(GeneratedKind.ASGI, app, PurePosixPath(root), ASGI)
        return Names(front, self._support(folder), asgi, root, front_exists, asgi_exists)

    def import_root(self, path: str) -> str:
        """The nearest folder above a module that is not a package; "" for the project's own folder."""
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
        path = next(p for p in (_join(folder, name) for name in _numbered(SUPPORT)) if p not in self._taken)
        self._generated = (*self._generated, GeneratedModule(path, GeneratedKind.SUPPORT, None))
        self._taken.add(path)
        return path


def _candidates(folder: PurePosixPath, stem: str, app: AppFact) -> Iterator[str]:
    """The plain name, then names that say which application, then numbers."""
    module = app.module.rpartition(".")[2]
    yield _join(folder, stem)
    for word in (app.variable, module, f"{module}_{app.variable}"):
        yield _join(folder, f"{stem}_{re.sub(r'[^0-9a-zA-Z_]+', '_', word)}")
    yield from (_join(folder, name) for name in _numbered(stem))


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}_{number}"
        number += 1


def _join(folder: PurePosixPath, stem: str) -> str:
    return str(folder / f"{stem}.py")
