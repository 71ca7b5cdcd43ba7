"""Databases that are servers: real ones, with an application on Flask-SQLAlchemy, migrated and verified."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.model.verification import Case, Origin, Side, Step
from flask2fastapi.verify.stores import read_stores
from flask2fastapi.verify.workers import Worker, WorkerSetup

from .conftest import CACHE
from .database_servers import DatabaseServer, mysql, postgresql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NEEDS = (
    "flask>=3",
    "flask-sqlalchemy>=3",
    "psycopg[binary]>=3",
    "pymysql>=1",
    "fastapi>=0.115",
    "a2wsgi>=1.10.1",
    "uvicorn",
)
APP = """\
import os
from datetime import datetime

from flask import Flask, jsonify, request
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
db = SQLAlchemy(app)


class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(80), nullable=False)
    note = db.Column(db.Text)
    added = db.Column(db.DateTime, server_default=db.func.now())
    seen = db.Column(db.DateTime, default=datetime.now)
    cover = db.Column(db.LargeBinary)


@app.get("/books")
def books():
    return jsonify([{"id": book.id, "title": book.title} for book in Book.query.order_by(Book.id)])


@app.post("/books")
def add():
    book = Book(title=request.json["title"], note=request.json.get("note"), cover=b"\\x00'\\xff")
    db.session.add(book)
    db.session.commit()
    return {"id": book.id}, 201


@app.put("/books/<int:book_id>")
def change(book_id):
    book = db.get_or_404(Book, book_id)
    book.title = request.json["title"]
    db.session.commit()
    return {"id": book.id}


@app.delete("/books/<int:book_id>")
def remove(book_id):
    db.session.delete(db.get_or_404(Book, book_id))
    db.session.commit()
    return "", 204
"""
SEED = """\
from shop import Book, app, db

with app.app_context():
    db.create_all()
    db.session.add_all([Book(title="It's one; (really)", note="a\\\\b\\nc"), Book(title="Zwei \\u00fc")])
    db.session.commit()
"""


@pytest.fixture(scope="module", params=[postgresql, mysql], ids=["postgresql", "mysql"])
def server(request: pytest.FixtureRequest) -> Iterator[DatabaseServer]:
    with request.param() as running:
        yield running


@pytest.fixture(scope="module")
def python(new_environment: Callable[..., Path]) -> Path:
    folder = CACHE / "databases"
    ready = folder / "ready"
    if not ready.exists() or ready.read_text() != repr(NEEDS):
        new_environment(folder, *NEEDS)
        ready.write_text(repr(NEEDS))
    return folder / "bin" / "python"


@pytest.fixture
def environment(server: DatabaseServer) -> dict[str, str]:
    """With the client programs on the path."""
    return {"PATH": os.pathsep.join([str(server.tools), os.environ["PATH"]])}


def create(server: DatabaseServer, database: str) -> None:
    words = server.options.split()
    statement = f"DROP DATABASE IF EXISTS {database}"
    client = ["psql", *words, "-d", "postgres", "-qc"] if server.kind == "postgresql" else ["mysql", *words, "-e"]
    for each in (statement, f"CREATE DATABASE {database}"):
        subprocess.run([server.tools / client[0], *client[1:], each], check=True, capture_output=True)


def filled(folder: Path, server: DatabaseServer, python: Path, database: str) -> None:
    """A project with its database."""
    (folder / "shop.py").write_text(APP)
    (folder / "seed.py").write_text(SEED)
    create(server, database)
    environment = {**os.environ, "DATABASE_URL": server.url(database)}
    subprocess.run([python, "seed.py"], cwd=folder, env=environment, check=True, capture_output=True)


def case(*steps: Step) -> Case:
    return Case("case", Origin.AUTO, "", steps)


JSON = (("Content-Type", "application/json"),)


def test_rows_are_compared_by_column_and_put_back(
    server: DatabaseServer, python: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    """Quotes, line breaks, NULL and bytes; the next case starts from the first rows and the first number."""
    filled(tmp_path, server, python, "one_before")
    entry = {"kind": server.kind, "database": "one_{side}", "options": server.options}
    (store,) = read_stores({"stores": [entry]})
    variables = {**environment, "DATABASE_URL": server.url("one_before")}
    setup = WorkerSetup(
        tmp_path, python, "shop:app", environment=variables, store_commands=(store.of(Side.BEFORE, tmp_path),)
    )
    add = Step("POST", "/books", headers=JSON, body=b'{"title": "It\'s \\\\ new", "note": "a\\n), (b"}')
    with Worker.start(Side.BEFORE, setup) as worker:
        (facts,) = worker.facts().stores
        seen = [worker.observe(case(add)) for _ in range(2)]
        changed = worker.observe(case(Step("PUT", "/books/1", headers=JSON, body=b'{"title": "x"}')))
        gone = worker.observe(case(Step("DELETE", "/books/2"), Step("GET", "/books")))
        after = worker.observe(case(Step("GET", "/books")))

    table = "one.public.book" if server.kind == "postgresql" else "one.book"
    (book,) = facts.tables.values()
    assert book.columns == ("id", "title", "note", "added", "seen", "cover")
    assert [row[:3] for row in book.rows] == [
        ("1", "It's one; (really)", "a\\b\nc"),
        ("2", "Zwei \u00fc", "\x00NULL"),
    ]
    for each in seen:
        ((identity, title, note, _, stamp, cover),) = each.effects.added[table]
        assert (identity, title, note) == ("3", "It's \\ new", "a\n), (b")
        assert stamp.startswith("2026-01-01 00:00:00")
        assert "00" in cover
        assert "ff" in cover.lower()
        assert each.answers[0].body == b'{"id":3}\n'
    assert [row[:2] for row in changed.effects.added[table]] == [("1", "x")]
    assert [row[:2] for row in changed.effects.removed[table]] == [("1", "It's one; (really)")]
    assert [row[0] for row in gone.effects.removed[table]] == ["2"]
    assert gone.answers[1].body.count(b'"id"') == 1
    assert after.answers[0].body.count(b'"id"') == 2
    assert after.effects.added == {}


@pytest.mark.parametrize("broken", [False, True], ids=["sound", "broken"])
def test_an_application_is_migrated_and_verified(
    server: DatabaseServer, python: Path, environment: dict[str, str], tmp_path: Path, broken: bool
) -> None:
    """From the command line, each side with a database of its own; a wrong column is a difference of that column."""
    (tmp_path / "shop.py").write_text(APP)
    (tmp_path / "seed.py").write_text(SEED)
    (tmp_path / "pyproject.toml").write_text(textwrap.dedent(f"""\
        [project]
        name = "shop"
        version = "1"
        dependencies = ["flask", "flask-sqlalchemy"]
        [[tool.flask2fastapi.verify.stores]]
        kind = "{server.kind}"
        database = "two_{{side}}"
        options = "{server.options}"
        """))
    create(server, "two_before")
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org")
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "flask")):
        subprocess.run([*git, *words], cwd=tmp_path, check=True)
    tool = [sys.executable, "-m", "flask2fastapi"]
    variables = {**os.environ, **environment}
    done = subprocess.run(
        [*tool, "migrate", "."], cwd=tmp_path, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    if broken:
        text = (tmp_path / "shop.py").read_text().replace("book.title = request", "book.note = request")
        text = text.replace("book.title = ", "book.note = ")
        (tmp_path / "shop.py").write_text(text)
    url = server.url("two_{side}")
    options = ["--python", python, "--seed", f"{python} seed.py", "--per-route", "6", "--report", "verify.json"]
    places = ["--env", f"DATABASE_URL={url}", "--env", f"PATH={environment['PATH']}"]
    done = subprocess.run(
        [*tool, "verify", ".", *options, *places],
        cwd=tmp_path,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads((tmp_path / "verify.json").read_text())

    assert done.returncode == (1 if broken else 0), done.stdout + done.stderr
    assert report["summary"]["not_verified"] == (["change"] if broken else [])
    places_ = {cluster["difference"]["where"].rpartition(":")[2] for cluster in report["clusters"]}
    assert (("two.public.book.note" in places_) or ("two.book.note" in places_)) == broken
    assert report["servers"]["requests"] > 0
    assert "faults" not in report["servers"]
