"""A small project under git, and the command line as users call it: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "shop/__init__.py": """\
from flask import Flask


def create_app(config=None):
    app = Flask(__name__)
    app.config.update(config or {})
    app.secret_key = "dev"

    from shop.cart import cart_bp
    from shop.pages import pages_bp

    app.register_blueprint(pages_bp)
    app.register_blueprint(cart_bp, url_prefix="/cart")

    @app.errorhandler(404)
    def not_found(error):
        return {"error": "nothing here"}, 404

    return app
""",
    "shop/pages.py": """\
from flask import Blueprint, request

pages_bp = Blueprint("pages", __name__)


@pages_bp.route("/")
def index():
    return "<h1>Shop</h1>"


@pages_bp.get("/greet/<name>")
def greet(name):
    return f"Hello {name}, {request.headers.get('X-Mood', 'well')}"
""",
    "shop/cart.py": """\
from flask import Blueprint, jsonify, request, session

cart_bp = Blueprint("cart", __name__)


@cart_bp.before_request
def count():
    session["seen"] = session.get("seen", 0) + 1


@cart_bp.route("/", methods=["GET", "POST"])
def cart(*_):
    if request.method == "POST":
        session.setdefault("items", []).append(request.form["item"])
    return jsonify(items=session.get("items", []), seen=session["seen"])
""",
    "wsgi.py": "from shop import create_app\n\napp = create_app()\n",
    "requirements.txt": "flask>=2\n",
    "tests/test_shop.py": """\
import pytest

from shop import create_app


@pytest.fixture
def client():
    return create_app({"TESTING": True}).test_client()


def test_greeting(client):
    assert client.get("/greet/Ann", headers={"X-Mood": "glad"}).text == "Hello Ann, glad"


def test_cart(client):
    client.post("/cart/", data={"item": "tea"})
    assert client.get("/cart/").json == {"items": ["tea"], "seen": 2}


def test_unknown(client):
    assert client.get("/nowhere").json == {"error": "nothing here"}
""",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Shell:
    """A folder and the commands run in it."""

    folder: Path

    def flask2fastapi(self, *arguments: str) -> Done:
        return self.run(sys.executable, "-m", "flask2fastapi", *arguments)

    def git(self, *arguments: str) -> Done:
        who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
        return self.run("git", *who, *arguments)

    def run(self, *command: str, stdin: str | None = None) -> Done:
        environment = {**os.environ, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, input=stdin, env=environment
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def write(self, files: dict[str, str]) -> None:
        for path, text in files.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)

    def commit(self) -> None:
        for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "state")):
            assert self.git(*arguments).code == 0

    def contents(self) -> dict[str, bytes]:
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        inside = ((path.relative_to(self.folder), path) for path in files)
        return {
            name.as_posix(): path.read_bytes()
            for name, path in inside
            if not {".git", "__pycache__", ".pytest_cache"}.intersection(name.parts)
        }


@pytest.fixture
def empty(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def shop(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.write(FILES)
    shell.commit()
    return shell
