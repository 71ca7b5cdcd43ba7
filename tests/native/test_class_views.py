"""Views that calls register, and class views: the same answers from functions and methods that FastAPI calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND")
START = "from flask import Blueprint, Flask, abort, jsonify, request\nfrom flask.views import MethodView, View\n\n"
APP = START + """
app = Flask(__name__)
bp = Blueprint("shop", __name__, url_prefix="/shop")
USERS = {1: "ann", 2: "bob"}


class UserAPI(MethodView):
    page = 10

    def get(self, user_id):
        if user_id is None:
            return jsonify(users=list(USERS.values()), page=self.page)
        return jsonify(name=self.name_of(user_id))

    def name_of(self, user_id):
        return USERS.get(user_id) or abort(404)

    def post(self):
        return jsonify(data=request.get_json()), 201

    def delete(self, user_id):
        return "", 204


user_view = UserAPI.as_view("user_api")
app.add_url_rule("/users/", defaults={"user_id": None}, view_func=user_view, methods=["GET"])
app.add_url_rule("/users/", view_func=user_view, methods=["POST"])
app.add_url_rule("/users/<int:user_id>", view_func=user_view, methods=["GET", "DELETE"])


class Hello(View):
    methods = ["GET", "POST", "OPTIONS"]

    def dispatch_request(self, name):
        q = request.args.get("q", "")
        return f"{request.method} {name} {q}"


class Base(MethodView):
    kind = "base"

    def get(self):
        return {"kind": self.kind, "label": self.label()}

    def label(self):
        return self.kind.upper()


class First(Base):
    kind = "first"

    def head(self):
        return "", 202

    def options(self):
        return {"own": "options"}


class Second(Base):
    kind = "second"
    init_every_request = False

    def put(self):
        return {"put": self.kind}


bp.add_url_rule("/hello/<name>", view_func=Hello.as_view("hello"))
bp.add_url_rule("/first", "one", First.as_view("first"))
second = Second.as_view(name="second")
for rule in ("/second", "/zweite"):
    bp.add_url_rule(rule, view_func=second)
app.register_blueprint(bp)
"""


def test_class_views(both: Callable[..., Sides]) -> None:
    """Methods, defaults, several rules, inherited methods, attributes and helpers of the class, endpoints."""
    sides = both(APP)

    for name in ("user_api", "shop.hello", "shop.one", "shop.second"):
        assert sides.reasons(name) == set(), name
    for path in (
        *("/users/", "/users", "/users/1", "/users/9", "/users/x", "/users/?user_id=3", "/users/1?page=3"),
        *("/shop/hello/ann?q=1", "/shop/hello/", "/shop/first", "/shop/second", "/shop/zweite", "/shop/nothing"),
    ):
        for method in METHODS:
            before, after = sides.ask(method, path, b'{"a": [1]}', {"content-type": "application/json"})
            assert after == before, f"{method} {path}"


VIEWS = """
from flask import request


def index():
    return {"index": request.method}


def item(number=0):
    return {"item": number}
"""
CALLS = """
import views
from flask import Flask
from views import item

app = Flask(__name__)


def more(app):
    app.add_url_rule("/late", endpoint="late", view_func=views.index, methods=("GET", "PUT"))


app.add_url_rule("/", "index", views.index, strict_slashes=False)
for rule in ("/item", "/item/<int:number>"):
    app.add_url_rule(rule, view_func=item)
more(app)
"""


def test_functions_that_calls_register(both: Callable[..., Sides]) -> None:
    """From other modules, in loops and functions, with endpoints and options."""
    sides = both({"app.py": CALLS, "views.py": VIEWS})

    assert {sides.rung(name) for name in ("index", "item", "late")} == {"native"}
    for path in ("/", "/item", "/item/3", "/item/x", "/item?number=3", "/late", "/late/"):
        for method in METHODS:
            before, after = sides.ask(method, path)
            assert after == before, f"{method} {path}"
    assert "@router" in sides.sources["views.py"]
    assert "moved(views.index)" in sides.sources["app.py"]


def test_a_module_without_imports_has_no_place_for_a_router(both: Callable[..., Sides]) -> None:
    """Its views stay Flask's."""
    other = "app = Flask(__name__)\n\n\n@app.route('/o')\ndef o():\n    return 'o'\n"
    views = "def index():\n    return 'i'\n\n\ndef item(number=0):\n    return 'o'\n"
    sides = both({"app.py": CALLS.replace("app = Flask(__name__)\n", other), "views.py": views})

    assert sides.reasons("index") == sides.reasons("late") == {"helper-registration"}
    for path in ("/", "/item/3", "/late", "/o"):
        before, after = sides.ask("GET", path)
        assert after == before, path


CLASS = "class Thing(MethodView):\n    def get(self):\n        return {'a': 1}\n\n"
REGISTER = "app.add_url_rule('/', view_func=Thing.as_view('thing'))\n"
REFUSED = {
    "object": CLASS + "    def post(self):\n        self.last = 1\n        return 'ok'\n\n\n" + REGISTER,
    "handed on": CLASS + "    def post(self):\n        return {'a': len(vars(self))}\n\n\n" + REGISTER,
    "init": CLASS + "    def __init__(self):\n        self.a = 1\n\n\n" + REGISTER,
    "arguments": "class Thing(View):\n    def __init__(self, a):\n        self.a = a\n\n"
    "    def dispatch_request(self):\n        return {'a': self.a}\n\n\n"
    "app.add_url_rule('/', view_func=Thing.as_view('thing', a=1))\n",
    "other view": CLASS + "    def post(self):\n        return self.get()\n\n\n" + REGISTER,
    "super": CLASS + "\nclass Thing(Thing):\n    def get(self):\n        return super().get()\n\n\n" + REGISTER,
    "decorators": CLASS + "    decorators = [lambda f: lambda **k: ('no', 403)]\n\n\n" + REGISTER,
    "dispatch": CLASS + "    def dispatch_request(self, **k):\n        return 'x'\n\n\n" + REGISTER,
    "missing method": CLASS + "\napp.add_url_rule('/', view_func=Thing.as_view('thing'), methods=['GET', 'POST'])\n",
    "unknown": CLASS + "    def post(self):\n        return {'a': self.nothing}\n\n\n" + REGISTER,
    "mixin": "import json\n\n\nclass Thing(json.JSONEncoder, MethodView):\n    def get(self):\n        return {'a': 1}"
    "\n\n\n" + REGISTER,
    "property": CLASS.replace("    def get", "    @staticmethod\n    def get").replace("(self)", "()")
    + "\n"
    + REGISTER,
}


@pytest.mark.parametrize("name", REFUSED)
def test_classes_that_do_more_stay(both: Callable[..., Sides], name: str) -> None:
    """What lives in an object, or is done around its methods, is Flask's."""
    sides = both(
        f"{START}app = Flask(__name__)\n\n\n@app.route('/other')\ndef other():\n    return 'o'\n\n\n{REFUSED[name]}"
    )

    assert sides.rung("thing") == "mounted"
    assert sides.reasons("thing") & {"class-view", "decorator", "view-unknown"}
    for method in METHODS:
        before, after = sides.ask(method, "/")
        assert after == before, method


def test_what_inherits_from_a_mounted_view_joins_it(both: Callable[..., Sides]) -> None:
    """A method is in FastAPI's words for all classes that have it, or for none."""
    sides = both(
        f"{START}app = Flask(__name__)\n\n\n{CLASS}\nclass Other(Thing):\n    def post(self):\n        yield 'x'\n\n\n"
        f"{REGISTER}app.add_url_rule('/o', view_func=Other.as_view('other'))\n\n\n"
        "@app.route('/x')\ndef x():\n    return 'x'\n"
    )

    assert sides.reasons("thing") == {"group"}
    for path in ("/", "/o"):
        before, after = sides.ask("GET", path)
        assert after == before
