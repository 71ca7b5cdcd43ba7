"""The project's own suite, recorded on both sides and paired."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flask2fastapi.bundle import render_support
from flask2fastapi.errors import TargetError
from flask2fastapi.model.verification import Answer, Side, Step, Verdict
from flask2fastapi.verify.cases.trace_pairs import NOT_SENT, pair
from flask2fastapi.verify.cases.trace_records import Exchanged, Trace
from flask2fastapi.verify.cases.traces import TraceSetup, record_trace
from flask2fastapi.verify.compare.policy import Policy
from flask2fastapi.verify.compare.verdicts import compare
from flask2fastapi.verify.suite import SuiteApp

SHOP = """\
import itertools, os, random, secrets, time, uuid
from datetime import datetime
from flask import Flask, Response, jsonify, redirect, request, session

app = Flask(__name__)
app.secret_key = "x"

@app.post("/login")
def login():
    session["name"] = request.form["name"]
    return redirect("/me")

@app.get("/me")
def me():
    return session.get("name", "nobody")

@app.get("/chance")
def chance():
    drawn = [uuid.uuid4().hex, secrets.token_hex(4), random.random(), os.urandom(3).hex()]
    return jsonify(drawn=drawn, now=[time.time(), datetime.now().isoformat()])

@app.get("/ticks")
def ticks():
    return Response((f"tick {n} " for n in itertools.count()), mimetype="text/plain")

@app.get("/broken")
def broken():
    raise LookupError("no such thing")
"""
TESTS = """\
import os
import pytest
from shop import app

@pytest.fixture
def client():
    client = app.test_client()
    client.get("/me?from=setup")
    yield client
    client.get("/me?from=teardown")

def test_login(client):
    answer = client.post("/login", data={"name": "ann"}, follow_redirects=True, headers={"X-Mine": "1"})
    assert answer.status_code == 200

def test_chance(client):
    first = client.get("/chance").json
    second = client.get("/chance").json
    assert first["drawn"] != second["drawn"]
    assert first["now"] < second["now"]
    os.urandom(8)

def test_streams(client):
    parts = client.get("/ticks").response
    assert next(iter(parts)) == b"tick 0 "

def test_errors(client):
    app.testing = True
    with pytest.raises(LookupError):
        client.get("/broken")
    app.testing = False
    assert client.get("/broken").status_code == 500

def test_nothing():
    pass

def test_fails(client):
    assert client.get("/me").text == "ann", "she is not here"
"""
NATIVE = """\
from fastapi import APIRouter, FastAPI
from flask_compat import serve_rest_with_flask
import shop

router = APIRouter()

@router.get("/me", name="me")
def me(from_: str = ""):
    from fastapi.responses import HTMLResponse
    return HTMLResponse("nobody!")

def front(flask_app):
    app = FastAPI(openapi_url=None)
    app.include_router(router)
    return serve_rest_with_flask(app, flask_app)
"""
MOUNTED = NATIVE.replace("    app.include_router(router)\n", "")
OPTIONS = ("-q", "-p", "no:cacheprovider")


def project(folder, **modules):
    support = render_support(["hybrid"], version="1")
    for name, text in {"shop": SHOP, "test_shop": TESTS, "flask_compat": support, **modules}.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    return folder


def record(folder, side=Side.BEFORE, **options):
    return record_trace(side, TraceSetup(folder, Path(sys.executable), OPTIONS, **options))


def through_front(folder, front):
    line = SHOP.splitlines().index("app = Flask(__name__)") + 1
    app = SuiteApp("shop:app", "shop.py", line, line, "fastapi_front.py", "fastapi_front", "")
    return record(project(folder, fastapi_front=front), Side.AFTER, apps=(app,))


@pytest.fixture(scope="module")
def flask_side(tmp_path_factory):
    return record(project(tmp_path_factory.mktemp("flask")))


def shown(trace, test):
    rows = trace.tests[f"test_shop.py::{test}"]
    return [(row.phase, f"{row.step.method} {row.step.path}", row.answer.status) for row in rows]


def test_every_request_of_a_test_is_written_down_in_order(flask_side):
    """With its phase, redirects as requests of their own, and cookies by name."""
    assert shown(flask_side, "test_login") == [
        ("setup", "GET /me", 200),
        ("call", "POST /login", 302),
        ("call", "GET /me", 200),
        ("teardown", "GET /me", 200),
    ]
    posted, followed = flask_side.tests["test_shop.py::test_login"][1:3]
    assert posted.step.body == b"name=ann"
    assert ("X-Mine", "1") in posted.step.headers
    assert (posted.answer.endpoint, posted.answer.sent) == ("login", ())
    assert (followed.answer.body, followed.answer.sent) == (b"ann", ("session",))
    assert flask_side.tests["test_shop.py::test_login"][0].step.query == "from=setup"


def test_what_a_test_does_not_read_is_said(flask_side):
    """A stream without end is noted as far as the test took it; a body that nobody read is whole."""
    stream = flask_side.tests["test_shop.py::test_streams"][1].answer

    assert stream.body.startswith(b"tick 0 ")
    assert stream.cut == "the test read no more of it"


def test_errors_are_answers_and_failures_are_told(flask_side):
    """What the application raises goes on to the test; what the test makes of it is its outcome."""
    raised, answered = flask_side.tests["test_shop.py::test_errors"][1:3]

    assert (raised.answer.status, raised.answer.error) == (0, "LookupError: no such thing")
    assert "in broken" in raised.answer.traceback
    assert answered.answer.status == 500
    assert flask_side.counts == {"passed": 5, "failed": 1}
    assert "she is not here" in flask_side.outcomes["test_shop.py::test_fails"]
    assert "test_shop.py::test_nothing" not in flask_side.tests


def test_two_runs_give_the_same_bytes(flask_side, tmp_path):
    """Clock and chance are those of the test, on every side."""
    again = record(project(tmp_path))

    assert again.tests == flask_side.tests
    assert [pair_.case.title for pair_ in pair(flask_side, again, again)] == list(flask_side.tests)


def test_without_stopping_anything_two_runs_differ_and_that_is_noise(tmp_path):
    """The second run of the Flask side shows what is not stable."""
    first, second, third = (record(project(tmp_path), freeze=False) for _ in range(3))

    (mine,) = (each for each in pair(first, second, third) if each.case.title.endswith("test_chance"))
    assert len({side.answers[1].body for side in (mine.before, mine.again, mine.after)}) == 3
    result = compare(mine.case, mine.before, mine.again, mine.after, Policy())
    assert "unstable-before" in {difference.rule for difference in result.differences}


def test_the_mounted_application_answers_the_same(flask_side, tmp_path):
    """Through the front, byte for byte."""
    after = through_front(tmp_path, MOUNTED)

    assert {row.answer.rung for rows in after.tests.values() for row in rows} == {"mounted"}
    for each in pair(flask_side, None, after):
        assert compare(each.case, each.before, None, each.after, Policy()).verdict is Verdict.IDENTICAL


def test_what_no_test_looks_at_is_seen(flask_side, tmp_path):
    """The suite is as green as before, and the page is another one."""
    after = through_front(tmp_path, NATIVE)

    assert after.counts == flask_side.counts
    rows = after.tests["test_shop.py::test_login"]
    assert [row.answer.rung for row in rows] == ["native", "mounted", "native", "native"]
    results = [compare(each.case, each.before, None, each.after, Policy()) for each in pair(flask_side, None, after)]
    login = next(result for result in results if result.case.title.endswith("test_login"))
    assert login.verdict is Verdict.DIFFERENT
    assert {difference.step for difference in login.differences} >= {0, 3}


@pytest.mark.parametrize(
    ("tests", "options", "message"),
    [
        ("", {}, "it has no tests"),
        ("import nothing_of_the_kind", {}, r"does not run: .*nothing_of_the_kind|No module|test_shop\.py"),
        ("def test(): import time; time.monotonic(); [].index", {"python": Path("/no/python")}, "cannot be started"),
        ("import threading\ndef test(): threading.Event().wait(60)", {"timeout": 3.0}, "did not end within 3 seconds"),
    ],
)
def test_a_suite_that_does_not_run_says_why(tmp_path, tests, options, message):
    """One line."""
    setup = {
        "root": project(tmp_path, test_shop=tests),
        "python": Path(sys.executable),
        "arguments": OPTIONS,
        **options,
    }

    with pytest.raises(TargetError, match=message) as caught:
        record_trace(Side.BEFORE, TraceSetup(**setup))
    assert len(str(caught.value).splitlines()) == 1


def exchanged(*paths):
    found = []
    for number, path in enumerate(paths, 1):
        method, _, rest = path.partition(" ")
        found.append(Exchanged("call", number, Step(method, rest), Answer(200, body=path.encode(), endpoint=rest)))
    return tuple(found)


def trace(side, *paths):
    return Trace(side, {"t": exchanged(*paths)})


@pytest.mark.parametrize(
    ("before", "after", "rows"),
    [
        (["GET /a", "GET /b"], ["GET /a", "GET /b"], [("/a", "/a"), ("/b", "/b")]),
        (["GET /a", "GET /b"], ["GET /a", "GET /x", "GET /b"], [("/a", "/a"), ("", "/x"), ("/b", "/b")]),
        (["GET /a", "GET /x", "GET /b"], ["GET /b"], [("/a", ""), ("/x", ""), ("/b", "/b")]),
        (["POST /n", "GET /n/1"], ["POST /n", "GET /n/2"], [("/n", "/n"), ("/n/1", "/n/2")]),
        (["GET /a", "POST /b"], ["POST /a", "GET /b"], [("/a", ""), ("/b", ""), ("", "/a"), ("", "/b")]),
        ([], ["GET /a"], [("", "/a")]),
    ],
)
def test_requests_find_each_other_where_a_test_took_another_turn(before, after, rows):
    """By the longest common subsequence of method and path."""
    (found,) = pair(trace(Side.BEFORE, *before), None, trace(Side.AFTER, *after))

    paths = [
        tuple("" if each.error == NOT_SENT else each.endpoint for each in answers)
        for answers in zip(found.before.answers, found.after.answers, strict=True)
    ]
    assert paths == rows
    assert len(found.case.steps) == len(rows)


def test_a_second_run_that_took_another_turn_is_no_noise():
    """Only answers to the same request tell what is not stable."""
    again = trace(Side.AGAIN, "GET /other", "GET /b")
    (found,) = pair(trace(Side.BEFORE, "GET /b", "GET /c"), again, trace(Side.AFTER, "GET /b", "GET /c"))

    assert [answer.endpoint for answer in found.again.answers] == ["/b", "/c"]
