"""JSON bodies: what a view gets, and what a bad body is answered, is what Flask says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

APP = """
from flask import Flask, abort, jsonify, request

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 300


@app.route("/first", methods=["POST"])
def first():
    data = request.get_json()
    return jsonify(got=data)


@app.route("/attribute", methods=["POST", "PUT"])
def attribute():
    return jsonify(name=request.json["name"], size=request.json.get("size"))


@app.route("/silent", methods=["POST"])
def silent():
    return jsonify(got=request.get_json(silent=True))


@app.route("/forced", methods=["POST"])
def forced():
    payload = request.get_json(force=True)
    return jsonify(got=payload)


@app.route("/quiet", methods=["POST"])
def quiet():
    payload = request.get_json(True, True)
    return jsonify(got=payload)


@app.route("/later/<int:n>", methods=["POST"])
def later(n):
    if n > 5:
        abort(404, "too large")
    data = request.get_json()
    return jsonify(got=data, n=n)


@app.route("/either", methods=["GET", "POST"])
def either():
    if request.method == "POST":
        return jsonify(request.get_json())
    return "send it"


@app.route("/caught", methods=["POST"])
def caught():
    try:
        data = request.get_json()
    except Exception:
        data = "bad"
    return jsonify(data)


@app.route("/twice", methods=["POST"])
def twice():
    data = request.get_json(silent=True)
    other = request.get_json()
    return jsonify([data, other])
"""

JSON = {"content-type": "application/json"}
BODIES = [
    (b'{"name": "a", "size": 1}', JSON),
    (b'{"name": "a"}', {"content-type": "application/json; charset=utf-8"}),
    (b'{"name": "a"}', {"content-type": "application/vnd.api+json"}),
    (b'{"name": "a"}', {"content-type": "text/plain"}),
    (b'{"name": "a"}', {}),
    (b"", JSON),
    (b"", {}),
    (b"{", JSON),
    (b"null", JSON),
    (b"[1, 2]", JSON),
    (b'"text"', JSON),
    (b"NaN", JSON),
    (b'{"name": 1e400}', JSON),
    ('{"name": "caf\u00e9"}'.encode(), JSON),
    ('{"name": "caf\u00e9"}'.encode("utf-16"), JSON),
    (b'{"name": "\xff"}', JSON),
    (b'{"name": "a", "name": "b"}', JSON),
    (b'{"other": 1}', JSON),
    (b'{"name": "' + b"x" * 400 + b'"}', JSON),
    (b"x" * 400, {"content-type": "text/plain"}),
]
PATHS = [
    *("/first", "/attribute", "/silent", "/forced", "/quiet", "/later/1", "/later/9", "/either", "/caught"),
    "/twice",
]


@pytest.fixture
def sides(both: Callable[..., Sides]) -> Sides:
    """The application above, all of whose routes are native."""
    found = both(APP)
    assert {str(plan.rung) for plan in found.run.plan.routes} == {"native"}
    return found


@pytest.mark.parametrize("path", PATHS)
def test_bodies_mean_the_same(sides: Sides, path: str) -> None:
    """Good, missing, malformed, of another type, too large: the same value, status and page."""
    for data, headers in BODIES:
        before, after = sides.ask("POST", path, data, headers)
        if before.body != before.body:  # NaN
            before = after
        assert repr(after) == repr(before), (path, data[:20], headers)


def test_a_body_is_not_read_before_the_view_asks(sides: Sides) -> None:
    """The first thing that would fail answers: here a check that stands before the reading."""
    before, after = sides.ask("POST", "/later/9", b"{", JSON)

    assert (after.status, after) == (404, before)
