"""Views that branch on the request's method, as an operation for each branch: what both answer, by every method."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

CASES = Path(__file__).resolve().parents[2] / "fixtures" / "codemods" / "F2F107-split"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
FORM = (b"name=x&username=ann&password=pw", {"content-type": "application/x-www-form-urlencoded"})
JSON = (b'{"a": 1}', {"content-type": "application/json"})
SENT = (FORM, (b"username=ann", FORM[1]), JSON, (b"{", JSON[1]), (b"", {}))
PATHS = ("/books/1", "/books/2", "/books/1", "/books/x", "/login")
SHAPES = (
    *("get-first", "chain", "not", "more", "more?q=a", "more?q=no", "either", "turns?n=3", "turns?n=x", "line"),
    *("said", "said?n=1", "within/1", "within/3", "within/9", "within/x"),
)
START = "from flask import Flask, jsonify, request, session\n\napp = Flask(__name__)\napp.secret_key = 'x'\n"


def same_answers(sides: Sides, paths: tuple[str, ...]) -> None:
    """Every method, with every body."""
    for path in paths:
        for method in METHODS:
            for data, headers in SENT:
                before, after = sides.ask(method, path, data, headers)
                assert after == before, f"{method} {path} {data!r}"


def names_in(text: str) -> list[str]:
    """Names of functions at the left margin."""
    return [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize(
    ("case", "paths"),
    [
        ("1-branches", PATHS),
        ("3-shapes", tuple(f"/shapes/{each}" for each in SHAPES)),
        ("4-whole", ("/shared", "/bound", "/dead", "/some", "/some/3", "/declared", "/later", "/later?x=1", "/apart")),
    ],
)
def test_the_cases_of_the_catalogue_answer_as_before(
    both: Callable[..., Sides], case: str, paths: tuple[str, ...]
) -> None:
    """What comes apart and what stays whole, HEAD among the methods."""
    sides = both((CASES / case / "before.py").read_text("utf-8"))

    assert {plan.rung for plan in sides.run.plan.routes if plan.route.endpoint != "static"} == {"native"}
    same_answers(sides, paths)


def test_parts_run_in_flasks_context_where_the_view_needs_it(both: Callable[..., Sides]) -> None:
    """Each has the mark, and its own parameters; the guard is before both."""
    sides = both(
        f"import functools\n{START}\n\ndef guarded(view):\n    @functools.wraps(view)\n"
        "    def wrapped(*args, **kwargs):\n"
        "        if request.args.get('key') != 'k':\n            return 'no', 403\n"
        "        return view(*args, **kwargs)\n    return wrapped\n\n\n"
        "@app.route('/seen', methods=['GET', 'POST'])\n@guarded\ndef seen():\n"
        "    if request.method == 'POST':\n        session['name'] = request.form['name']\n"
        "        return jsonify(name=session['name'])\n    return session.get('name', 'nobody')\n"
    )

    assert names_in(sides.sources["app.py"])[-2:] == ["seen", "seen_post"]
    assert sides.sources["app.py"].count("@in_flask_context") == 2
    same_answers(sides, ("/seen?key=k", "/seen"))


@pytest.mark.parametrize(
    ("more", "whole"),
    [
        ("", False),
        ("\n\ndef other():\n    return view()\n", True),
        ("\n\ndef view_post():\n    return 'taken'\n", False),
    ],
)
def test_what_other_code_names_stays_whole(both: Callable[..., Sides], more: str, whole: bool) -> None:
    """A name that is taken already is not taken again."""
    body = "    if request.method == 'POST':\n        return 'posted'\n    return 'page'\n"
    sides = both(f"{START}\n\n@app.route('/', methods=['GET', 'POST'])\ndef view():\n{body}{more}")

    same_answers(sides, ("/",))
    names = names_in(sides.sources["app.py"])
    assert len(names) == len(set(names))
    assert ("if request.method" in sides.sources["app.py"]) is whole


def test_a_line_in_common_goes_with_each_branch(both: Callable[..., Sides]) -> None:
    """Each operation has a status of its own."""
    sides = both(
        f"{START}\n\n@app.route('/', methods=['GET', 'POST'])\ndef view():\n    data = request.get_json(silent=True)\n"
        "    if request.method == 'POST':\n        return jsonify(x=1), 201\n    return jsonify(data)\n"
    )

    assert "if request.method" not in sides.sources["app.py"]
    assert sides.sources["app.py"].count("data: Annotated[Any, json_body(silent=True)]") == 2
    assert '@router.post("/", name="view", status_code=201)' in sides.sources["app.py"]
    same_answers(sides, ("/",))


def test_documentation_has_each_operation_once(both: Callable[..., Sides]) -> None:
    """HEAD is not shown, ids are unique."""
    sides = both((CASES / "1-branches" / "before.py").read_text("utf-8"))

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        paths = sides.rewritten.openapi()["paths"]
    assert [str(each.message) for each in caught] == []
    assert {path: sorted(item) for path, item in paths.items()} == {
        "/books/{book_id}": ["delete", "get"],
        "/login": ["get", "post"],
        "/template": ["get"],
    }
