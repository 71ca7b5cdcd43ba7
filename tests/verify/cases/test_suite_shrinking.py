"""A difference that the project's tests have shown, made smaller: without the test where that goes, else within it."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

from rich.console import Console

from flask2fastapi.bundle import render_support
from flask2fastapi.model.verification import Origin, Side, Verification
from flask2fastapi.verify.cases.traces import TraceSetup
from flask2fastapi.verify.reports.progress import Progress
from flask2fastapi.verify.running import VerificationPlan, run_verification
from flask2fastapi.verify.suite import SuiteApp
from flask2fastapi.verify.suite_cases import SuitePlan
from flask2fastapi.verify.worker_setup import WorkerSetup

SHOP = """\
from flask import Flask, jsonify, request
app = Flask(__name__)
rows = []

@app.get("/hello")
def hello():
    return "hello"

@app.post("/rows")
def add():
    rows.append(request.get_json()["name"])
    return jsonify(number=len(rows)), 201

@app.get("/rows")
def all_rows():
    return jsonify(rows=rows[::STEP])
"""
TESTS = """\
import pytest, shop

@pytest.fixture
def client():
    shop.rows[:] = FIRST
    return shop.app.test_client()

def test_rows(client):
    assert client.get("/hello").data == b"hello"
    WRITE
    assert client.get("/hello?again=1").data == b"hello"
    assert len(client.get("/rows?x=1&y=2").get_json()["rows"]) > 1
    assert client.get("/hello?at=end").data == b"hello"
"""
WRITE = 'for name in "ba": assert client.post("/rows", json={"name": name, "more": 1}).status_code == 201'
FRONT = """\
from fastapi import FastAPI
from flask_compat import serve_rest_with_flask

def front(flask_app):
    app = FastAPI(openapi_url=None)
    return serve_rest_with_flask(app, flask_app)
"""


def verified(folder: Path, first: str, write: str) -> Verification:
    for side, step in (("before", "1"), ("again", "1"), ("after", "-1")):
        place = folder / side
        place.mkdir()
        (place / "shop.py").write_text(SHOP.replace("STEP", step))
        (place / "test_shop.py").write_text(TESTS.replace("FIRST", first).replace("WRITE", write))
        (place / "fastapi_front.py").write_text(FRONT)
        (place / "flask_compat.py").write_text(render_support(["hybrid"], version="1"))
    python = Path(sys.executable)
    workers = [WorkerSetup(folder / side.value, python, "shop:app") for side in Side]
    apps = (SuiteApp("shop:app", "shop.py", 2, 2, "fastapi_front.py", "fastapi_front", ""),)
    suites = [
        TraceSetup(folder / side.value, python, ("-p", "no:cacheprovider"), apps if side is Side.AFTER else ())
        for side in Side
    ]
    plan = VerificationPlan(*workers, lambda _: (), (), suite=SuitePlan(*suites))
    with Progress(Console(file=StringIO())) as progress:
        return run_verification(plan, progress)


def test_what_shows_without_the_test_needs_none(tmp_path: Path) -> None:
    (cause,) = verified(tmp_path, "[]", WRITE).clusters

    assert [(step.method, step.path, step.query) for step in cause.example.case.steps] == [
        ("POST", "/rows", ""),
        ("POST", "/rows", ""),
        ("GET", "/rows", ""),
    ]
    assert cause.example.case.origin is Origin.SUITE
    assert cause.example.case.persona == "anonymous"
    assert cause.reproducible


def test_what_the_test_has_set_up_shows_in_it_with_the_one_request(tmp_path: Path) -> None:
    (cause,) = verified(tmp_path, '["z", "y"]', "pass").clusters

    assert [(step.method, step.path, step.query) for step in cause.example.case.steps] == [("GET", "/rows", "")]
    assert cause.example.case.persona == "suite"
    assert cause.example.case.title == "test_shop.py::test_rows"
    assert cause.reproducible
