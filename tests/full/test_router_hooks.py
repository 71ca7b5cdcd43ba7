"""Hooks and error handlers of blueprints: their order, their reach, and what they see, as under Flask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT = {
    "app.py": """
from flask import Flask, jsonify, request
from seen import SEEN
from shop import bp
from blog import blog

app = Flask(__name__)


@app.before_request
def first():
    SEEN.append("app before")
    if request.headers.get("X-Stop") == "app":
        return "stopped by the application", 403


app.register_blueprint(bp, url_prefix="/shop")
app.register_blueprint(blog)


@app.after_request
def last(response):
    SEEN.append(f"app after {response.status_code}")
    response.headers["X-App"] = f"{response.status_code}"
    return response


@app.teardown_request
def end(error):
    SEEN.append(f"app teardown {type(error).__name__}")


@app.errorhandler(404)
def missing(error):
    return {"app": 404}, 404


@app.route("/")
def index():
    SEEN.append("view")
    return "index"


@app.route("/seen")
def seen():
    found = list(SEEN)
    SEEN.clear()
    return jsonify(found)
""",
    "seen.py": "SEEN = []\n",
    "shop.py": '''
from flask import Blueprint, abort, request
from seen import SEEN

bp = Blueprint("shop", __name__)


class Sold(Exception):
    pass


class SoldOut(Sold):
    pass


@bp.before_request
def check():
    """Nobody gets in without being seen."""
    SEEN.append("shop before")
    if request.headers.get("X-Stop") == "shop":
        return "stopped by the shop", 403
    if request.headers.get("X-Stop") == "abort":
        abort(401)


@bp.before_app_request
def everywhere():
    SEEN.append("shop before app")


@bp.after_request
def stamp(response):
    SEEN.append(f"shop after {response.status_code}")
    response.headers["X-Shop"] = "1"
    return response


@bp.after_app_request
def stamp_all(response):
    SEEN.append("shop after app")
    response.headers["X-From-Shop"] = "all"
    return response


@bp.teardown_request
def forget(error):
    SEEN.append(f"shop teardown {type(error).__name__}")


@bp.teardown_app_request
def forget_all(error):
    SEEN.append(f"shop teardown app {type(error).__name__}")


@bp.errorhandler(401)
@bp.errorhandler(410)
def refused(error):
    return {"shop": error.code}, error.code


@bp.errorhandler(Sold)
def sold(error):
    return "sold", 409


@bp.app_errorhandler(405)
def wrong_method(error):
    return {"wrong": "method"}, 405


@bp.route("/<int:number>")
def item(number):
    SEEN.append("item")
    if number == 1:
        abort(401)
    if number == 2:
        abort(404)
    if number == 3:
        abort(410)
    if number == 4:
        raise Sold
    if number == 5:
        raise SoldOut
    if number == 6:
        raise ValueError(number)
    if number == 7:
        return f"{request.args['page']}"
    return f"item {number}"
''',
    "blog.py": """
from flask import Blueprint, abort
from werkzeug.exceptions import HTTPException
from seen import SEEN

blog = Blueprint("blog", __name__, url_prefix="/blog")


@blog.errorhandler(HTTPException)
def any_error(error):
    return {"blog": error.code}, error.code


@blog.errorhandler(400)
def bad(error):
    return "bad", 400


@blog.route("/<int:number>")
def post(number):
    SEEN.append("post")
    if number == 1:
        abort(401)
    if number == 2:
        abort(404)
    if number == 3:
        abort(400)
    if number == 6:
        raise ValueError(number)
    return f"post {number}"
""",
}
CATCHING = """
from flask import Blueprint, Flask, abort, jsonify

app = Flask(__name__)
bp = Blueprint("all", __name__)


class Odd(Exception):
    pass


class Odder(Odd):
    pass


@bp.errorhandler(Exception)
def anything(error):
    return jsonify(caught=True), 418


@app.errorhandler(Odder)
def odder(error):
    return "odder", 400


@app.errorhandler(404)
def missing(error):
    return "missing", 404


@bp.route("/<int:number>")
def item(number):
    if number == 1:
        raise Odd
    if number == 2:
        raise Odder
    if number == 3:
        abort(404)
    if number == 4:
        abort(403)
    return "item"


@app.route("/plain/<int:number>")
def plain(number):
    if number == 2:
        raise Odder
    abort(403)


app.register_blueprint(bp, url_prefix="/all")
"""
PATHS = [
    *("/", "/none", "/shop/none", "/shop/0", "/shop/1", "/shop/2", "/shop/3", "/shop/4", "/shop/5", "/shop/6"),
    *("/shop/7", "/shop/7?page=1", "/shop/0/", "/blog/0", "/blog/1", "/blog/2", "/blog/3", "/blog/6", "/blog/none"),
]


def test_hooks_and_handlers_of_blueprints(pair: Callable[..., Any]) -> None:
    """Each request is followed by one that tells in which order all of it ran."""
    made = pair(PROJECT)
    text = made.sources["shop.py"]
    assert 'bp = APIRouter(prefix="/shop", tags=["shop"], route_class=bp_hooks.route_class)' in text or (
        'bp = APIRouter(tags=["shop"], route_class=bp_hooks.route_class)' in text
    )
    assert "@bp_hooks.before_request\n" in text
    made.ask("GET", "/seen")
    asked = [(method, path, "") for method in ("GET", "HEAD", "POST", "OPTIONS") for path in PATHS]
    asked += [("GET", path, stop) for path in ("/", "/none", "/shop/0", "/blog/0") for stop in ("app", "shop", "abort")]
    for method, path, stop in asked:
        before, after = made.ask(method, path, headers={"X-Stop": stop})
        assert after == before, f"{method} {path} {stop}"
        before, after = made.ask("GET", "/seen")
        assert after == before, f"{method} {path} {stop}"
    assert not made.again.changes


@pytest.mark.parametrize("path", ["/all/0", "/all/1", "/all/2", "/all/3", "/all/4", "/plain/1", "/plain/2", "/all/x"])
def test_a_blueprint_that_catches_all(pair: Callable[..., Any], path: str) -> None:
    before, after = pair(CATCHING).ask("GET", path)
    assert after == before
