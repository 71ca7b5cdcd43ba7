"""Carry out the plan of native routes; what cannot be carried out is planned again as mounted."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from flask2fastapi.migrate.documenting import documented
from flask2fastapi.migrate.leaving import reasons_to_stay, still_needing_flask, with_static_files
from flask2fastapi.migrate.selection import ignored, left_out
from flask2fastapi.model.plan import AppState
from flask2fastapi.plan.native import plan_native
from flask2fastapi.project.python_versions import oldest_python
from flask2fastapi.project.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from flask2fastapi.codemod import Codemod
    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.model.plan import Reason
    from flask2fastapi.model.rewrite import FilePlan, FileResult
    from flask2fastapi.plan.native import NativePlan

_ATTEMPTS = 5
_SHARED_LINE = re.compile(r";|^\s*(async\s+)?def\b.*\)\s*(->[^:]*)?:\s*[^#\s]")
"""A line that may hold several statements, or a function whole: codemods refuse some of these."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A plan that was carried out to the last edit, and the files that came out."""

    native: NativePlan
    results: tuple[FileResult, ...]


def rewrite(
    project: Project,
    codemods: Sequence[type[Codemod]],
    support_paths: Mapping[str, str],
    mounted: frozenset[str] = frozenset(),
) -> Rewritten:
    """Plan and rewrite until nothing fails: a route converts whole or not at all, and so does what joins it.

    ``mounted`` are keys of routes that are known to differ.
    """
    codes = {codemod.code for codemod in codemods}
    return _carried_out(project, codes, lambda native: _rewrite(project, native, codemods), support_paths, mounted)


def plan_trusting(
    project: Project,
    codes: Collection[str],
    load: Callable[[], Sequence[type[Codemod]]],
    support_paths: Mapping[str, str],
) -> Rewritten:
    """Plan, and rewrite only what may turn out otherwise than planned.

    That is every file where an application is to leave Flask, as what then still needs it is seen in the texts, and
    else those with statements that share a line.
    """

    def carry_out(native: NativePlan) -> tuple[FileResult, ...]:
        leaving = AppState.FULL in native.states.values()
        doubtful = tuple(plan for plan in native.files if leaving or _may_be_refused(project, plan))
        return _rewrite(project, replace(native, files=doubtful), load()) if doubtful else ()

    return _carried_out(project, codes, carry_out, support_paths, frozenset())


def _carried_out(
    project: Project,
    codes: Collection[str],
    carry_out: Callable[[NativePlan], tuple[FileResult, ...]],
    support_paths: Mapping[str, str],
    mounted: frozenset[str],
) -> Rewritten:
    failed: frozenset[str] = frozenset()
    held = reasons_to_stay(project)
    for _ in range(_ATTEMPTS):
        native = _plan(project, support_paths, failed, mounted, held)
        lacking = {plan.path for plan in native.files if any(edit.codemod not in codes for edit in plan.edits)}
        results = () if lacking else carry_out(native)
        worse = lacking | {result.path for result in results if result.failed}
        needing = still_needing_flask(project, native, results, worse)
        if not worse and not needing:
            return Rewritten(native, results)
        held |= needing
        failed |= worse if not needing else frozenset()
    everything = frozenset(file.path for file in project.files)
    return Rewritten(_plan(project, support_paths, everything, mounted, held), ())


def _plan(
    project: Project,
    support_paths: Mapping[str, str],
    failed: frozenset[str],
    mounted: frozenset[str],
    held: Mapping[str, Reason],
) -> NativePlan:
    skipped = left_out(project.index.routes, project.config.only) | ignored(project.index.routes, project.source)
    return plan_native(
        project.index,
        project.apps,
        project.claims,
        support_paths=support_paths,
        left_out=skipped | mounted,
        failed_files=failed,
        held=held,
        python=oldest_python(open_tree(project.root)),
        documented=documented(project),
        has_folder=with_static_files(project),
    )


def _may_be_refused(project: Project, plan: FilePlan) -> bool:
    source = project.source(plan.path)
    lines = source.text.splitlines() if source is not None else []
    ordered = {edit.key.span.line for edit in plan.edits}
    return any(_SHARED_LINE.search(lines[line - 1]) for line in ordered if line <= len(lines))


def _rewrite(project: Project, native: NativePlan, codemods: Sequence[type[Codemod]]) -> tuple[FileResult, ...]:
    first_party = frozenset(module.name.partition(".")[0] for module in project.index.modules)
    first_party |= {PurePosixPath(path).stem for path in native.pieces}
    planned = [(source, plan) for plan in native.files if (source := project.source(plan.path)) is not None]
    if not planned:
        return ()
    from flask2fastapi.engine import rewrite_files  # LibCST takes as long to load as a small project to read

    return rewrite_files(planned, codemods, first_party=first_party)
