"""``migrate --verify``: what is known to differ does not go native."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.migrate.reading import read_project
from flask2fastapi.migrate.run import plan_run
from flask2fastapi.migrate.verification import plan_verification
from flask2fastapi.model.plan import Reason, Rung
from flask2fastapi.source import copy_tree, write_all
from flask2fastapi.verify.running import run_verification

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask2fastapi.codemod import Codemod
    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.migrate.run import Run
    from flask2fastapi.migrate.verification import VerifyOptions
    from flask2fastapi.model.plan import RoutePlan
    from flask2fastapi.model.verification import Verification
    from flask2fastapi.verify.running import Progress

_ROUNDS = 3


def proven_run(
    project: Project, codemods: Sequence[type[Codemod]], options: VerifyOptions, progress: Progress
) -> tuple[Run, Verification | None]:
    """Plan a run, verify what would come out, and plan again without the routes that differ, until none does.

    Gives the run and its last verification, None when nothing is native and there is nothing to prove. Raises what
    `plan_run` and `run_verification` raise.
    """
    differing: dict[str, str] = {}
    run = plan_run(project, codemods)
    verification = None
    for _ in range(_ROUNDS):
        if not _fresh(run):
            break
        verification = _verify(run, options, progress)
        found = _differing(run, verification)
        if not found:
            break
        differing.update(found)
        progress.stage(f"{len(differing)} routes differ and stay mounted")
        run = plan_run(project, codemods, mounted=frozenset(differing))
    return _explained(run, differing), verification


def _fresh(run: Run) -> list[RoutePlan]:
    """The routes that this run makes native."""
    return [row for row in run.plan.routes if row.rung is Rung.NATIVE and not row.route.fact.moved]


def _verify(run: Run, options: VerifyOptions, progress: Progress) -> Verification:
    with tempfile.TemporaryDirectory(prefix="flask2fastapi-") as folder:
        written = Path(folder) / "written"
        copy_tree(run.project.root, written)
        write_all(written, run.changes)
        project = read_project(written, run.project.config, run.project.claims)
        against = replace(options, before=str(run.project.root.resolve()))
        plan = plan_verification(project, plan_run(project, ()), against, Path(folder) / "sides")
        return run_verification(plan, progress)


def _differing(run: Run, verification: Verification) -> dict[str, str]:
    """Keys of the routes of this run that differ, with what differs."""
    places = {each.route: each.difference.where for each in verification.clusters}
    return {row.route.fact.key: places[row.route.endpoint] for row in _fresh(run) if row.route.endpoint in places}


def _explained(run: Run, differing: Mapping[str, str]) -> Run:
    rows = tuple(_why(row, differing.get(row.route.fact.key)) for row in run.plan.routes)
    return replace(run, plan=replace(run.plan, routes=rows))


def _why(row: RoutePlan, where: str | None) -> RoutePlan:
    if where is None or row.rung is Rung.NATIVE:
        return row
    return replace(row, reasons=(Reason("differs", f"as a path operation it would answer differently: {where}"),))
