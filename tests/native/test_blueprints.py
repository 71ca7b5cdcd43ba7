"""Blueprints: prefixes, nesting, several registrations, modules of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

PACKAGE = {
    "shop/__init__.py": """
from flask import Flask


def create_app():
    app = Flask(__name__)
    from shop import admin
    from shop.views import shop_bp

    app.register_blueprint(shop_bp, url_prefix="/shop")
    app.register_blueprint(admin.outer)
    return app
""",
    "shop/views.py": """
from flask import Blueprint, abort, request

from .rows import ROWS

shop_bp = Blueprint("shop", __name__, url_prefix="/unused")


@shop_bp.route("/")
def index():
    return {"rows": len(ROWS), "q": request.args.get("q")}


@shop_bp.route("/items/<int:n>")
def item(n):
    if n not in ROWS:
        abort(404)
    return {"n": n}


@shop_bp.app_errorhandler(404)
def not_found(error):
    return {"error": 404}, 404
""",
    "shop/rows.py": "ROWS = {1: 'one'}\n",
    "shop/admin.py": """
from flask import Blueprint

outer = Blueprint("outer", __name__, url_prefix="/outer/<lang>")
inner = Blueprint("inner", __name__)
twice = Blueprint("twice", __name__)


@outer.route("/top")
def top(lang):
    return {"lang": lang}


@inner.route("/deep/<int:n>")
def deep(lang, n):
    return {"lang": lang, "n": n}


@inner.route("")
def bare(lang):
    return {"bare": lang}


@twice.route("/two")
def two(lang):
    return {"two": lang}


outer.register_blueprint(inner, url_prefix="/inner")
outer.register_blueprint(twice, url_prefix="/a", name="a")
outer.register_blueprint(twice, url_prefix="/b", name="b")
""",
    "wsgi.py": "from shop import create_app\n\napp = create_app()\n",
}
PATHS = [
    *("/shop/", "/shop", "/shop/?q=1", "/shop/items/1", "/shop/items/2", "/shop/items/x", "/unused/", "/nowhere"),
    *("/outer/en/top", "/outer/en/inner/deep/3", "/outer/en/inner/deep/x", "/outer/en/inner", "/outer/en/inner/"),
    *("/outer/en/a/two", "/outer/en/b/two", "/outer/en/c/two"),
]


def test_blueprints_answer_alike(both: Callable[..., Sides]) -> None:
    """All routes are native under their full names, and are found under all their prefixes."""
    sides = both(PACKAGE, module="wsgi")

    native = {plan.route.endpoint for plan in sides.run.plan.routes if plan.rung == "native"}
    assert native >= {"shop.index", "shop.item", "outer.top", "outer.inner.deep", "outer.a.two", "outer.b.two"}
    for path in PATHS:
        for method in ("GET", "HEAD", "OPTIONS", "PUT"):
            before, after = sides.ask(method, path)
            assert after == before, (method, path)


def test_url_for_still_knows_what_moved(both: Callable[..., Sides]) -> None:
    """The rules stay in Flask's map, under their endpoints and with their methods."""
    sides = both(PACKAGE, module="wsgi")

    from wsgi import app  # the rewritten one: it was loaded last

    def rows(flask_app: object) -> set[tuple[str, str, tuple[str, ...]]]:
        rules = flask_app.url_map.iter_rules()  # type: ignore[attr-defined]
        return {(rule.rule, rule.endpoint, tuple(sorted(rule.methods))) for rule in rules}

    assert rows(app) == rows(sides.flask)


def test_views_beside_a_blueprint_made_elsewhere(both: Callable[..., Sides]) -> None:
    """A package makes the blueprint, its modules register on it."""
    files = {
        "api/__init__.py": (
            'from flask import Blueprint\n\napi = Blueprint("api", __name__)\n\nfrom api import one, two  # noqa\n'
        ),
        "api/one.py": 'from api import api\n\n\n@api.route("/one")\ndef one():\n    return {"one": 1}\n',
        "api/two.py": 'from . import api\n\n\n@api.route("/two")\ndef two():\n    return {"two": 2}\n',
        "app.py": (
            "from flask import Flask\n\nfrom api import api\n\napp = Flask(__name__)\n"
            'app.register_blueprint(api, url_prefix="/api")\n'
        ),
    }

    sides = both(files)

    assert {str(plan.rung) for plan in sides.run.plan.routes} == {"native"}
    for path in ("/api/one", "/api/two", "/api/three", "/one"):
        before, after = sides.ask("GET", path)
        assert after == before, path
