"""The tests of a Flask application pass against the FastAPI application that has taken its place."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

APP = """
from flask import Blueprint, Flask, abort, jsonify

OPEN = True
bp = Blueprint("shop", __name__)


@bp.before_request
def closed():
    if not OPEN:
        abort(503)


@bp.errorhandler(404)
def missing(error):
    return {"error": error.description}, 404


@bp.route("/<int:number>")
def item(number):
    if number > 9:
        abort(404, "no such item")
    return f"item {number}"


def create_app(config=None):
    app = Flask(__name__)
    app.config["PAGES"] = 10
    app.config.from_mapping(config)

    @app.route("/pages")
    def pages():
        app.logger.info("pages")
        return jsonify(pages=app.config["PAGES"])

    @app.cli.command()
    def greet():
        print("hello", app.config["PAGES"])

    app.register_blueprint(bp)
    return app
"""
TESTS = """
import pytest
from app import create_app


@pytest.fixture
def app():
    app = create_app({"TESTING": True, "MARK": "given"})
    app.config["PAGES"] = 99
    return app


def test_settings(app):
    assert app.config["TESTING"] is True
    assert app.testing
    assert app.config["MARK"] == "given"
    assert app.logger.name == "app"
    assert app.test_client().get("/pages").get_json() == {"pages": 99}


def test_blueprint(app):
    client = app.test_client()
    assert client.get("/5").data == b"item 5"
    assert client.get("/10").get_json() == {"error": "no such item"}
    assert client.get("/static/x").status_code == 404


def test_command(app):
    assert app.test_cli_runner().invoke(args=["greet"]).output == "hello 99\\n"
"""


def suite_of_migrated(folder: Path) -> subprocess.CompletedProcess[str]:
    """Migrate an application whose tests pass, so that it leaves Flask, and run these through the result."""
    plain = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], cwd=folder, check=False)
    assert plain.returncode == 0
    tool = [sys.executable, "-m", "flask2fastapi"]
    subprocess.run([*tool, "migrate", "."], cwd=folder, check=True, timeout=120)
    assert "from flask import" not in (folder / "app.py").read_text()
    return subprocess.run(
        [*tool, "suite", ".", "--python", sys.executable],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_old_tests_pass_through_the_shadow(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "test_app.py").write_text(TESTS)
    (tmp_path / "requirements.txt").write_text("flask>=3.0\n")
    (tmp_path / "conftest.py").write_text("")
    done = suite_of_migrated(tmp_path)

    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout
    assert "4 native, 0 mounted" in done.stderr


KEPT = """
from flask import Flask, g, session

app = Flask(__name__)
app.secret_key = "dev"


@app.route("/login", methods=["POST"])
def login():
    session["user"] = 1
    g.name = "ann"
    return {"user": session["user"]}


@app.route("/logout")
def logout():
    session.clear()
    return {}
"""
KEPT_TESTS = """
from app import app
from flask import g, request, session


def test_session():
    client = app.test_client()
    with client:
        client.post("/login")
        assert session["user"] == 1
        assert g.name == "ann"
        assert request.path == "/login"
        client.get("/logout")
        assert "user" not in session
        assert "name" not in g
"""


def test_tests_see_the_session_that_a_request_has_left(tmp_path: Path) -> None:
    """``with client:`` keeps what the application itself has, not what came with the request."""
    (tmp_path / "app.py").write_text(KEPT)
    (tmp_path / "test_app.py").write_text(KEPT_TESTS)
    (tmp_path / "requirements.txt").write_text("flask>=3.0\n")
    done = suite_of_migrated(tmp_path)

    assert done.returncode == 0, done.stdout
    assert "2 native, 0 mounted" in done.stderr
