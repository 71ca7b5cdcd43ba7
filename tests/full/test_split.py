"""Views that branch on the request's method, in an application that has left Flask."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config
from flask2fastapi.migrate.reading import read_project
from flask2fastapi.migrate.run import plan_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.full.conftest import Pair

CASES = Path(__file__).resolve().parents[2] / "fixtures" / "codemods" / "F2F107-split"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
SENT = ((b"name=x&username=ann&password=pw", FORM), (b"", FORM), (b'{"a": 1}', JSON), (b"{", JSON), (b"", {}))
SHAPES = (
    *("get-first", "chain", "not", "more", "more?q=a", "more?q=no", "either", "turns?n=3", "turns?n=x", "line"),
    *("said", "said?n=1", "within/1", "within/3", "within/9", "within/x"),
)


@pytest.mark.parametrize(
    ("case", "paths"),
    [
        ("2-full", ("/books/1", "/books/2", "/books/1", "/books/x", "/login")),
        ("3-shapes", tuple(f"/shapes/{each}" for each in SHAPES)),
        ("4-whole", ("/shared", "/bound", "/dead", "/some", "/some/3", "/declared", "/later", "/later?x=1", "/apart")),
    ],
)
def test_the_cases_of_the_catalogue_answer_as_before(
    pair: Callable[..., Pair], case: str, paths: tuple[str, ...]
) -> None:
    """HEAD goes where Flask took it, OPTIONS and 405 name the methods of all parts, and nothing is left to do."""
    sides = pair((CASES / case / "before.py").read_text("utf-8"))

    assert list(sides.again.changes) == []
    for path in paths:
        for method in METHODS:
            for data, headers in SENT:
                before, after = sides.ask(method, path, data, headers)
                assert after == before, f"{method} {path} {data!r}"


def test_views_in_a_factory_come_apart_in_their_place(pair: Callable[..., Pair]) -> None:
    """Next to one another, with what the factory has around them."""
    sides = pair(
        "from flask import Flask, request\n\n\ndef create_app():\n    app = Flask(__name__)\n\n"
        "    @app.route('/', methods=['GET', 'POST'])\n    def view():\n        if request.method == 'POST':\n"
        "            return 'posted'\n        return 'page'\n\n    return app\n",
        lambda module: module.create_app(),
    )

    assert "\n    async def view_post():\n        return 'posted'\n" in sides.sources["app.py"].replace('"', "'")
    for method in METHODS:
        before, after = sides.ask(method, "/")
        assert after == before, method


@pytest.mark.parametrize("case", ["2-full", "3-shapes", "4-whole"])
def test_a_later_run_takes_all_parts_along(tmp_path: Path, case: str) -> None:
    """It is as from Flask at once."""
    text = (CASES / case / "before.py").read_text("utf-8")
    folders = tmp_path / "later", tmp_path / "at_once"
    for folder, runs in zip(folders, ([True, False], [False]), strict=True):
        folder.mkdir()
        (folder / "app.py").write_text(text, "utf-8")
        for hybrid in runs:
            for change in plan_run(read_project(folder, Config(hybrid=hybrid)), CODEMODS).changes:
                if change.after is None:
                    (folder / change.path).unlink()
                else:
                    (folder / change.path).write_bytes(change.after)

    later, at_once = ({path.name: path.read_text("utf-8") for path in folder.glob("*.py")} for folder in folders)
    assert later == at_once
