"""Views that read the query and return JSON: the same answers from Flask and from what a run makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

APP = """
from flask import Flask, jsonify, request

app = Flask(__name__)


@app.route("/plain")
def plain():
    page = request.args.get("page", 1, type=int)
    q = request.args.get("q", "")
    return {"page": page, "q": q, "none": request.args.get("missing")}


@app.route("/typed")
def typed():
    ratio = request.args.get("ratio", type=float, default=0.5)
    flag = request.args.get("flag", False, bool)
    size = request.args.get("per-page", "all", type=int)
    zero = request.args.get("zero", 0, type=float)
    return jsonify(ratio=ratio, flag=flag, size=size, kind=request.args.get("type"), zero=zero)


@app.route("/many")
def many():
    tags = request.args.getlist("tag")
    return {"tags": tags, "numbers": request.args.getlist("n", type=int), "first": request.args.get("q")}


@app.route("/headers")
def headers():
    key = request.headers.get("X-Key")
    if key is None:
        return "no key", 401
    return {"key": key, "type": request.headers.get("content-type", "none"), "agent": request.headers.get("user-Agent")}
"""

QUERIES = [
    "", "?page=2", "?page=x", "?page=", "?page", "?page=%205", "?page=1_000", "?page=5.0", "?page=-3", "?page=+4",
    "?page=%D9%A3", "?page=12345678901234567890", "?q=caf%C3%A9", "?q=a+b", "?q=%2B", "?q=a%26b&page=7", "?missing=x",
    "?ratio=1", "?ratio=1e5", "?ratio=abc", "?ratio=", "?ratio=.5", "?flag=", "?flag=0", "?flag=false", "?flag",
    "?zero=0", "?zero=x", "?zero=2.5",
    "?tag=a", "?tag=a&tag=b", "?tag=", "?n=1&n=x&n=3", "?n=x",
    "?per-page=5", "?per-page=many", "?type=a",
    "?page=2&page=3", "?page=x&page=3", "?q=a&q=b", "?q=&q=b", "?q=a&page=1&q=b&page=2", "?%71=a&q=b",
    "?per-page=1&per-page=2",
    "?q=" + "x" * 2000,
]  # fmt: skip


@pytest.mark.parametrize("path", ["/plain", "/typed", "/many"])
def test_queries_mean_the_same(both: Callable[..., Sides], path: str) -> None:
    """Missing, empty, malformed and odd values give what Flask gives, never 422."""
    sides = both(APP)

    assert {str(plan.rung) for plan in sides.run.plan.routes} == {"native"}
    for query in QUERIES:
        before, after = sides.ask("GET", path + query)
        assert after == before, query


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["/plain", "/plain/", "/nothing//else", "/nothing", "/Plain"])
def test_methods_and_paths_mean_the_same(both: Callable[..., Sides], method: str, path: str) -> None:
    """HEAD, OPTIONS, 405, slashes and unknown paths are answered by Flask's map."""
    before, after = both(APP).ask(method, path)

    assert after == before


def test_headers_mean_the_same(both: Callable[..., Sides]) -> None:
    """Present, empty, absent, in any case, not ASCII."""
    sides = both(APP)

    for given in ({}, {"x-key": "a"}, {"X-KEY": ""}, {"X-Key": "a, b", "content-type": "x/y"}):
        before, after = sides.ask("GET", "/headers", headers={"user-agent": "tests", **given})
        assert after == before, given
