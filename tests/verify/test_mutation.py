"""Mistakes planted in a running application: seen where cases run them, named where none does."""

from __future__ import annotations

import sys
from pathlib import Path

from flask2fastapi.model.verification import Case, CaseResult, Origin, Step, Verdict, Verification
from flask2fastapi.verify.mutation import plant, summary
from flask2fastapi.verify.running import Handler, VerificationPlan
from flask2fastapi.verify.worker_setup import WorkerSetup

APP = """\
from flask import Flask, abort, request
app = Flask(__name__)
TEXTS = {"long"}

@app.get("/")
def start():
    return "start", 200

@app.get("/never")
def never():
    return "never", 200

@app.get("/page")
def page():
    if request.args.get("kind", "") in TEXTS:
        return "long page", 200
    return "page", 200
"""
HANDLERS = {
    "start": Handler("shop.py", 6, 1, frozenset({7})),
    "never": Handler("shop.py", 10, 1, frozenset({11})),
    "page": Handler("shop.py", 14, 1, frozenset({15, 16, 17})),
}


def result(name: str, path: str, query: str = "") -> CaseResult:
    return CaseResult(Case(name, Origin.AUTO, name, (Step("GET", path, query),), route=name), Verdict.IDENTICAL)


def test_what_was_planted_is_seen_by_cases_that_run_it(tmp_path: Path) -> None:
    for side in ("before", "again", "after"):
        (tmp_path / side).mkdir()
        (tmp_path / side / "shop.py").write_text(APP, "utf-8")
    before, again, after = (
        WorkerSetup(tmp_path / side, Path(sys.executable), "shop:app") for side in ("before", "again", "after")
    )
    plan = VerificationPlan(before, again, after, lambda _: (), (), HANDLERS)
    cases = (result("start", "/"), result("page", "/page"))
    said: list[str] = []
    planted = plant(plan, Verification(cases, (), ()), 100, "0", said.append)
    seen = {each.mutant.line: each.seen_by for each in planted if each.mutant.kind == "other-status"}
    lines = summary(planted)

    assert seen == {7: "start", 11: "", 16: "", 17: "page"}
    assert {each.mutant.line for each in planted if not each.is_reached} == {11, 16}
    assert "  not seen: other-status at shop.py:11, which no case runs" in lines
    assert "  not seen: other-default at shop.py:15" in lines
    assert lines[0].endswith("of the others are where no case comes")
    assert len(said) == len(planted)
    assert (tmp_path / "after" / "shop.py").read_text("utf-8") == APP
