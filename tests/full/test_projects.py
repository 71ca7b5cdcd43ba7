"""Whole projects: blueprints, factories, what is left of Flask, and what keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

BLUEPRINTS = {
    "shop.py": """
from flask import Blueprint, abort

bp = Blueprint("shop", __name__, url_prefix="/shop/")


@bp.route("/")
def index():
    return {"shop": True}


@bp.route("/<int:number>")
def item(number):
    if number > 9:
        abort(404, "no such item")
    return f"item {number}"
""",
    "blog.py": """
from flask import Blueprint, jsonify

blog = Blueprint("blog", __name__, url_prefix="/not-here")


@blog.post("/<lang>/posts")
def add(lang):
    return jsonify(lang=lang), 201
""",
    "app.py": """
import blog
from flask import Flask
from shop import bp as shop_bp


def create_app():
    app = Flask(__name__)
    app.register_blueprint(shop_bp)
    app.register_blueprint(blog.blog, url_prefix="/blog")
    return app


if __name__ == "__main__":
    app = create_app()
    app.run(port=8000)
""",
    "requirements.txt": "flask>=3.0\n",
    "Procfile": 'web: gunicorn "app:create_app()"\n',
}


def test_blueprints_in_a_factory(pair: Callable[..., Any]) -> None:
    """Prefixes, nothing of Flask in the result, the start command, and a second run that changes nothing."""
    sides = pair(BLUEPRINTS, lambda module: module.create_app())
    paths = ("/shop/", "/shop", "/shop/3", "/shop/10", "/shop/x", "/blog/de/posts", "/not-here/de/posts", "/")

    for path in paths:
        for method in ("GET", "HEAD", "OPTIONS", "POST", "DELETE"):
            before, after = sides.ask(method, path)
            assert after == before, f"{method} {path}"
    written = {change.path: (change.after or b"").decode() for change in sides.run.changes}
    assert written["Procfile"] == "web: uvicorn --factory app:create_app --host 0.0.0.0 --port $PORT\n"
    assert not [path for path, text in sides.sources.items() if "import flask\n" in text or "from flask import" in text]
    assert sides.again.changes == ()
    assert {(row.route.rule, row.route.endpoint, row.rung) for row in sides.again.plan.routes} == {
        (row.route.rule, row.route.endpoint, row.rung) for row in sides.run.plan.routes
    }


BASE = """
from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return "x"
"""
KEEPING = {
    "config obeyed": BASE + "\n\napp.config['MAX_CONTENT_LENGTH'] = 1\n",
    "config replaced": BASE + "\n\napp.config = {}\n",
    "handed on": BASE + "\n\ndef configure(app):\n    print(app)\n\n\nconfigure(app)\n",
    "run options": BASE + "\n\nif __name__ == '__main__':\n    app.run(ssl_context='adhoc')\n",
    "processes": BASE + "\n\nif __name__ == '__main__':\n    app.run(threaded=False, processes=4)\n",
    "converter": BASE.replace('"/"', '"/<string(length=2):x>"').replace("index()", "index(x)"),
    "slashes": BASE.replace('"/")', '"/a/", strict_slashes=False)'),
    "middle path": BASE.replace('"/"', '"/a/<path:p>/b"').replace("index()", "index(p)"),
    "import name": BASE.replace("__name__", '"shop"'),
    "helper": BASE + "\n\ndef link(name):\n    from flask import url_for\n\n    return url_for(name)\n",
    "unused name": BASE + "\n\ndef make(text):\n    return Flask(text)\n",
    "mounted": BASE + "\n\n@app.route('/s')\ndef s():\n    from flask import session\n\n    return session['a']\n",
}


@pytest.mark.parametrize("text", KEEPING.values(), ids=KEEPING)
def test_whatever_needs_the_flask_object_keeps_it(planned: Callable[..., Any], text: str) -> None:
    """Hybrid, with a reason where nothing but that is in the way."""
    run = planned(text)

    (front,) = run.plan.fronts
    assert front.state == "hybrid"
    assert {change.path for change in run.changes} >= {"fastapi_front.py", "flask_compat.py"}
    native = all(row.rung == "native" for row in run.plan.routes)
    assert [each.code for each in run.diagnostics if each.code == "flask-object"] == ["flask-object"] * native


def test_one_app_of_a_folder_that_stays_keeps_the_other(planned: Callable[..., Any]) -> None:
    """They share one support module, which cannot hold both kinds of pieces."""
    run = planned({"one.py": BASE, "two.py": KEEPING["processes"]})

    assert [str(front.state) for front in run.plan.fronts] == ["hybrid", "hybrid"]


@pytest.mark.parametrize(
    ("call", "written", "said"),
    [
        ("run()", "run(app, port=5000)", []),
        ("run(debug=False, use_reloader=False, threaded=True, port=None)", "run(app, port=5000)", []),
        ("run('0.0.0.0', 80)", "run(app, host='0.0.0.0', port=80)", []),
        ("run(debug=True)", "run(app, port=5000)", ["debug=True is gone", "`uvicorn app:app --reload`"]),
        ("run(debug=True, use_reloader=False)", "run(app, port=5000)", ["debug=True is gone"]),
        ("run(use_reloader=True)", "run(app, port=5000)", ["`uvicorn app:app --reload`"]),
        ("run(use_debugger=True)", "run(app, port=5000)", ["use_debugger=True is gone"]),
        ("run(threaded=False)", "run(app, port=5000)", ["threaded=False is gone"]),
        ("run(None, PORT, DEBUG)", "run(app, port=int(PORT))", ["debug=DEBUG is gone", "--reload`"]),
        (
            "run(ssl_context=(f'{CERTS}/a.pem', 'key.pem'))",
            "run(app, port=5000, ssl_certfile=f'{CERTS}/a.pem', ssl_keyfile='key.pem')",
            [],
        ),
    ],
)
def test_how_an_application_starts_itself(
    planned: Callable[..., Any], call: str, written: str, said: list[str]
) -> None:
    """Nothing that Uvicorn has no word for goes without being named with its place."""
    names = "PORT, DEBUG, CERTS = 80, True, '.'\n"
    run = planned(f"{BASE}\n\n{names}\nif __name__ == '__main__':\n    app.{call}\n")

    (change,) = (change for change in run.changes if change.path == "app.py")
    assert f"    uvicorn.{written}\n" in (change.after or b"").decode()
    losses = [each for each in run.diagnostics if each.code == "RUN002"]
    assert len(losses) == len(said)
    assert all(text in each.message for text, each in zip(said, losses, strict=True))
    assert {(each.severity.value, each.location.path, each.location.line) for each in losses} <= {
        ("warning", "app.py", 15)
    }
