"""Views inside functions, where the application keeps its Flask object: they become operations in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

FACTORY = '''"""An application that a factory makes, with views in it."""

from flask import Blueprint, Flask, abort, g, jsonify, redirect, request, session, url_for

import shelves


def create_app(title="shop"):
    app = Flask(__name__)
    app.secret_key = "key"
    seen = []

    @app.before_request
    def begin():
        g.user = request.headers.get("X-User")

    # the start
    @app.route("/")
    def index():
        """Where it begins."""
        return {"title": title}

    @app.route("/seen/<int:number>", methods=["GET", "POST"])
    def see(number):
        if request.method == "POST":
            seen.append(request.form["name"])
            return jsonify(seen), 201
        if number > len(seen):
            abort(404, "not seen")
        return jsonify(seen[:number])

    @app.route("/page")
    @app.route("/page/<int:number>")
    def page(number=1):
        session["page"] = number
        return f"<p>{title} {number} {g.user} {url_for('shelf.books', key='a')}</p>"

    app.register_blueprint(shelves.make("shelf", 3), url_prefix="/shelves")
    shelves.add_more(app)
    return app


app = create_app("books")
'''
SHELVES = '''from flask import Blueprint, jsonify, request


def make(name, size):
    """A blueprint."""
    shelf = Blueprint(name, __name__, url_prefix="/never")

    @shelf.route("/<key>/books")
    def books(key):
        start = request.args.get("start", 0, type=int)
        return jsonify([f"{key}{number}" for number in range(start, size)])

    @shelf.before_request
    def guard():
        if request.args.get("stop"):
            return "stopped", 403

    return shelf


def add_more(owner):
    @owner.route("/more")
    def more():
        return "more"
'''
NATIVE = ("index", "see", "page", "shelf.books", "more")


def test_views_inside_functions(both: Callable[..., Sides]) -> None:
    """In a factory, in a function that makes a blueprint, in one that is given an application."""
    sides = both({"app.py": FACTORY, "shelves.py": SHELVES})

    assert {name: sides.rung(name) for name in NATIVE} == dict.fromkeys(NATIVE, "native")
    for method, path, data in (
        ("GET", "/", b""),
        ("HEAD", "/", b""),
        ("POST", "/", b""),
        ("GET", "/seen/1", b""),
        ("POST", "/seen/1", b"name=a%20b"),
        ("POST", "/seen/1", b""),
        ("GET", "/seen/1", b""),
        ("GET", "/seen/x", b""),
        ("GET", "/page", b""),
        ("GET", "/page/7", b""),
        ("GET", "/shelves/a/books", b""),
        ("GET", "/shelves/a/books?start=2", b""),
        ("GET", "/shelves/a/books?start=x", b""),
        ("GET", "/shelves/a/books?stop=1", b""),
        ("OPTIONS", "/shelves/a/books", b""),
        ("GET", "/more", b""),
    ):
        headers = {"X-User": "ann"}
        if data:
            headers["content-type"] = "application/x-www-form-urlencoded"
        before, after = sides.ask(method, path, data, headers)
        assert (method, path, after) == (method, path, before)


def test_they_are_documented_under_their_urls(both: Callable[..., Sides]) -> None:
    """The prefix of a blueprint is the one that it was registered with."""
    sides = both({"app.py": FACTORY, "shelves.py": SHELVES})

    paths = set(sides.rewritten.openapi()["paths"])

    assert {"/shelves/{key}/books", "/more", "/page/{number}"} <= paths


PREPROCESSED = """from flask import Blueprint, Flask, g, url_for

app = Flask(__name__)
bp = Blueprint("bp", __name__, url_prefix="/<lang>")


@bp.url_value_preprocessor
def take(endpoint, values):
    g.lang = values.pop("lang")


@bp.url_defaults
def give(endpoint, values):
    values.setdefault("lang", g.lang)


@bp.route("/item/<int:number>")
def item(number):
    return f"{g.lang} {number} {url_for('bp.item', number=2)}"


app.register_blueprint(bp)
"""


def test_what_a_preprocessor_takes_does_not_reach_the_operation(both: Callable[..., Sides]) -> None:
    """Its rule has more variables than the view has parameters."""
    sides = both(PREPROCESSED)

    assert sides.rung("bp.item") == "native"
    for path in ("/de/item/4", "/en/item/x"):
        before, after = sides.ask("GET", path)
        assert after == before
