"""Options of rules, and rules that give their view different arguments: what answers, and with what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
START = "from flask import Blueprint, Flask, jsonify, request\n\napp = Flask(__name__)\n"
DEFAULTS = """

@app.route("/posts/", defaults={"page": 1, "tag": None})
@app.route("/posts/page/<int:page>", defaults={"tag": "all"})
@app.route("/posts/<tag>/<int:page>")
def posts(page, tag):
    q = request.args.get("q", "")
    return jsonify(page=page, tag=tag, q=q)


@app.route("/hello")
@app.route("/hello/<name>")
@app.route("/hallo", defaults={"name": "$you"})
def hello(name=None, mark="!"):
    return jsonify(name=name, mark=mark)


@app.route("/any/<int:x>")
@app.route("/any/text/<x>")
def anything(x):
    return jsonify(x=x)


@app.route("/typed/<int:x>/<uuid:y>/<z>")
def typed(x: float, y: "str", *, z: list[int], more=None):
    return jsonify(x=x, y=y, z=z, more=more)


@app.route("/plain", methods=["GET", "POST"])
def plain(loud=False):
    data = request.get_json()
    return jsonify(data=data, loud=loud), 201
"""
PATHS = (
    *(
        "/posts/",
        "/posts",
        "/posts/?q=a&page=7",
        "/posts/page/2",
        "/posts/page/1?tag=x",
        "/posts/red/3",
        "/posts/red/x",
    ),
    *("/hello", "/hello/ann", "/hello?name=eve&mark=x", "/hello/ann?mark=x", "/hallo", "/hallo?name=x"),
    *("/any/3", "/any/text/3", "/any/text/abc", "/any/abc", "/plain", "/plain?loud=1"),
    *("/typed/1/12345678-1234-5678-1234-567812345678/2", "/typed/1/2/3"),
)


def test_rules_that_leave_parameters_out(both: Callable[..., Sides]) -> None:
    """What a rule leaves out comes from its defaults or the view's own, and never from the query."""
    sides = both(START + DEFAULTS)

    assert {sides.rung(name) for name in ("posts", "hello", "anything", "typed", "plain")} == {"native"}
    for path in PATHS:
        for method in METHODS:
            before, after = sides.ask(method, path, b'{"a": 1}', {"content-type": "application/json"})
            assert after == before, f"{method} {path}"


@pytest.mark.parametrize(
    "decorator",
    [
        "app.route('/', methods=['GET', 'OPTIONS'])",
        "app.route('/', methods=SOME)",
        "app.route('/', methods=SOME + ['PUT'])",
        "app.route('/', methods={'get', 'trace'})",
        "app.route('/', methods=['HEAD'])",
        "app.route('/', methods=['HEAD', 'POST'])",
        "app.route('/', methods=['TRACE'])",
        "app.post('/', methods=None) if False else app.post('/')",
        "app.route('/', provide_automatic_options=False)",
        "app.route('/', redirect_to='/y')",
        "app.route('/', build_only=True)",
        "app.route('/', alias=True)",
        "app.route('/', strict_slashes=False)",
        "app.route('/x/', merge_slashes=False)",
        "app.route('/', subdomain='api')",
    ],
)
def test_what_rules_say_of_methods_and_places(both: Callable[..., Sides], decorator: str) -> None:
    """Flask's URL map goes on obeying options; the operation has the methods that the rule has."""
    sides = both(f"{START}SOME = ['GET', 'POST']\n\n\n@{decorator}\ndef view():\n    return {{'m': request.method}}\n")

    for path in ("/", "/x/", "/x//", "/y"):
        for method in METHODS:
            before, after = sides.ask(method, path)
            assert after == before, f"{method} {path}"
    if "if" not in decorator and "+" not in decorator:
        assert sides.rung("view") == "native"


@pytest.mark.parametrize(
    ("rule", "parameters", "code"),
    [
        ("'/', defaults={'x': 1}", "", "signature"),
        ("'/<x>', defaults={'x': '1'}", "x", "signature"),
        ("'/<view>'", "view, x=1", "signature"),
        ("'/<x>'", "x, y", "signature"),
        ("'/<x>'", "y=1", "signature"),
        ("'/', defaults=json.loads('{\"x\": 1}')", "x", "rule-unread"),
        ("'/', defaults={'x': object}", "x", "rule-unread"),
        ("'/', subdomain='<x>'", "x", "rule-option"),
        ("'/', methods=json.loads('[\"GET\"]')", "", "rule-unread"),
        ("'/', methods=[]", "", "rule-option"),
    ],
)
def test_rules_that_are_not_understood_stay(both: Callable[..., Sides], rule: str, parameters: str, code: str) -> None:
    """Among them those that Flask answers with an error."""
    sides = both(
        f"import json\n\n{START}\n\n@app.route('/other')\ndef other():\n    return 'other'\n\n\n"
        f"@app.route({rule})\ndef view({parameters}):\n    return 'ok'\n"
    )

    assert code in sides.reasons("view")
    for path in ("/", "/5"):
        before, after = sides.ask("GET", path)
        assert after == before


def test_options_of_one_of_several_rules(both: Callable[..., Sides]) -> None:
    """One rule of an endpoint asks for OPTIONS itself; for the other Flask answers."""
    sides = both(
        "from flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.route('/a')\n"
        "@app.route('/b', methods=['POST', 'OPTIONS'])\ndef view():\n    return request.method\n"
    )

    assert sides.rung("view") == "native"
    for path in ("/a", "/b"):
        for method in ("GET", "HEAD", "POST", "OPTIONS", "PUT"):
            before, after = sides.ask(method, path)
            assert (method, path, after) == (method, path, before)
