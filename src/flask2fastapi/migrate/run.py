"""Plan a whole run: every file that it will change, and all that the user has to know."""

from __future__ import annotations

import ast
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi import __version__
from flask2fastapi.errors import RewriteError
from flask2fastapi.format import format_file, settings_for
from flask2fastapi.migrate.documenting import undocumented
from flask2fastapi.migrate.entries import missing_entries
from flask2fastapi.migrate.finishing import finish
from flask2fastapi.migrate.generating import generated_changes
from flask2fastapi.migrate.planning import Run, fronts_of, staying, support_paths
from flask2fastapi.migrate.rewriting import rewrite
from flask2fastapi.migrate.surroundings import adapt_surroundings
from flask2fastapi.model.files import FileChange
from flask2fastapi.model.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flask2fastapi.codemod import Codemod
    from flask2fastapi.migrate.finishing import Finished
    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.model.diagnostics import Diagnostic
    from flask2fastapi.model.rewrite import FileResult

__all__ = ["Run", "plan_run"]


def plan_run(project: Project, codemods: Sequence[type[Codemod]], *, mounted: frozenset[str] = frozenset()) -> Run:
    """Plan everything; nothing is written. ``mounted`` are keys of routes that are known to differ as native ones.

    Raises PinError where FastAPI is pinned too low, RewriteError if a file that we would write did not parse.
    """
    rewritten = rewrite(project, codemods, support_paths(project), mounted)
    formatted = [_formatted(project, result) for result in rewritten.results if result.changed]
    fronts = fronts_of(project, rewritten)
    generated = generated_changes(project, fronts, rewritten.native.pieces, __version__)
    changes = {change.path: change for change in (*(change for change, _ in formatted), *generated)}
    finished = finish(project, fronts, changes, codemods)
    done = {front.app.key: front for front in finished.fronts}
    fronts = tuple(done.get(front.app.key, front) for front in fronts)
    formatted += [_formatted(project, result) for result in finished.results if result.changed]
    changes |= {change.path: change for change in _final(project, formatted, finished)}
    surroundings = adapt_surroundings(project.root, project.index, fronts, changes)
    _check_syntax(surroundings.changes)
    diagnostics = [diagnostic for result in rewritten.results for diagnostic in result.diagnostics]
    diagnostics += [diagnostic for _, found in formatted for diagnostic in found]
    diagnostics += [
        *surroundings.diagnostics,
        *undocumented(project),
        *missing_entries(fronts, rewritten.native.outer),
        *staying({**rewritten.native.stays, **dict(finished.stays)}),
    ]
    native = rewritten.native
    plan = Plan(native.routes, fronts, tuple(diagnostics), native.groups, native.around)
    codes = _codes(*rewritten.results, *finished.results)
    return Run(project, plan, surroundings.changes, codes, surroundings.relock)


def _final(
    project: Project, formatted: Iterable[tuple[FileChange, tuple[Diagnostic, ...]]], finished: Finished
) -> Iterator[FileChange]:
    """The changes of an application that left after all, from the files as they are on the disk."""
    paths = {result.path for result in finished.results}
    for change, _ in formatted:
        source = project.source(change.path)
        if change.path in paths and source is not None:
            yield replace(change, before=source.data)
    yield from finished.generated


def _codes(*results: FileResult) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Path of each changed file -> codes of all the codemods that changed it."""
    found: dict[str, set[str]] = {}
    for result in results:
        if result.changed:
            found.setdefault(result.path, set()).update(result.codes)
    return tuple((path, tuple(sorted(codes))) for path, codes in found.items())


def _formatted(project: Project, result: FileResult) -> tuple[FileChange, tuple[Diagnostic, ...]]:
    """A rewritten file as the project formats its files."""
    settings = settings_for((project.root / result.path).resolve())
    done = format_file(result.path, result.before, result.after, settings)
    return FileChange(result.path, result.before, done.data), done.diagnostics


def _check_syntax(changes: Iterable[FileChange]) -> None:
    """Nothing that does not parse is ever written; that would be a bug of ours."""
    for change in changes:
        if change.path.endswith(".py") and change.after is not None:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    ast.parse(change.after)
            except SyntaxError as error:
                if change.before is None or _parses(change.before):
                    message = (
                        f"{change.path}:{error.lineno}: what we made of this file does not parse; please report it"
                    )
                    raise RewriteError(message) from error


def _parses(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True
