"""Cases from OpenAPI documents."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from flask2fastapi.errors import ConfigError, SourceError, TargetError
from flask2fastapi.index.build import build_index
from flask2fastapi.model.files import SourceFile
from flask2fastapi.model.verification import Side
from flask2fastapi.verify.cases import parse_login
from flask2fastapi.verify.cases.openapi import openapi_cases, read_openapi, served_openapi
from flask2fastapi.verify.workers import Worker, WorkerSetup

APP = """\
from fastapi import FastAPI, Form
from pydantic import BaseModel, Field

app = FastAPI()

class Item(BaseModel):
    title: str = Field(min_length=2)
    price: float

@app.get("/items/{item_id}")
def item(item_id: int, q: str = ""):
    return {"id": item_id, "q": q}

@app.post("/items", status_code=201)
def add(item: Item):
    return item
"""
FLASK = """\
from flask import Flask
app = Flask(__name__)

@app.get("/items/<int:item_id>")
def item(item_id): ...

@app.post("/items")
def add(): ...
"""
installed = pytest.mark.skipif(find_spec("schemathesis") is None, reason="schemathesis is not installed")


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("api")
    (folder / "api.py").write_text(APP, "utf-8")
    with Worker.start(Side.AFTER, WorkerSetup(folder, Path(sys.executable), "api:app", "fastapi")) as started:
        yield started


@installed
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_requests_fit_the_schema_or_not_and_are_the_same_each_time(worker):
    document = served_openapi(worker)
    routes = build_index("", [SourceFile("shop.py", FLASK.encode(), FLASK)]).routes

    first, second = (openapi_cases(document, routes=routes, per_operation=10, seed=3) for _ in range(2))

    assert [case.id for case in first.cases] == [case.id for case in second.cases]
    assert {case.route for case in first.cases} == {"item", "add"}
    statuses = {kind: [] for kind in ("schema-valid", "schema-invalid")}
    for case in first.cases:
        statuses[case.kind].append(worker.observe(case).answers[0].status)
    assert set(statuses["schema-valid"]) == {200, 201}
    assert 422 in statuses["schema-invalid"]


@installed
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_persona_sends_them(worker):
    ann = parse_login("ann=as X-Key: 1")

    found = openapi_cases(served_openapi(worker), personas=[ann], per_operation=4).cases

    assert {case.persona for case in found} == {"ann"}
    assert all(("X-Key", "VERIFY_SECRET_ANN_X_KEY") in case.steps[0].headers for case in found)


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "schemathesis", None)

    with pytest.raises(ConfigError, match=r"pip install 'flask2fastapi\[openapi\]'"):
        openapi_cases({"openapi": "3.1.0"})


def test_a_served_document_is_found_or_missed(worker):
    assert set(served_openapi(worker)["paths"]) == {"/items/{item_id}", "/items"}
    with pytest.raises(TargetError, match=r"at /api/openapi\.json \(status 404\): give a file"):
        served_openapi(worker, "/api/openapi.json")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", "{\n]", r"a\.json:2: is not valid JSON"),
        ("a.yaml", "a: [\n", r"a\.yaml:2: is not valid YAML|a\.yaml:1: is not valid YAML"),
        ("a.yml", "a: 1", r"a\.yml: is no OpenAPI document"),
    ],
)
def test_a_file_that_is_none_says_where(tmp_path, name, text, message):
    (tmp_path / name).write_text(text, "utf-8")

    with pytest.raises(SourceError, match=message):
        read_openapi(tmp_path / name)


def test_json_and_yaml_give_the_same_document(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"openapi": "3.1.0", "paths": {}}), "utf-8")
    (tmp_path / "a.yaml").write_text("openapi: 3.1.0\npaths: {}\n", "utf-8")

    assert read_openapi(tmp_path / "a.json") == read_openapi(tmp_path / "a.yaml")
