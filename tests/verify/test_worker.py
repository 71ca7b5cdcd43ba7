"""Workers: cases sent to real applications in processes of their own, each from the same state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flask2fastapi.errors import TargetError
from flask2fastapi.model.verification import Capture, Side, Step
from flask2fastapi.verify.boot import TargetBootError

from .worker_apps import FORM, FRONT, NOTES, case, get, start, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask2fastapi.verify.workers import Worker

SIDES = {"flask": ("notes:app", "flask"), "fastapi": ("front:app", "fastapi")}


@pytest.fixture(scope="module", params=SIDES)
def worker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    folder = tmp_path_factory.mktemp("notes")
    write(folder, notes=NOTES, front=FRONT)
    spec, kind = SIDES[request.param]
    with start(folder, spec, kind) as started:
        yield started


def post(text: str, *captures: Capture) -> Step:
    return Step("POST", "/notes", headers=FORM, body=f"text={text}".encode(), captures=captures)


def test_a_case_is_answered_step_by_step(worker: Worker) -> None:
    """Statuses, headers and bodies come back in order, with the endpoint that answered."""
    seen = worker.observe(case(get("/notes"), post("new"), get("/notes"), get("/nowhere")))

    assert [answer.status for answer in seen.answers] == [200, 201, 200, 404]
    assert seen.answers[2].body.split() == b'[[1,"first"],[2,"new"]]'.split()
    assert [answer.endpoint for answer in seen.answers] == ["notes", "notes", "notes", None]
    assert {answer.rung for answer in seen.answers} == {"mounted"}
    assert seen.crashed == ""


def test_rows_that_a_case_writes_are_its_effects_and_gone_in_the_next(worker: Worker) -> None:
    """A new row is told with its table and columns; the database is then as it was."""
    first, second = worker.observe(case(post("new"))), worker.observe(case(get("/notes")))

    assert [row[:2] for row in first.effects.added["main.note"]] == [("2", "new")]
    assert first.effects.columns["main.note"] == ("id", "text", "made")
    assert second.effects.added == second.effects.removed == {}
    assert second.answers[0].body.strip() == b'[[1,"first"]]'


def test_memory_of_the_process_is_as_it_was_booted(worker: Worker) -> None:
    """What a case leaves in module variables does not reach the next one."""
    first, second = (worker.observe(case(get("/notes"), get("/notes"), get("/hits"))) for _ in range(2))

    assert first.answers[2].body == second.answers[2].body == b"None 2"


def test_cookies_are_sent_back_within_a_case_only(worker: Worker) -> None:
    """The session of one case is the client's own."""
    seen = worker.observe(case(get("/login/ann"), get("/hits")))
    other = worker.observe(case(get("/hits")))

    assert (seen.answers[0].status, seen.answers[1].body) == (302, b"ann 0")
    assert other.answers[0].body == b"None 0"


def test_a_redirect_is_followed_where_the_step_says_so(worker: Worker) -> None:
    """The answer is the last one, with its path."""
    seen = worker.observe(case(get("/login/bob", follow=True)))

    assert (seen.answers[0].status, seen.answers[0].path, seen.answers[0].body) == (200, "/hits", b"bob 0")


def test_captured_values_are_put_into_later_steps(worker: Worker) -> None:
    """From JSON, a header, a cookie and text; each side has its own values."""
    seen = worker.observe(
        case(
            post("one", Capture("id", "json:$.data.id")),
            get("/notes/{{id}}", captures=(Capture("text", "text:(o.)e"),)),
            get("/login/{{text}}", captures=(Capture("place", "header:location"),)),
            get("{{place}}"),
        )
    )

    assert [answer.status for answer in seen.answers] == [201, 200, 302, 200]
    assert seen.answers[3].body == b"on 2" or seen.answers[3].body == b"on 1"


def test_an_unhandled_error_is_an_answer_with_a_traceback(worker: Worker) -> None:
    """Flask answers 500; the traceback is shortened to the project's own frames."""
    answer = worker.observe(case(get("/notes/77"))).answers[0]

    assert answer.status == 500
    assert "notes.py" in answer.traceback
    assert answer.traceback.endswith("TypeError: 'NoneType' object is not subscriptable")
    assert "site-packages" not in answer.traceback


def test_facts_name_rules_stores_and_rows(worker: Worker) -> None:
    """What case generation needs: the URL map and ids that exist."""
    facts = worker.facts()

    assert facts.app is not None
    assert "/notes/<int:note_id>" in [rule.rule for rule in facts.app.rules]
    table = facts.stores[0].tables["note"]
    assert (table.columns, table.count, table.rows[0][:2]) == (("id", "text", "made"), 1, ("1", "first"))


def test_a_native_route_is_told_from_a_mounted_one(tmp_path: Path) -> None:
    """The rung says who answered, the endpoint is the route's name."""
    write(tmp_path, notes=NOTES, front=FRONT)
    with start(tmp_path, "front:app", "fastapi", Side.AFTER) as worker:
        seen = worker.observe(case(get("/hits-of-fastapi"), get("/hits")))

    assert [(answer.rung, answer.endpoint) for answer in seen.answers] == [("native", "hits"), ("mounted", "hits")]
    assert seen.side is Side.AFTER


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import sqlite3\ndef f(): raise ValueError('no database')\nf()", "ValueError: no database"),
        ("import sys; sys.exit('not today')", "SystemExit: not today"),
        ("import os; print('last words', flush=True); os._exit(3)", "last words"),
        ("import threading; threading.Event().wait()", "did not finish booting within 2 seconds"),
        ("x = 1", "^broken does not boot: module broken holds no Flask application"),
    ],
)
def test_what_does_not_boot_says_why(tmp_path: Path, text: str, message: str) -> None:
    """One line for the user, with the target's own traceback at hand."""
    write(tmp_path, broken=text)

    with pytest.raises(TargetBootError, match=message) as caught:
        start(tmp_path, "broken", boot_timeout=2.0)

    assert len(str(caught.value).splitlines()) == 1
    if "ValueError" in message:
        assert caught.value.traceback.count("broken.py") == 2
        assert "importlib" not in caught.value.traceback


def test_a_seed_command_fills_the_database_first(tmp_path: Path) -> None:
    """It runs in the root with the side's environment; a failure is the user's to mend."""
    write(tmp_path, notes=NOTES.replace('db.execute("DELETE FROM note")', "pass").replace("INSERT", "REPLACE"))
    seed = "python3 -c \"import sqlite3; c = sqlite3.connect('notes.db'); c.execute('CREATE TABLE extra (a)')\""
    with start(tmp_path, "notes", seed_command=seed) as worker:
        assert "extra" in worker.facts().stores[0].tables

    with pytest.raises(TargetError, match=r"seed command failed.*no such thing"):
        start(tmp_path, "notes", seed_command="echo no such thing >&2; exit 4")


HEADERS = """\
from flask import Flask
app = Flask(__name__)

@app.route("/")
def index():
    return "", 200, {"X-City": "北"}
"""


def test_a_header_that_no_server_can_send_is_an_error(tmp_path: Path) -> None:
    """Headers go over the wire as Latin-1: a server answers 500, whatever the application thinks."""
    write(tmp_path, headers=HEADERS)
    with start(tmp_path, "headers") as worker:
        (answer,) = worker.observe(case(get("/"))).answers

    assert (answer.error or "").startswith("UnicodeEncodeError")
