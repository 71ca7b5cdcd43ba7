"""What an application keeps for a request, opens in one thread and closes in another, and what its commands find."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

DATABASE = '''
import sqlite3

import click
from flask import current_app, g

ENDED = []


def get_db():
    """One connection for a request."""
    if "db" not in g:
        g.db = sqlite3.connect(
            current_app.config["DATABASE"], detect_types=sqlite3.PARSE_DECLTYPES
        )
    return g.db


def close_db(e=None):
    db = g.pop("db", None)
    if db is not None:
        ENDED.append("closed")
        db.close()


def count_context(error):
    ENDED.append("context")


@click.command("init-db")
def init_db_command():
    """Make the tables."""
    db = get_db()
    db.execute("create table notes (text)")
    db.commit()
    click.echo(f"made in {current_app.config['DATABASE']}")


def init_app(app):
    app.teardown_appcontext(count_context)
    app.teardown_appcontext(close_db)
    app.cli.add_command(init_db_command)
'''
NOTES = """
from flask import Blueprint, g, request

import database
from database import get_db

bp = Blueprint("notes", __name__)


@bp.before_app_request
def open_early():
    if request.headers.get("X-Early"):
        get_db()


@bp.route("/notes")
def notes():
    rows = get_db().execute("select text from notes").fetchall()
    return {"notes": [text for (text,) in rows], "ended": len(database.ENDED)}


@bp.route("/notes", methods=["POST"])
def add():
    db = get_db()
    db.execute("insert into notes values (?)", (request.form["text"],))
    db.commit()
    return {"changes": db.total_changes}


@bp.route("/ended")
def ended():
    return {"ended": database.ENDED}


@bp.route("/broken")
def broken():
    get_db()
    raise ValueError("broken")
"""
FACTORY = """
from flask import Flask


def create_app(path):
    app = Flask(__name__)
    app.config.from_mapping(DATABASE=path)

    from . import database

    database.init_app(app)
    from . import notes

    app.register_blueprint(notes.bp)
    return app
"""
PACKAGE = {
    "pad/__init__.py": FACTORY,
    "pad/database.py": DATABASE,
    "pad/notes.py": NOTES.replace("import database", "from pad import database", 1).replace(
        "from database", "from .database"
    ),
    "app.py": "from pad import create_app\n",
}


@pytest.fixture
def path(tmp_path: Any) -> str:
    """A database with a table."""
    with sqlite3.connect(tmp_path / "notes.db") as connection:
        connection.execute("create table notes (text)")
    return str(tmp_path / "notes.db")


def test_what_a_request_opens_is_closed_at_its_end(pair: Callable[..., Any], path: str) -> None:
    made = pair(PACKAGE, lambda module: module.create_app(path))
    form = {"content-type": "application/x-www-form-urlencoded", "x-early": "1"}
    requests: list[tuple[str, str, bytes]] = [
        ("POST", "/notes", b"text=a"),
        ("GET", "/ended", b""),
        ("GET", "/notes", b""),
        ("HEAD", "/notes", b""),
        ("GET", "/none", b""),
        ("GET", "/broken", b""),
        ("POST", "/notes", b""),
        ("OPTIONS", "/notes", b""),
        ("GET", "/ended", b""),
    ]
    made.flask.testing = False
    for method, url, data in requests:
        before = made.flask.test_client().open(url, method=method, data=data, headers=form)
        after = asyncio.run(_sent(made.fastapi, method, url, data, form))
        if method == "POST":  # both sides write to the one file
            assert (before.status_code, before.content_type) == (after.status_code, after.headers["content-type"])
        elif url.startswith("/notes"):
            assert (before.status_code, len(before.data) > 0) == (after.status_code, len(after.content) > 0)
        else:
            is_json = before.is_json
            was, new = (before.json, after.json()) if is_json else (before.data, after.content)
            assert (url, before.status_code, was) == (url, after.status_code, new)
    text = made.sources["pad/database.py"]
    assert "teardown_appcontext(app, close_db)" in text
    assert "check_same_thread=False" in text
    assert "def close_db(e=None):" in text
    assert not made.again.changes


async def _sent(app: Any, method: str, url: str, data: bytes, headers: dict[str, str]) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.request(method, url, content=data, headers=headers)


def test_commands_find_the_context(pair: Callable[..., Any], tmp_path: Any) -> None:
    from click.testing import CliRunner

    path = str(tmp_path / "new.db")
    made = pair(PACKAGE, lambda module: module.create_app(path))
    shown = CliRunner().invoke(made.fastapi.state.cli, ["init-db"], catch_exceptions=False)
    assert shown.output == f"made in {path}\n"
    with sqlite3.connect(path) as connection:
        assert connection.execute("select count(*) from notes").fetchone() == (0,)
    (told,) = [each for each in made.run.diagnostics if each.code == "RUN002"]
    assert 'python -c "from pad import create_app; create_app().state.cli()"' in told.message


def test_a_pushed_context_ends_like_a_request(pair: Callable[..., Any], path: str) -> None:
    made = pair(PACKAGE, lambda module: module.create_app(path))
    import sys

    database = sys.modules["pad.database"]
    push = sys.modules["pad.flask_compat"].app_context
    with push(made.fastapi):
        connection = database.get_db()
        assert database.get_db() is connection
        assert database.ENDED == []
    assert database.ENDED == ["closed", "context"]
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("select 1")


@pytest.mark.parametrize(
    ("was", "becomes", "why"),
    [
        ("def close_db(e=None):\n", "def close_db(e=None):\n    print(e)\n", "it asks for the error"),
        ("def close_db(e=None):\n", "async def close_db(e=None):\n", "an event loop of its own"),
        ("g.pop(", "request.args.get(", "it has to do with the request"),
        ("    app.teardown_appcontext(close_db)", "    done = app.teardown_appcontext(close_db)", "not registered by"),
    ],
)
def test_what_else_ends_contexts_keeps_flask(planned: Callable[..., Any], was: str, becomes: str, why: str) -> None:
    text = DATABASE.replace(was, becomes).replace("import current_app, g", "import current_app, g, request")
    run = planned({**PACKAGE, "pad/database.py": text})
    (front,) = run.plan.fronts
    assert front.state == "hybrid"
    assert why in " ".join(str(each) for each in run.diagnostics)
