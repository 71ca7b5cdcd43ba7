"""The modules that hybrid applications get: written once, updated later, never redone against their owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.bundle import piece_of, render_support, update_support
from flask2fastapi.migrate.documenting import documented
from flask2fastapi.model.files import FileChange
from flask2fastapi.model.plan import AppState
from flask2fastapi.plan.documented import DESCRIBE
from flask2fastapi.scaffold import render_asgi, render_front, update_front

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.model.plan import FrontPlan


def generated_changes(
    project: Project, fronts: Sequence[FrontPlan], pieces: Mapping[str, frozenset[str]], version: str
) -> tuple[FileChange, ...]:
    """The changes of all generated modules."""
    hybrid = [front for front in fronts if front.state is AppState.HYBRID]
    changes = [_front(project, front) for front in hybrid]
    changes += [change for front in hybrid if (change := _asgi(front)) is not None]
    changes += _supports(project, hybrid, pieces, version)
    return tuple(change for change in changes if change.before != change.after)


def _front(project: Project, front: FrontPlan) -> FileChange:
    source = project.source(front.front_path)
    if source is None:
        text = render_front(front, project.index, documented=front.app.key in documented(project))
        return FileChange(front.front_path, None, text.encode())
    return FileChange(front.front_path, source.data, update_front(source.text, front, project.index).encode())


def _asgi(front: FrontPlan) -> FileChange | None:
    """The entry is written with the front, once: whoever deletes or edits it has had a reason."""
    text = None if front.asgi_exists or front.front_exists else render_asgi(front)
    return FileChange(front.asgi_path, None, text.encode()) if text is not None else None


def _supports(
    project: Project, fronts: Sequence[FrontPlan], pieces: Mapping[str, frozenset[str]], version: str
) -> list[FileChange]:
    needed: dict[str, frozenset[str]] = {path: names for path, names in pieces.items() if names}
    for front in fronts:
        described = front.app.key in documented(project)
        names = ("serve_rest_with_flask", "Alone", *([DESCRIBE] if described else []))
        hybrid = frozenset(map(piece_of, names))
        needed[front.support_path] = needed.get(front.support_path, frozenset()) | hybrid
    return [_support(project, path, wanted, version) for path, wanted in sorted(needed.items())]


def _support(project: Project, path: str, wanted: frozenset[str], version: str) -> FileChange:
    source = project.source(path)
    if source is None:
        return FileChange(path, None, render_support(sorted(wanted), version=version).encode())
    updated = update_support(source.text, sorted(wanted), version=version)
    return FileChange(path, source.data, source.data if updated is None else updated.encode())
