"""Hooks and error handlers of an application that leaves Flask answer as before, and those that cannot keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

HOOKED = '''
from flask import Flask, abort, jsonify, request

app = Flask(__name__)
TOKEN = "x"
BOOKS = {1: {"title": "Dune"}}
ENDED = []


class Closed(Exception):
    def __init__(self, until):
        self.until = until


class ClosedForEver(Closed):
    pass


@app.before_request
def check_token():
    """No token, no books."""
    if request.method == "POST" and request.headers.get("X-Token") != TOKEN:
        abort(401, "no token")
    if request.method == "DELETE":
        return jsonify(error="read only"), 403
    if request.method == "PATCH":
        return None


@app.before_request
def never_patch():
    if request.method == "PATCH":
        return "no <patches>", 405


@app.after_request
def add_headers(response):
    response.headers["X-Status"] = f"{response.status_code}"
    response.headers.add("X-Served-By", "books")
    response.headers.setdefault("X-Served-By", "nobody")
    if response.status_code == 410:
        response.status_code = 404
    return response


@app.teardown_request
def forget(error):
    if error is not None:
        ENDED.append(type(error).__name__)


@app.route("/books/<int:number>", methods=["GET", "POST", "DELETE"])
def book(number):
    if number == 9:
        raise Closed("morning")
    if number == 10:
        raise ClosedForEver("never")
    if number == 8:
        abort(500)
    if number == 7:
        raise ValueError("seven")
    if number == 6:
        abort(410)
    if number not in BOOKS:
        abort(404, "no such <book>")
    return jsonify(BOOKS[number])


@app.route("/shelf/")
def shelf():
    return f"{len(ENDED)} ended"
'''
BY_STATUS = """

@app.errorhandler(404)
def not_found(error):
    return jsonify({"error": error.description, "code": error.code}), 404


@app.errorhandler(401)
@app.errorhandler(403)
def refused(e):
    return {"error": str(e), "name": e.name}, e.code


@app.errorhandler(Closed)
def closed(error):
    response = jsonify(until=error.until)
    response.status_code = 503
    return response


@app.errorhandler(500)
def broken(error):
    return f"<h1>{error.name}</h1>{error.description}", 500
"""
ALL_HTTP = """
from werkzeug.exceptions import HTTPException, NotFound


@app.errorhandler(HTTPException)
def http_error(error):
    return {"code": error.code, "name": error.name, "text": str(error)}, error.code


@app.errorhandler(NotFound)
def missing(error):
    return {"missing": error.description}, 404
"""
EVERYTHING = """

@app.errorhandler(Exception)
def anything(error):
    return {"text": str(error)}, 400
"""
WITHOUT_HOOKS = HOOKED[: HOOKED.index("@app.before_request")] + HOOKED[HOOKED.index('@app.route("/books') :]
REQUESTS = [
    (method, path, headers)
    for method in ("GET", "HEAD", "POST", "DELETE", "OPTIONS", "PATCH")
    for path in (*(f"/books/{number}" for number in (1, 2, 6, 7, 8, 9, 10)), "/shelf", "/shelf/", "/none", "/static/x")
    for headers in ({}, {"X-Token": "x"})
]


@pytest.mark.parametrize("handlers", ["", BY_STATUS, ALL_HTTP, EVERYTHING], ids=["no", "status", "http", "all"])
@pytest.mark.parametrize("app", [HOOKED, WITHOUT_HOOKS], ids=["hooks", "no-hooks"])
def test_every_request_is_answered_as_before(app: str, handlers: str, pair: Callable[..., Any]) -> None:
    """With hooks and without, with each kind of handlers."""
    sides = pair(app + handlers)

    for method, path, headers in REQUESTS:
        before, after = sides.ask(method, path, headers=headers)
        assert (method, path, after) == (method, path, before)
    assert not sides.again.changes


def test_they_stand_inside_a_factory(pair: Callable[..., Any]) -> None:
    """Hooks and handlers that a factory defines."""
    text = """
from flask import Blueprint, Flask, jsonify

bp = Blueprint("shop", __name__)


@bp.route("/items")
def items():
    return jsonify([1])


def create_app():
    app = Flask(__name__)
    app.register_blueprint(bp, url_prefix="/shop")

    @app.after_request
    def add(response):
        response.headers["X-Shop"] = "open"
        return response

    @app.errorhandler(404)
    def missing(error):
        return jsonify(missing=error.description), 404

    return app
"""
    sides = pair(text, lambda module: module.create_app())

    for path in ("/shop/items", "/shop/none", "/"):
        before, after = sides.ask("GET", path)
        assert after == before
    assert "@app.exception_handler(404)" in sides.sources["app.py"]


START = "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route('/')\ndef index():\n    return 'i'\n\n\n"
HANDLER = "@app.errorhandler(404)\ndef f(error):\n    return 'x', 404\n\n\n"
STAYING = {
    "g": "@app.before_request\ndef f():\n    from flask import g\n    g.x = 1\n",
    "set_data": "@app.after_request\ndef f(response):\n    response.set_data(b'x')\n    return response\n",
    "other response": "@app.after_request\ndef f(response):\n    return app.make_response('x')\n",
    "the error": "@app.errorhandler(404)\ndef f(error):\n    return error\n",
    "no return": "@app.errorhandler(404)\ndef f(error):\n    if error.code:\n        return 'x'\n",
    "call": "def f(error):\n    return 'x', 404\n\n\napp.register_error_handler(404, f)\n",
    "named": f"{HANDLER}other = f\n",
    "called": f"{HANDLER}@app.route('/y')\ndef y():\n    return f(None)\n",
    "processor": f"{HANDLER}@app.context_processor\ndef more():\n    return {{}}\n",
    "two": f"{HANDLER.replace('404', '500')}@app.errorhandler(Exception)\ndef h(e):\n    return 'y', 500\n",
    "own class": "from werkzeug.exceptions import NotFound\n\n\nclass Lost(NotFound):\n    pass\n\n\n"
    + HANDLER.replace("404)", "Lost)", 1),
    "async": "@app.before_request\nasync def f():\n    return None\n",
    "blueprint": "from flask import Blueprint\n\nbp = Blueprint('bp', __name__)\n\n\n@bp.errorhandler(500)\n"
    "def f(error):\n    return 'x', 500\n\n\napp.register_blueprint(bp)\n",
}


@pytest.mark.parametrize("more", STAYING.values(), ids=STAYING)
def test_what_cannot_be_carried_over_keeps_flask(more: str, planned: Callable[..., Any]) -> None:
    """Each keeps its application hybrid."""
    run = planned(START + more)

    (front,) = run.plan.fronts
    assert front.state == "hybrid"


def test_hooks_stay_flasks_where_flask_stays(planned: Callable[..., Any]) -> None:
    """A guard is never lost: beside Flask the hook is Flask's, and runs around the operations."""
    mounted = "\n\n@app.route('/page')\ndef page():\n    from flask import session\n\n    return session['x']\n"
    run = planned(HOOKED + BY_STATUS + mounted)

    assert {plan.route.endpoint: str(plan.rung) for plan in run.plan.routes} == {
        "book": "native",
        "shelf": "native",
        "page": "native",
    }
    (front,) = run.plan.fronts
    assert front.state == "hybrid"
    (change,) = [change for change in run.changes if change.path == "app.py"]
    assert b"@app.before_request\ndef check_token():" in (change.after or b"")
