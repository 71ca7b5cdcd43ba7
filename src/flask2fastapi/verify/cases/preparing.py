"""All that has to be found out of the running Flask side before cases are made: rows, links, logins, rules."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Side
from flask2fastapi.verify.cases.exploring import crawl, grow, ready
from flask2fastapi.verify.cases.givers import explore
from flask2fastapi.verify.cases.harvest import harvest
from flask2fastapi.verify.cases.of_route import step_of
from flask2fastapi.verify.cases.planting import plant
from flask2fastapi.verify.cases.routes import all_routes
from flask2fastapi.verify.cases.second_login import second
from flask2fastapi.verify.workers import Worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from flask2fastapi.model.facts import ResolvedRoute
    from flask2fastapi.verify.cases.exploring import Grown
    from flask2fastapi.verify.cases.inputs import Inputs
    from flask2fastapi.verify.cases.personas import Persona
    from flask2fastapi.verify.worker_setup import StoreFacts, WorkerSetup


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `auto_cases` is then given."""

    routes: tuple[ResolvedRoute, ...]
    """The given ones, and the rules of the running application that are not among them."""
    inputs: Inputs
    personas: tuple[Persona, ...]
    planted: int
    """Rows that were added to the databases of all sides."""


def prepare(
    setup: WorkerSetup,
    others: Iterable[Path],
    routes: Sequence[ResolvedRoute],
    inputs: Inputs,
    personas: Sequence[Persona],
) -> Prepared:
    """Boot the Flask side, fill what is empty, and see what its pages and logins give.

    The last of ``personas`` is the one that adds rows. SQLite databases in the root of ``setup`` are changed and then
    copied to ``others``, the roots of the other sides, so that all start alike; a seed command has to have run before.
    Raises TargetBootError when the application does not boot.
    """
    setup = replace(setup, seed_command="")
    with Worker.start(Side.BEFORE, setup) as worker:
        grown = grow(worker, routes, inputs, personas[-1])
        stores = worker.facts().stores
        if not grown.rows:
            return _explored(worker, routes, inputs, personas, grown)
    planted = plant(grown, setup.root, stores)
    for root in others:
        _copy(setup.root, root, stores)
    with Worker.start(Side.BEFORE, setup) as worker:
        return _explored(worker, routes, inputs, personas, grown, planted)


def _explored(
    worker: Worker,
    routes: Sequence[ResolvedRoute],
    inputs: Inputs,
    personas: Sequence[Persona],
    grown: Grown,
    planted: int = 0,
) -> Prepared:
    every = all_routes(routes, worker.facts().app)
    known = tuple(better for persona in personas for better in ready(worker, persona))
    if sum(bool(persona.steps) for persona in personas) == 1:  # two logins of the user's own are enough
        tests = (step_of(each, "") for each in inputs.examples.requests if each.body)
        other = second(worker, next(each for each in personas if each.steps), (*grown.steps, *tests))
        known = (*known, *([other] if other is not None else []))
    inputs = replace(inputs, examples=crawl(worker, every, inputs, known))
    shown = explore(worker, every, inputs, known, harvest(worker.facts().stores))
    return Prepared(every, replace(inputs, shown=shown), known, planted)


def _copy(source: Path, target: Path, stores: Iterable[StoreFacts]) -> None:
    """Copy the databases below a root to the same places below another (sqlite.org/backup)."""
    for store in stores:
        if store.kind == "sqlite" and store.file and (source / store.file).is_file():
            (target / store.file).parent.mkdir(parents=True, exist_ok=True)
            with (
                closing(sqlite3.connect(source / store.file)) as old,
                closing(sqlite3.connect(target / store.file)) as new,
            ):
                old.backup(new)
