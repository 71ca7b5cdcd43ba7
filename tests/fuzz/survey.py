"""Many generated applications: what they showed, and the smallest one that shows a failure."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings

from .apps import LAYOUTS, App, apps
from .differential import Failure, Outcome, compare
from .extras import EXTRAS
from .inputs import INPUTS
from .noise import NOISE
from .outputs import ABORTS, OUTPUTS
from .routes import CONVERTERS
from .sending import Ask
from .statements import STATEMENTS
from .values import TEXTS, VALUES
from .views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TABLES = (LAYOUTS, NOISE, EXTRAS, VIEWS, CONVERTERS, STATEMENTS, INPUTS, VALUES, TEXTS, OUTPUTS, ABORTS)
SIMPLEST = {f"{table.rows[0][1]}" for table in TABLES} | {"imports: from"}
"""What shrinking leaves where it does not matter."""


@dataclass
class Found:
    """A failing application of a survey, by where to find it again."""

    kind: str
    seed: int
    size: int
    labels: frozenset[str]


@dataclass
class Survey:
    """What many applications showed."""

    apps: int = 0
    asked: int = 0
    states: Counter[str] = field(default_factory=Counter)
    native: Counter[str] = field(default_factory=Counter)
    """Label of a production -> native routes whose source has it."""
    routes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    found: list[Found] = field(default_factory=list)

    def add(self, app: App, outcome: Outcome, batch: int, size: int) -> None:
        """Count one application."""
        self.apps += 1
        self.asked += outcome.asked
        self.states[outcome.state] += 1
        labels = frozenset(app.labels.union(*(view.labels for view in app.views)))
        self.found += [Found(failure.kind, batch, size, labels) for failure in outcome.failures]
        for view in app.views:
            rung = outcome.rungs.get(view.endpoint)
            if rung is not None:
                counted = [*view.labels, *app.labels, "all"]
                self.routes.update(counted)
                self.native.update(counted if rung == "native" else ())
                self.reasons.update(set(outcome.reasons[view.endpoint]))

    def merge(self, other: Survey) -> None:
        """Add what another survey showed."""
        self.apps += other.apps
        self.asked += other.asked
        for mine, its in ((self.states, other.states), (self.native, other.native), (self.routes, other.routes)):
            mine.update(its)
        self.reasons.update(other.reasons)
        self.found += other.found


def survey(batch: int, size: int) -> Survey:
    """Compare the ``size`` applications of a seed."""
    found = Survey()
    _each(batch, size, (Phase.generate,), lambda app: found.add(app, compare(app), batch, size))
    return found


def smallest(found: Found) -> tuple[App, Outcome, Failure] | None:
    """Shrink a failing application, keeping its kind of failure; None when it does not fail again."""
    best: list[tuple[App, Outcome, Failure]] = []

    def check(app: App) -> None:
        outcome = compare(app)
        for failure in outcome.failures:
            if failure.kind == found.kind:
                best[:] = [(app, outcome, failure)]
                raise AssertionError(failure.kind)

    try:
        _each(found.seed, found.size, (Phase.generate, Phase.shrink), check)
    except AssertionError:
        return best[0]  # the last one that Hypothesis runs is the smallest
    return None


def _each(batch: int, size: int, phases: tuple[Phase, ...], act: Callable[[App], None]) -> None:
    @seed(batch)
    @settings(
        max_examples=size,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(apps())
    def run(app: App) -> None:
        act(app)

    run()


def causes(app: App) -> frozenset[str]:
    """The productions of a shrunk application that shrinking could not do without."""
    return frozenset(app.labels.union(*(view.labels for view in app.views))) - SIMPLEST


def write_case(folder: Path, app: App, outcome: Outcome, failure: Failure) -> None:
    """Write a failing application as a fixture, with its rewrite and both answers beside it."""
    for name, files in (("flask", app.files), ("fastapi", outcome.rewritten)):
        for path, text in files.items():
            (folder / name / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / name / path).write_bytes(text.encode())
    ask = failure.ask or Ask("GET", "/")
    case = {
        "kind": failure.kind,
        "module": app.module,
        "make": app.make,
        "request": {"method": ask.method, "path": ask.path, "headers": ask.headers, "body": ask.body.decode("latin-1")},
        "flask": repr(failure.flask),
        "fastapi": repr(failure.fastapi),
        "detail": failure.detail,
    }
    (folder / "case.json").write_text(json.dumps(case, indent=2, ensure_ascii=False) + "\n", "utf-8")
