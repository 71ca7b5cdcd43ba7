"""What stands around the code: dependencies, start commands and images, brought in line with the new modules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.index.flavours import FASTAPI_APP
from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.holders import UseKind
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import AppState
from flask2fastapi.plan.full_state import commands_of
from flask2fastapi.plan.run_calls import run_losses
from flask2fastapi.plan.scope import paths_of
from flask2fastapi.project.adapt import adapt_starts
from flask2fastapi.project.codes import START_CHANGED
from flask2fastapi.project.dependencies import FULL_NEEDS, HYBRID_NEEDS, SUPPORT_NEEDS, merged, plan_dependencies
from flask2fastapi.project.leaving_flask import Served, leave_flask
from flask2fastapi.project.migrations import migration_commands, run_by_alembic
from flask2fastapi.project.restart import restart, told_of_starts
from flask2fastapi.project.start_edit import start_line
from flask2fastapi.project.tree import open_tree, with_changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from flask2fastapi.model.facts import Index
    from flask2fastapi.model.files import FileChange
    from flask2fastapi.model.plan import FrontPlan
    from flask2fastapi.project.dependencies import DependencyChanges
    from flask2fastapi.project.tree import Tree


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All changes of a run, those of the code included, with what the user has to know and run."""

    changes: tuple[FileChange, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    relock: tuple[str, ...] = ()


def adapt_surroundings(
    root: Path, index: Index, fronts: Sequence[FrontPlan], code: Mapping[str, FileChange]
) -> Surroundings:
    """Add dependencies and edit start commands on top of the changes of the code. Raises PinError."""
    everyone = fronts
    fronts = [front for front in fronts if front.app.flask_class != FASTAPI_APP]  # others were done by an earlier run
    if not fronts:
        return Surroundings(tuple(code.values()))
    tree = open_tree(root)
    changes = dict(code)
    left = [front for front in fronts if front.state is AppState.FULL and _has_migrations(index, front)]
    for front in left:
        changes |= {each.path: each for each in run_by_alembic(tree, front.entry, front.support_module)}
    dependencies = _dependencies(with_changes(tree, changes.values()), index, fronts, everyone)
    changes.update({change.path: change for change in dependencies.changes})
    hold = "uvicorn is not among its dependencies" if dependencies.reached_nothing else ""
    # What the first run left or named, and what the owner has put in place of it since, is the owner's.
    fresh = [front for front in fronts if not front.front_exists]
    starts = adapt_starts(with_changes(tree, changes.values()), fresh, index, hold)
    changes.update({change.path: change for change in starts.changes})
    gone = [front for front in fronts if front.front_exists and front.state is AppState.FULL]
    tree = with_changes(tree, changes.values())
    changes.update({change.path: change for change in restart(tree, gone, everyone)})
    told = told_of_starts(tree, gone)
    different = tuple(change for change in changes.values() if change.before != change.after)
    diagnostics = (*dependencies.diagnostics, *starts.diagnostics, *_run_losses(index, fronts), *told)
    diagnostics += tuple(migration_commands(tree)) if left else ()
    return Surroundings(different, diagnostics, dependencies.relock)


def _has_migrations(index: Index, front: FrontPlan) -> bool:
    return any(each.name == "flask_migrate.Migrate" and each.app == front.app.key for each in index.extensions)


def _run_losses(index: Index, fronts: Sequence[FrontPlan]) -> Iterator[Diagnostic]:
    """What ``app.run(…)`` of the applications that leave Flask did and ``uvicorn.run(app)`` does not, by its place."""
    for front in fronts:
        paths = paths_of(index, front.app) if front.state is AppState.FULL else frozenset()
        start = start_line(front) if front.entry is not None else f"uvicorn {front.app.module}:{front.app.variable}"
        for path in sorted(paths & index.view_facts.holders.keys()):
            for use in index.view_facts.holders[path].uses:
                for loss in run_losses(use) if use.kind is UseKind.RUN else ():
                    message = f"now starts uvicorn: {loss.format(start=start)}"
                    yield Diagnostic(START_CHANGED, Severity.WARNING, message, Location(path, use.span.line))
        commands = commands_of(index, front.app) if front.state is AppState.FULL else None
        if commands is not None:
            message = f"`flask` no longer knows its commands: start them by `{commands[1]}`"
            yield Diagnostic(START_CHANGED, Severity.WARNING, message, commands[0])


def _support_needs(tree: Tree, fronts: Sequence[FrontPlan]) -> list[str]:
    """What the support modules of applications that leave Flask import of what came with it."""
    found = [tree.read(front.support_path) for front in fronts]
    text = "\n".join(each.text for each in found if each is not None)
    return [need for name, need in SUPPORT_NEEDS.items() if re.search(rf"^(from|import) {name}\b", text, re.MULTILINE)]


def _dependencies(
    tree: Tree, index: Index, fronts: Sequence[FrontPlan], everyone: Sequence[FrontPlan]
) -> DependencyChanges:
    """What each application needs goes in where that application is installed from; Flask goes where none needs it."""
    done = []
    for state, needs in ((AppState.HYBRID, HYBRID_NEEDS), (AppState.FULL, FULL_NEEDS)):
        mine = [front for front in fronts if front.state is state]
        if mine:
            paths = [front.app.path for front in mine]
            more = _support_needs(tree, mine) if state is AppState.FULL else []
            done.append(plan_dependencies(tree, [*needs, *more], paths))
            tree = with_changes(tree, done[-1].changes)
    leaving = {front.app.key for front in fronts if front.state is AppState.FULL}
    served = [
        Served(each.app.path, each.state is AppState.FULL, each.app.key in leaving, each.front_exists)
        for each in everyone
    ]
    own = {module.name.partition(".")[0] for module in index.modules}
    own |= {front.support_module.partition(".")[0] for front in everyone}
    return merged([*done, leave_flask(tree, served, own)])
