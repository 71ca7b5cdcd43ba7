"""The verifier tried on itself: it finds every difference that is known, exactly each, and none where there is none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.index.build import build_index
from flask2fastapi.index.inputs import read_inputs
from flask2fastapi.model.files import SourceFile
from flask2fastapi.model.verification import Verdict
from flask2fastapi.verify.cases import AutoOptions, auto_cases
from flask2fastapi.verify.cases.inputs import Inputs
from flask2fastapi.verify.compare.coverage import KnownRoute, by_method
from flask2fastapi.verify.running import VerificationPlan, run_verification
from flask2fastapi.verify.worker_setup import WorkerSetup

from .known_apps import EXPECTED, FLASK, FRONT, successor

if TYPE_CHECKING:
    from flask2fastapi.model.verification import CaseResult, Side, Verification

FAULTS = {Verdict.DIFFERENT, Verdict.CRASHED}


class Quiet:
    """Says nothing of a run."""

    def booted(self, side: Side, seconds: float, routes: int) -> None: ...
    def stage(self, what: str) -> None: ...
    def begin(self, total: int) -> None: ...
    def case(self, result: CaseResult, causes: int) -> None: ...


def verified(folder: Path, after: str) -> Verification:
    """The Flask application beside a text of it behind a FastAPI front."""
    for side, text in (("before", FLASK), ("again", FLASK), ("after", after)):
        (folder / side).mkdir()
        (folder / side / "shop.py").write_text(text, "utf-8")
    (folder / "after" / "front.py").write_text(FRONT if after != FLASK else FRONT_WITHOUT_ROUTES, "utf-8")
    files = [SourceFile("shop.py", FLASK.encode(), FLASK)]
    index = build_index("", files)
    inputs = Inputs(read_inputs(files), index.functions)
    python = Path(sys.executable)
    plan = VerificationPlan(
        before=WorkerSetup(folder / "before", python, "shop:app", "flask"),
        again=WorkerSetup(folder / "again", python, "shop:app", "flask"),
        after=WorkerSetup(folder / "after", python, "front:app", "fastapi"),
        cases=lambda facts: auto_cases(index.routes, inputs, facts.stores, AutoOptions(per_route=10)),
        routes=by_method(KnownRoute(row.endpoint, row.rule, row.methods, "mounted") for row in index.routes),
        most_clusters=5,  # shrinking takes most of the time
    )
    return run_verification(plan, Quiet())


FRONT_WITHOUT_ROUTES = FRONT[: FRONT.index("@app.api_route")] + FRONT[FRONT.index("app.mount(") :]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Verification:
    return verified(tmp_path_factory.mktemp("known"), successor())


def test_every_known_difference_is_found_and_nothing_else(known: Verification) -> None:
    found = {(cluster.route, cluster.difference.where) for cluster in known.clusters}

    assert sorted(found) == sorted(EXPECTED)
    assert known.exit_code == 1


def test_the_lost_guard_is_known_for_one(known: Verification) -> None:
    assert {cluster.route for cluster in known.clusters if cluster.difference.lost_guard} == {"lost_guard"}


def test_every_cause_shows_again_with_one_request(known: Verification) -> None:
    assert all(cluster.reproducible for cluster in known.clusters)
    assert {len(cluster.example.case.steps) for cluster in known.clusters} == {1}


def test_routes_that_do_not_differ_are_verified(known: Verification) -> None:
    """Their times, random numbers and sessions are alike on both sides."""
    routes = {route.endpoint: route for route in known.routes}

    assert all(routes[endpoint].verified for endpoint in ("same", "same_item", "same_write"))
    assert {route.endpoint for route in known.routes if route.worst in FAULTS} == {endpoint for endpoint, _ in EXPECTED}


def test_the_same_application_behind_a_front_does_not_differ(tmp_path: Path) -> None:
    found = verified(tmp_path, FLASK)

    assert found.clusters == ()
    assert not any(result.verdict in {*FAULTS, Verdict.FLAKY} for result in found.cases)
    assert {route.endpoint for route in found.routes if not route.verified} <= {"lost_guard"}
