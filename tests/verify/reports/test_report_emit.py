"""Emitted tests pass on the side that is right and fail on the one that is wrong; tried with real applications."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flask2fastapi.model.verification import Capture, Case, Origin, Side, Step, Verdict, Verification
from flask2fastapi.verify.compare.clusters import cluster
from flask2fastapi.verify.compare.policy import Policy
from flask2fastapi.verify.compare.verdicts import compare
from flask2fastapi.verify.reports.checks import check_of, seen
from flask2fastapi.verify.reports.emit_tests import emitted_tests
from flask2fastapi.verify.workers import Worker, WorkerSetup

from . import examples
from .emitting_apps import RIGHT, RIGHT_ASGI, WRONG

RESET = """
import contextlib, sqlite3, sys

with contextlib.closing(sqlite3.connect(sys.argv[1])) as db, db:
    db.execute("CREATE TABLE IF NOT EXISTS book (id INTEGER PRIMARY KEY, title, price, made)")
    db.execute("DELETE FROM book")
"""
SERVE = """
import shop
from werkzeug.serving import make_server

server = make_server("127.0.0.1", 0, shop.app)
print(server.server_port, flush=True)
server.serve_forever()
"""
DAY = "2026-01-01T00:00"
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
PATHS = (
    *("admin", "value", "type", "key", "extra", "size", "order", "number"),
    *("header", "cookie", "session", "page", "text", "bytes", "away", "fails", "clock"),
)
"""Each is wrong in one way of its own."""


def cases() -> list[Case]:
    post = Step("POST", "/book", headers=FORM, body=b"title=a&title=b", captures=(Capture("id", "json:$.id"),))
    raw = Step("PUT", "/raw/a%2Fb%20c", "x=%27", (("Content-Type", "x/y"),), b"\x00\xff'\"")
    found = {name: (Step("GET", f"/{name}"),) for name in PATHS}
    found |= {
        "book": (post,),
        "lost": (Step("POST", "/lost"),),
        "read back": (post, Step("GET", "/book/{{id}}")),
        "raw": (raw,),
    }
    return [Case(name, Origin.AUTO, name, steps, route=name) for name, steps in found.items()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The applications, and the tests that a real run over them emits."""
    folder = tmp_path_factory.mktemp("emitted")
    for name, text in (("shop.py", RIGHT), ("right.py", RIGHT_ASGI), ("wrong.py", WRONG)):
        (folder / name).write_text(text)
    whole = verified(folder)
    assert {result.verdict for result in whole.cases} == {Verdict.DIFFERENT}
    (folder / "test_parity.py").write_text(emitted_tests(whole, "wrong:app"))
    return folder


def verified(folder: Path) -> Verification:
    python = Path(sys.executable)
    sides = WorkerSetup(folder, python, "shop:app"), WorkerSetup(folder, python, "wrong:app", kind="fastapi")
    with Worker.start(Side.BEFORE, sides[0]) as before, Worker.start(Side.AFTER, sides[1]) as after:
        results = [compare(each, before.observe(each), None, after.observe(each), Policy()) for each in cases()]
    return Verification(tuple(results), cluster(results), ())


def run(folder: Path, **environment: str) -> dict[str, str]:
    """The outcome of each emitted test, in a fresh process, over a database that is put back before each."""
    database = folder / "tried.db"
    database.unlink(missing_ok=True)
    (folder / "reset.py").write_text(RESET)
    (folder / "pytest.ini").write_text("[pytest]\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VERIFY_", "PYTEST_"))}
    reset = f"{sys.executable} {folder / 'reset.py'} {database}"
    given = {"VERIFY_DATABASE": str(database), "VERIFY_RESET": reset, **environment}
    options = ["-rA", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "test_parity.py"],
        cwd=folder,
        env={**kept, **given, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    errors = set(re.findall(r"^E   +(\w+Error)\b", done.stdout, re.MULTILINE))
    assert errors <= {"AssertionError"}, done.stdout
    outcomes = re.findall(r"^(PASSED|FAILED|ERROR|SKIPPED) (\S+)", done.stdout, re.MULTILINE)
    assert outcomes, done.stdout + done.stderr
    return {name: outcome for outcome, name in outcomes}


def test_every_emitted_test_passes_on_the_flask_side(folder: Path) -> None:
    outcomes = run(folder, VERIFY_TARGET="right:app")

    assert set(outcomes.values()) == {"PASSED"}
    assert len(outcomes) >= len(cases())


def test_every_emitted_test_fails_on_the_wrong_side(folder: Path) -> None:
    outcomes = run(folder)

    assert set(outcomes.values()) == {"FAILED"}


def test_they_run_against_a_server(folder: Path) -> None:
    (folder / "serve.py").write_text(SERVE)
    environment = {**os.environ, "VERIFY_DATABASE": str(folder / "tried.db")}
    with subprocess.Popen(
        [sys.executable, "serve.py"], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            outcomes = run(folder, VERIFY_BASE_URL=f"http://127.0.0.1:{port}")
        finally:
            server.kill()

    assert set(outcomes.values()) == {"PASSED"}


def test_without_a_database_what_was_written_is_skipped(folder: Path) -> None:
    outcomes = run(folder, VERIFY_TARGET="right", VERIFY_DATABASE="", VERIFY_RESET="")

    skipped = [name for name in outcomes if name.startswith("[")]
    assert [outcomes.pop(name) for name in skipped] == ["SKIPPED"]
    assert set(outcomes.values()) == {"PASSED"}


@pytest.mark.parametrize(
    ("before", "after", "again", "kind"),
    [
        ({"a": {"t": f"{DAY}:01"}}, {"a": [1]}, {"a": {"t": f"{DAY}:09"}}, examples.JSON),
        ([f"{DAY}:01", "x"], [f"{DAY}:01"], [f"{DAY}:09", "x"], examples.JSON),
        (f"<p>{DAY}:01</p><i>old</i>", f"<p>{DAY}:05</p><i>new</i>", f"<p>{DAY}:09</p><i>old</i>", examples.HTML),
        (f"<p>{DAY}:01</p>&lt;b&gt;", f"<p>{DAY}:05</p><b></b>", f"<p>{DAY}:09</p>&lt;b&gt;", examples.HTML),
    ],
)
def test_what_flask_does_not_repeat_is_not_asserted(before: object, after: object, again: object, kind: Any) -> None:
    answers = [examples.answer(200, body, kind) for body in (before, after, again)]
    result = examples.judged(examples.case("x", Step("GET", "/x")), answers[0], answers[1], again=answers[2])
    found = [each for each in result.differences if each.verdict is Verdict.DIFFERENT]
    checks = [check_of(each, answers[0], answers[1]) for each in found]

    assert checks
    assert all(check is not None and check.holds(seen(answers[2])) for check in checks)


def test_a_difference_that_only_a_time_shows_is_skipped_with_its_reason() -> None:
    times = (examples.answer(200, {"made": f"{DAY}:01"}), examples.answer(200, {"made": "2020-01-01T00:00:00"}))
    whole = examples.verification((examples.judged(examples.case("x", Step("GET", "/x")), *times),))

    assert "@pytest.mark.skip" in emitted_tests(whole)


def test_hostile_cases_give_a_file_that_python_reads() -> None:
    text = emitted_tests(examples.verification())

    compile(text, "test_parity.py", "exec")
    assert text.count("\ndef test_") == len(examples.verification().clusters)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\ud800-\udfff]", text)
