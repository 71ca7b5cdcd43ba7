"""Rules and options without Flask's URL map."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config
from flask2fastapi.migrate.reading import read_project
from flask2fastapi.migrate.run import plan_run
from flask2fastapi.source import write_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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


FACTORY = """
from flask import Flask, jsonify, request, url_for


def create_app(config=None):
    app = Flask(__name__)
    word = "Hello"
    if config is None:
        word = "Hi"

    def greet(name):
        from html import escape

        return f"{word}, {escape(name)}!"

    @app.route("/hello")
    @app.route("/hello/<name>")
    def hello(name="World"):
        return greet(name)

    @app.post("/sum/<int:a>")
    def add(a):
        data = request.get_json()
        return jsonify(sum=[a, data], link=url_for("hello", name="x")), 201

    @app.errorhandler(404)
    def missing(error):
        return {"missing": True}, 404

    return app
"""


def test_views_in_a_factory(pair: Callable[..., Any]) -> None:
    """They stay in their place, and go on using what is around them."""
    sides = pair(FACTORY, lambda module: module.create_app())

    for path in ("/hello", "/hello/ann", "/hello/<b>", "/hello?name=x", "/sum/3", "/sum/x", "/nothing"):
        for method in METHODS:
            before, after = sides.ask(method, path, b"[1]", {"content-type": "application/json"})
            assert after == before, f"{method} {path}"
    assert sides.again.changes == ()


KEEPING = {
    "parameter": ("def create_app(config=None):", "config"),
    "made elsewhere": ("def create_app():\n    config = make()", "config"),
    "loop": ("def create_app():\n    for config in [1]:\n        pass", "config"),
    "unpacked": ("def create_app():\n    config, other = 1, 2", "config"),
    "changed": ("def create_app():\n    config = 1\n    config += len(make())", "config"),
}


BEFORE = "import app\nprint(app.create_app().test_client().get('/').data)\n"
AFTER = """
import asyncio, httpx, app, fastapi_front


async def main():
    transport = httpx.ASGITransport(app=fastapi_front.front(app.create_app()))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        print((await client.get("/")).content)


asyncio.run(main())
"""


@pytest.mark.parametrize("name", KEEPING)
def test_views_that_use_what_nobody_knows_keep_flask(tmp_path: Path, name: str) -> None:
    """A variable of the factory may hold anything, also what needs Flask: its operation runs in Flask's context."""
    head, variable = KEEPING[name]
    (tmp_path / "app.py").write_text(
        f"from flask import Flask\n\n\ndef make():\n    return [1]\n\n\n{head}\n    app = Flask(__name__)\n\n"
        f'    @app.route("/")\n    def index():\n        return {{"a": str({variable})}}\n\n    return app\n'
    )
    before = said(tmp_path, BEFORE)

    run = plan_run(read_project(tmp_path, Config()), CODEMODS)
    write_all(tmp_path, run.changes)

    assert [str(front.state) for front in run.plan.fronts] == ["hybrid"]
    (row,) = run.plan.routes
    assert (str(row.rung), {reason.code for reason in row.needs}) == ("native", {"closure-view"})
    assert said(tmp_path, AFTER) == before


def said(folder: Path, code: str) -> str:
    """What Python prints there."""
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


BESIDE_STATIC = """
from flask import Flask

app = Flask(__name__)


@app.route("/<lang>/about", methods=["GET", "POST"])
def about(lang):
    return {"about": lang}


@app.route("/<path:rest>", methods=["PUT", "GET"])
def rest(rest):
    return {"rest": rest}


@app.route("/static/own")
def own():
    return "own"


@app.route("/static/<name>/x", methods=["GET", "DELETE"])
def below(name):
    return {"below": name}
"""


@pytest.mark.parametrize("made", ["Flask(__name__)", "Flask(__name__, static_folder=None)"])
def test_rules_that_share_paths_with_static_files(pair: Callable[..., Any], made: str) -> None:
    """Flask's rule for files, of which there are none, is one of them."""
    sides = pair(BESIDE_STATIC.replace("Flask(__name__)", made))

    for path in (
        *("/de/about", "/static/about", "/static/own", "/static/a/x", "/static/a/b", "/static", "/static/", "/a/b/c"),
        *("/static/own/", "/static//own", "/", "/de/about/", "/static/about/x"),
    ):
        for method in METHODS:
            before, after = sides.ask(method, path)
            assert after == before, f"{method} {path}"
