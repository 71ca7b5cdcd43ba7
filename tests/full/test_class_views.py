"""Views that calls register, and class views, without Flask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND")
FILES = {
    "views.py": """
from flask import Blueprint, jsonify, request
from flask.views import MethodView, View

shop = Blueprint("shop", __name__, url_prefix="/shop")
ITEMS = {1: "tea", 2: "rice"}


class Base(MethodView):
    kind = "base"

    def get(self):
        return {"kind": self.kind, "label": self.label()}

    def label(self):
        return self.kind.upper()


class Items(MethodView):
    def get(self, number):
        if number is None:
            return jsonify(list(ITEMS.values()))
        return jsonify(ITEMS.get(number))

    def post(self):
        return jsonify(request.get_json()), 201


class First(Base):
    kind = "first"

    def head(self):
        return "", 202

    def options(self):
        return {"own": "options"}


class Hello(View):
    methods = ["GET", "POST"]

    def dispatch_request(self, name="you"):
        q = request.args.get("q", "")
        return f"{request.method} {name} {q}"


def index():
    return {"index": request.method}


items = Items.as_view("items")
shop.add_url_rule("/items", defaults={"number": None}, view_func=items, methods=["GET"])
shop.add_url_rule("/items", view_func=items, methods=["POST"])
shop.add_url_rule("/items/<int:number>", view_func=items, methods=["GET"])
shop.add_url_rule("/first", "one", First.as_view("first"))
""",
    "app.py": """
import views
from flask import Flask, url_for
from views import Hello, shop


def create_app():
    app = Flask(__name__)
    app.register_blueprint(shop)
    app.add_url_rule("/", "home", views.index, methods=["GET", "PUT"])
    app.add_url_rule("/hello", view_func=Hello.as_view("hello_you"))
    app.add_url_rule("/hello/<name>", view_func=Hello.as_view("hello"))

    @app.route("/links")
    def links():
        return {"a": url_for("shop.items", number=3), "b": url_for("shop.items"), "c": url_for("hello", name="x")}

    return app
""",
}


def test_calls_and_class_views(pair: Callable[..., Any]) -> None:
    """In modules and factories, on blueprints, with defaults, inheritance, and every method."""
    sides = pair(FILES, lambda module: module.create_app())

    for path in (
        *("/", "/shop/items", "/shop/items?number=2", "/shop/items/1", "/shop/items/9", "/shop/items/x", "/shop/first"),
        *("/hello", "/hello/ann?q=1", "/hello?name=x", "/hello/", "/links", "/nothing"),
    ):
        for method in METHODS:
            before, after = sides.ask(method, path, b'{"a": [1]}', {"content-type": "application/json"})
            assert after == before, f"{method} {path}"
    assert not [path for path, text in sides.sources.items() if "flask import" in text.replace("flask_compat", "")]
    assert sides.again.changes == ()


KEEPING = {
    "loop": "for rule in ('/', '/x'):\n    app.add_url_rule(rule, view_func=index)\n",
    "default": "app.add_url_rule('/', view_func=index, defaults={'n': 1})\n",
    "other use": "view = Thing.as_view('thing')\nprint(view)\napp.add_url_rule('/', view_func=view)\n",
    "expression": "added = app.add_url_rule('/', view_func=index)\n",
}


@pytest.mark.parametrize("name", KEEPING)
def test_calls_that_are_not_plain_keep_flask(planned: Callable[..., Any], name: str) -> None:
    """The routes are native all the same."""
    run = planned(
        "from flask import Flask\nfrom flask.views import MethodView\n\napp = Flask(__name__)\n\n\n"
        "class Thing(MethodView):\n    def get(self):\n        return {'a': 1}\n\n\n"
        f"def index(n=0):\n    return {{'n': n}}\n\n\n{KEEPING[name]}"
    )

    assert {str(plan.rung) for plan in run.plan.routes} == {"native"}
    assert [front.state.value for front in run.plan.fronts] == ["hybrid"]
