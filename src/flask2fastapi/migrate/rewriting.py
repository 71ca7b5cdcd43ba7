"""Carry out the plan of native routes; what cannot be carried out is planned again as mounted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from flask2fastapi.engine import rewrite_files
from flask2fastapi.migrate.leaving import reasons_to_stay, still_needing_flask
from flask2fastapi.migrate.selection import ignored, left_out
from flask2fastapi.plan.native import plan_native
from flask2fastapi.project.python_versions import oldest_python
from flask2fastapi.project.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask2fastapi.codemod import Codemod
    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.model.plan import Reason
    from flask2fastapi.model.rewrite import FileResult
    from flask2fastapi.plan.native import NativePlan

_ATTEMPTS = 5


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
    failed: frozenset[str] = frozenset()
    held = reasons_to_stay(project)
    known = {codemod.code for codemod in codemods}
    for _ in range(_ATTEMPTS):
        native = _plan(project, support_paths, failed, mounted, held)
        lacking = {plan.path for plan in native.files if any(edit.codemod not in known for edit in plan.edits)}
        results = () if lacking else _rewrite(project, native, codemods)
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
    )


def _rewrite(project: Project, native: NativePlan, codemods: Sequence[type[Codemod]]) -> tuple[FileResult, ...]:
    first_party = frozenset(module.name.partition(".")[0] for module in project.index.modules)
    first_party |= {PurePosixPath(path).stem for path in native.pieces}
    planned = [(source, plan) for plan in native.files if (source := project.source(plan.path)) is not None]
    return rewrite_files(planned, codemods, first_party=first_party)
