"""The documentation of an application that offers it: what it says, and that nothing else changes by it."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config
from flask2fastapi.migrate.reading import read_project
from flask2fastapi.migrate.run import plan_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.full.conftest import Pair

FORMS = (
    Path(__file__).resolve().parents[2] / "fixtures" / "codemods" / "F2F340-body-fields" / "forms" / "before.py"
).read_text("utf-8")
URLS = ("/api/books", "/api/late", "/api/part", "/whole", "/upload", "/page/1", "/page/x", "/")
SENT = (b"", b"null", b"[]", b"{", b'{"title": null}', b'{"title": "a", "year": 1, "more": 2, "name": 3, "x-y": 4}')
JSON, FORM = {"content-type": "application/json"}, {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def described(pair: Callable[..., Pair]) -> Pair:
    """An application with bodies of all kinds, with its documentation."""
    return pair(FORMS, openapi=True)


def schema_of(app: Any) -> dict[str, Any]:
    """What ``/openapi.json`` answers; making it warns of nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        schema: dict[str, Any] = app.openapi()
    return json.loads(json.dumps(schema))  # type: ignore[no-any-return]


def test_answers_do_not_depend_on_what_is_documented(described: Pair) -> None:
    """Bodies of other types, with other fields, or with none are the view's to judge."""
    for url in URLS:
        for method in ("GET", "POST", "PUT", "PATCH"):
            for headers in (JSON, FORM, {}):
                for data in SENT:
                    before, after = described.ask(method, url, data, headers)
                    assert after == before, f"{method} {url} {data!r}"


def test_bodies_have_the_fields_that_views_name(described: Pair) -> None:
    """Those that a view does without are not required; of what is handed on nothing is known."""
    paths = schema_of(described.fastapi)["paths"]
    bodies = {
        (path, method): operation["requestBody"]["content"]
        for path, item in paths.items()
        for method, operation in item.items()
        if "requestBody" in operation
    }

    books = bodies["/api/books", "post"]["application/json"]["schema"]
    assert (books["title"], books["required"], sorted(books["properties"])) == (
        "BooksPost",
        ["title"],
        ["title", "year"],
    )
    assert books["properties"]["year"]["type"] == "integer"
    assert sorted(bodies["/api/late", "post"]["application/json"]["schema"]["properties"]) == ["name", "x-y"]
    assert bodies["/whole", "put"] == bodies["/whole", "post"] == {"application/json": {"schema": {}}}
    upload = bodies["/upload", "post"]["multipart/form-data"]["schema"]
    assert {name: kind["type"] for name, kind in upload["properties"].items()} == dict.fromkeys(
        ("photo", "title", "tags"), "string"
    )
    assert upload["properties"]["photo"]["format"] == "binary"
    assert upload["required"] == ["photo"]
    assert ("/api/books", "get") not in bodies


def test_each_operation_has_an_id_and_no_answer_that_it_does_not_give(described: Pair) -> None:
    """Also those of several methods, and the parts of a view; no path is answered with 422."""
    paths = schema_of(described.fastapi)["paths"]
    operations = [operation for item in paths.values() for operation in item.values()]

    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids) == 8
    assert "422" not in paths["/page/{n}"]["get"]["responses"]
    assert paths["/api/books"]["post"]["summary"] == "Books Post"
    assert paths["/api/books"]["post"]["tags"] == ["api"]
    assert "201" in paths["/api/books"]["post"]["responses"]


@pytest.mark.parametrize("rule", ["/docs", "/<path:page>", "/<name>", "/openapi.json"])
def test_a_url_of_the_application_is_not_taken(pair: Callable[..., Pair], rule: str) -> None:
    """It says why there is no documentation."""
    name = rule.partition(":")[2].rstrip(">") or rule.strip("/<>").replace(".", "_")
    given = name if "<" in rule else ""
    sides = pair(
        f"from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route('{rule}')\ndef view({given}):\n"
        "    return 'mine'\n",
        openapi=True,
    )

    assert "openapi_url=None" in sides.sources["app.py"]
    assert [each.code for each in sides.run.diagnostics if each.code == "openapi"] == ["openapi"]
    for url in ("/docs", "/openapi.json", "/redoc"):
        before, after = sides.ask("GET", url)
        assert after == before


def test_a_front_offers_it_too_and_hands_it_on(tmp_path: Path) -> None:
    """A hybrid application that leaves Flask in a later run keeps it, without the option."""
    folders = tmp_path / "later", tmp_path / "at_once"
    for folder, runs in zip(folders, ([True, False], [False]), strict=True):
        folder.mkdir()
        (folder / "app.py").write_text(FORMS, "utf-8")
        for number, hybrid in enumerate(runs):
            run = plan_run(read_project(folder, Config(hybrid=hybrid, openapi=number == 0)), CODEMODS)
            for change in run.changes:
                if change.after is None:
                    (folder / change.path).unlink()
                else:
                    (folder / change.path).write_bytes(change.after)
            assert ("describe_bodies(app)" in (folder / "fastapi_front.py").read_text("utf-8")) if hybrid else True

    later, at_once = ({path.name: path.read_text("utf-8") for path in folder.glob("*.py")} for folder in folders)
    assert later == at_once
