"""Rules and options without Flask's URL map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
OWN_DEFAULTS = """
from flask import Flask, jsonify, request, url_for

app = Flask(__name__)
BOTH = ("GET", "POST")


@app.route("/hello")
@app.route("/hello/<name>")
@app.route("/hello/<name>/<int:times>/", methods=BOTH)
def hello(name=None, times=1):
    q = request.args.get("q", "")
    return jsonify(name=name, times=times, q=q)


@app.route("/links")
def links():
    return {"a": url_for("hello"), "b": url_for("hello", name="ann"), "c": url_for("hello", name="a", times=2, q="x")}


@app.route("/all", methods=["GET", "OPTIONS", "TRACE"])
def everything():
    return {"method": request.method}


@app.route("/head", methods=["HEAD", "PUT"])
def head():
    return {"method": request.method}
"""


def test_rules_that_leave_parameters_out(pair: Callable[..., Any]) -> None:
    """The view's own default counts, and never the query."""
    sides = pair(OWN_DEFAULTS)

    for path in (
        *("/hello", "/hello?name=eve", "/hello/", "/hello/ann?q=a&times=7", "/hello/ann/3", "/hello/ann/3/?q=b"),
        *("/hello/ann/x/", "/links", "/all", "/head", "/all/", "/static/x"),
    ):
        for method in METHODS:
            before, after = sides.ask(method, path)
            assert after == before, f"{method} {path}"
    assert sides.again.changes == ()
