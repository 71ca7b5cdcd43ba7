"""Which files have to do with an application."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask2fastapi.model.facts import AppFact, Index


def paths_of(index: Index, app: AppFact) -> frozenset[str]:
    """Paths of the modules that import an application's module, of those that it imports, and all that these import."""
    imported = {module.name: module.imports for module in index.modules}
    importing: dict[str, list[str]] = {}
    for name, names in imported.items():
        for other in names:
            importing.setdefault(other, []).append(name)
    around = _closure([app.module], importing)
    inside = _closure(around, imported)
    return frozenset(module.path for module in index.modules if module.name in inside)


def _closure(names: Iterable[str], following: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += following.get(name, ())
    return found
