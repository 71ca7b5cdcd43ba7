"""What converted views raise is answered by Flask's own handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

VIEWS = """
@bp.route("/abort/<int:status>")
def aborts(status):
    if status == 400:
        abort(400)
    if status == 401:
        abort(401, "who are you?")
    if status == 403:
        abort(403, description="not you")
    if status == 404:
        return abort(404, "<b>nothing</b> here")
    if status == 409:
        abort(409, {"reason": "taken"})
    if status == 418:
        abort(418)
    if status == 500:
        abort(500, "broken")
    if status == 503:
        abort(503)
    return {"status": status}


@bp.route("/raise/<kind>")
def raises(kind):
    if kind == "key":
        return {"a": {}["missing"]}
    if kind == "zero":
        return {"a": 1 // len("")}
    if kind == "own":
        raise Own("of the project")
    if kind == "werkzeug":
        raise Conflict("by hand")
    helper(kind)
    return {"kind": kind}
"""
APP = """
from flask import Blueprint, Flask, abort, jsonify
from werkzeug.exceptions import Conflict

app = Flask(__name__)
bp = Blueprint("bp", __name__)


class Own(Exception):
    pass


def helper(kind):
    if kind == "helper":
        abort(410, "by a helper")

{views}
{handlers}
app.register_blueprint(bp)
"""
HANDLERS = {
    "pages": "",
    "json": """
@app.errorhandler(404)
def not_found(error):
    return jsonify(error=error.description, name=error.name), 404


@app.errorhandler(409)
def conflict(error):
    return jsonify(error=error.description, code=error.code), 409


@app.errorhandler(Own)
def own(error):
    return {"own": str(error)}, 422


@app.errorhandler(500)
def broken(error):
    return f"broken: {type(error.original_exception).__name__}", 500
""",
    "blueprint": """
from werkzeug.exceptions import HTTPException


@bp.errorhandler(HTTPException)
def of_blueprint(error):
    return jsonify(blueprint=error.code, text=str(error)), error.code


@app.errorhandler(Exception)
def everything(error):
    return f"caught {type(error).__name__}", 500
""",
}
PATHS = [f"/abort/{status}" for status in (200, 400, 401, 403, 404, 409, 418, 500, 503)]
PATHS += [f"/raise/{kind}" for kind in ("key", "zero", "own", "werkzeug", "helper", "nothing")]
PATHS += ["/nowhere", "/abort/x", "/abort"]


@pytest.mark.parametrize("handlers", HANDLERS)
def test_errors_are_answered_alike(both: Callable[..., Sides], handlers: str) -> None:
    """Pages of Werkzeug, handlers of the application by code and class, handlers of the blueprint."""
    sides = both(APP.format(views=VIEWS, handlers=HANDLERS[handlers]))
    sides.flask.config["PROPAGATE_EXCEPTIONS"] = False

    assert {sides.rung("bp.aborts"), sides.rung("bp.raises")} == {"native"}
    for path in PATHS:
        for method in ("GET", "HEAD", "POST"):
            before, after = sides.ask(method, path)
            assert after == before, (method, path)
