"""Every case of ``fixtures/codemods``: a module before and after, checked four ways.

``before.py`` is a whole application. Without ``after.py`` it must not change. ``expect.toml`` says which endpoints stay
mounted and why (``[mounted]``, endpoint = codes of reasons); all others must go native. ``full = true`` lets
the application leave Flask, which the other cases must not; ``openapi = true`` lets it offer its documentation.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config
from flask2fastapi.migrate.reading import read_project
from flask2fastapi.migrate.run import plan_run

if TYPE_CHECKING:
    from flask2fastapi.migrate.run import Run

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "codemods"
CASES = sorted(path.parent for path in FIXTURES.glob("*/*/before.py"))


def run_on(folder: Path, text: str, *, hybrid: bool, openapi: bool = False) -> Run:
    """Plan a run on a project of one module."""
    folder.mkdir(exist_ok=True)
    (folder / "app.py").write_text(text, "utf-8")
    claims = [claim for codemod in CODEMODS for claim in codemod.claims]
    return plan_run(read_project(folder, Config(hybrid=hybrid, openapi=openapi), claims), CODEMODS)


def result(run: Run, text: str) -> str:
    """The module after a run."""
    changed = {change.path: change.after for change in run.changes}
    after = changed.get("app.py")
    return after.decode() if after is not None else text


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_case_is_rewritten_as_written_down(case: Path, tmp_path: Path) -> None:
    """Bytes, what stays mounted and why, the codemod's own part in it, and nothing left to do for a second run."""
    before = (case / "before.py").read_text("utf-8")
    expected = (case / "after.py").read_text("utf-8") if (case / "after.py").is_file() else before
    told: dict[str, Any] = {}
    if (case / "expect.toml").is_file():
        told = tomllib.loads((case / "expect.toml").read_text("utf-8"))

    hybrid, openapi = not told.get("full", False), told.get("openapi", False)

    run = run_on(tmp_path / "first", before, hybrid=hybrid, openapi=openapi)

    assert result(run, before) == expected
    mounted = {plan.route.endpoint: sorted({reason.code for reason in plan.reasons}) for plan in run.plan.routes}
    assert {name: codes for name, codes in mounted.items() if codes} == told.get("mounted", {})
    assert [str(each) for each in run.diagnostics if each.severity == "error"] == []
    if expected != before:
        assert case.parent.name.partition("-")[0] in dict(run.codes)["app.py"]
        again = run_on(tmp_path / "first", expected, hybrid=hybrid, openapi=openapi)
        assert result(again, expected) == expected
        assert {plan.route.rule for plan in again.plan.routes if plan.rung == "native"} == {
            plan.route.rule for plan in run.plan.routes if plan.rung == "native"
        }
