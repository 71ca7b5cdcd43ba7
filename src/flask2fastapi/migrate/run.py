"""Plan a whole run: every file that it will change, and all that the user has to know."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi import __version__
from flask2fastapi.errors import RewriteError
from flask2fastapi.migrate.generating import generated_changes, missing_entries
from flask2fastapi.migrate.rewriting import rewrite
from flask2fastapi.model.files import FileChange
from flask2fastapi.model.plan import AppState, FrontPlan, Plan
from flask2fastapi.plan.fronts import plan_fronts
from flask2fastapi.plan.naming import Namer
from flask2fastapi.project.dependencies import HYBRID_NEEDS, plan_dependencies
from flask2fastapi.project.entry import choose_entry
from flask2fastapi.project.names import Names
from flask2fastapi.project.start import find_starts
from flask2fastapi.project.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask2fastapi.codemod import Codemod
    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.migrate.rewriting import Rewritten
    from flask2fastapi.model.diagnostics import Diagnostic
    from flask2fastapi.model.rewrite import FileResult


@dataclass(frozen=True, slots=True)
class Run:
    """What a run will do."""

    project: Project
    plan: Plan
    changes: tuple[FileChange, ...]
    codes: tuple[tuple[str, tuple[str, ...]], ...]
    """Path of a rewritten file -> codes of the codemods that changed it."""
    relock: tuple[str, ...]
    """Commands that bring lock files up to date."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything that the user has to know, problems of reading first."""
        return (*self.project.diagnostics, *self.plan.diagnostics)


def plan_run(project: Project, codemods: Sequence[type[Codemod]]) -> Run:
    """Plan everything; nothing is written.

    Raises PinError where FastAPI is pinned too low, RewriteError if a file that we would write did not parse.
    """
    tree = open_tree(project.root)
    namer = Namer(project.index, project.generated)
    support_paths = {app.key: namer.names_for(app).support for app in project.apps}
    rewritten = rewrite(project, codemods, support_paths)
    starts = find_starts(tree, names := Names(tree))
    entries = {app.key: choose_entry(app, project.index, starts, names) for app in project.apps}
    native = rewritten.native
    fronts = plan_fronts(
        project.apps, Namer(project.index, project.generated), native.routes, native.states, native.routers, entries
    )
    dependencies = plan_dependencies(tree, _needs(fronts), [front.app.path for front in fronts]) if fronts else None
    results = [result for result in rewritten.results if result.changed]
    changes = [
        *(FileChange(result.path, result.before, result.after) for result in results),
        *generated_changes(project, fronts, native.pieces, __version__),
        *(dependencies.changes if dependencies else ()),
    ]
    _check_syntax(changes)
    diagnostics = [*_of_results(rewritten), *(dependencies.diagnostics if dependencies else ())]
    diagnostics += missing_entries(fronts)
    plan = Plan(native.routes, fronts, tuple(diagnostics), native.groups)
    return Run(project, plan, tuple(changes), _codes(results), dependencies.relock if dependencies else ())


def _needs(fronts: Iterable[FrontPlan]) -> tuple[str, ...]:
    hybrid = any(front.state is AppState.HYBRID for front in fronts)
    return HYBRID_NEEDS if hybrid else tuple(need for need in HYBRID_NEEDS if not need.startswith("a2wsgi"))


def _codes(results: Iterable[FileResult]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((result.path, result.codes) for result in results)


def _of_results(rewritten: Rewritten) -> list[Diagnostic]:
    return [diagnostic for result in rewritten.results for diagnostic in result.diagnostics]


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
