"""What views return: the same status, headers and content."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "codemods"
APP = """
import dataclasses
import datetime
import decimal
import uuid
from http import HTTPStatus

from flask import Flask, jsonify, make_response, request

app = Flask(__name__)
VALUES = {
    "date": datetime.date(2024, 1, 2),
    "time": datetime.datetime(2024, 1, 2, 3, 4, 5, 678),
    "aware": datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
    "decimal": decimal.Decimal("1.10"),
    "uuid": uuid.UUID(int=5),
    "nan": float("nan"),
    "bytes": b"x",
    "set": {1},
    "mixed": {1: "a", "b": 2},
    "integers": {2: "b", 1: "a"},
    "tuple": (1, 2),
    "none": None,
    "text": "caf\\u00e9 <b>",
}


@app.route("/value/<name>")
def value(name):
    return jsonify(VALUES[name])


@app.route("/inside/<name>")
def inside(name):
    return {"value": VALUES[name], "sa": {"_sa_x": 1}}


@app.route("/plain")
def plain():
    return {"b": 1, "a": [True, None, 1.5, "caf\\u00e9"], "_sa": {"x": -1}}


@app.route("/items")
def items():
    return [1, "two", {"three": None}]


@app.route("/page")
def page():
    return "<h1>caf\\u00e9</h1>"


@app.route("/empty", methods=["DELETE", "PUT"])
def empty():
    return "", 204


@app.route("/blank")
def blank():
    return ""


@app.route("/made", methods=["POST"])
def made():
    return {"made": True}, HTTPStatus.CREATED


@app.route("/headers")
def headers():
    return {"a": 1}, {"X-A": "b"}


@app.route("/both/<int:n>")
def both(n):
    if n > 3:
        return jsonify(n=n), 202, {"X-A": str(n)}
    if n > 2:
        return make_response({"n": n}, 400)
    if n > 1:
        return make_response("text", 201, {"X-A": "1"})
    return make_response(jsonify([n]))


@app.route("/method", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def method():
    return request.method


@app.route("/count")
def count():
    total = 0
    for n in range(5):
        total += n
    words = "a b c".split()
    return {"total": total, "words": words, "share": total / 2, "most": max(words)}
"""
NAMES = (
    *("date", "time", "aware", "decimal", "uuid", "bytes", "set", "mixed", "integers", "tuple", "none", "text"),
    "absent",
)
PATHS = [*(f"/{kind}/{name}" for kind in ("value", "inside") for name in NAMES)]
PATHS += ["/plain", "/items", "/page", "/empty", "/blank", "/made", "/headers", *(f"/both/{n}" for n in range(5))]
PATHS += ["/method", "/count"]


def test_returns_are_answered_alike(both: Callable[..., Sides]) -> None:
    """All values and forms, by every method."""
    sides = both(APP)

    native = {plan.route.endpoint for plan in sides.run.plan.routes if plan.rung == "native"}
    assert native == {plan.route.endpoint for plan in sides.run.plan.routes}
    for path in PATHS:
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            before, after = sides.ask(method, path)
            assert after == before, (method, path)


def test_json_settings_of_the_application_count(both: Callable[..., Sides]) -> None:
    """What is not provably plain is written by Flask's own provider, bytes and all."""
    sides = both(
        "from flask import Flask, jsonify\n\napp = Flask(__name__)\napp.json.sort_keys = False\n"
        'app.json.ensure_ascii = False\nROWS = {"b": "caf\\u00e9", "a": 1}\n\n\n'
        '@app.route("/")\ndef index():\n    return jsonify(ROWS)\n'
    )

    assert sides.rung("index") == "native"
    assert sides.raw("GET", "/")[0] == sides.raw("GET", "/")[1]


ANY = """
from flask import Flask, jsonify

app = Flask(__name__)
THINGS = {"dict": {"b": 1, "a": 2}, "text": "<b>text</b>", "none": None, "number": 5, "list": [1]}
THINGS["pair"] = ("made", 201)
THINGS["headers"] = ("made", {"X-A": "1"})
THINGS["all"] = ({"a": 1}, 203, {"X-A": "2"})
THINGS["phrase"] = ("gone", "410 GONE")


@app.route("/thing/<name>")
def thing(name):
    return THINGS[name]


@app.route("/status/<name>/<int:status>")
def with_status(name, status):
    if status == 418:
        return THINGS[name], 418
    return jsonify(status=status), status


@app.route("/loop/<name>")
def loop(name):
    for key, value in THINGS.items():
        if key == name:
            return value
    return {"message": "none"}, 404
"""


def test_what_only_running_tells_is_answered_alike(both: Callable[..., Sides]) -> None:
    """Data that may be JSON, text, a tuple with its status, or nothing that Flask takes."""
    sides = both(ANY)

    assert {str(plan.rung) for plan in sides.run.plan.routes} == {"native"}
    names = ("dict", "text", "none", "number", "list", "pair", "headers", "all", "phrase", "absent")
    paths = [f"/{kind}/{name}" for kind in ("thing", "loop") for name in names]
    paths += [f"/status/{name}/{status}" for name in names for status in (200, 201, 418, 404)]
    for path in paths:
        for method in ("GET", "HEAD"):
            before, after = sides.ask(method, path)
            assert after == before, (method, path)


def test_responses_that_are_kept_are_answered_alike(both: Callable[..., Sides]) -> None:
    """Status and headers that are set on a response before it is returned."""
    sides = both((FIXTURES / "F2F210-jsonify-call" / "variable" / "before.py").read_text("utf-8"))

    assert {sides.rung("status"), sides.rung("either")} == {"native"}
    for path in (
        *(f"/status/{n}" for n in (1, 9)),
        *(f"/either/{n}" for n in (1, 4, 6)),
        "/more",
        "/twice",
        "/changed",
    ):
        before, after = sides.ask("GET", path)
        assert after == before, path
