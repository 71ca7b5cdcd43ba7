"""Folders of Flask-Migrate, which Alembic runs by itself when the application has left Flask."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("flask_migrate")

from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config
from flask2fastapi.migrate.reading import read_project
from flask2fastapi.migrate.run import plan_run

if TYPE_CHECKING:
    from pathlib import Path

    from flask2fastapi.migrate.run import Run

APP = """\
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///books.db"
db = SQLAlchemy(app)
migrate = Migrate(app, db)


class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(80))


@app.route("/")
def books():
    return {"count": Book.query.count()}
"""
ENV = files("flask_migrate").joinpath("templates/flask/env.py").read_text("utf-8")


def project(folder: Path, env: str = ENV) -> Run:
    """A project with one migration, as Flask-Migrate makes them, and a run on it."""
    template = files("flask_migrate").joinpath("templates/flask")
    (folder / "migrations" / "versions").mkdir(parents=True)
    (folder / "app.py").write_text(APP, "utf-8")
    (folder / "requirements.txt").write_text("Flask\nFlask-SQLAlchemy\nFlask-Migrate\n", "utf-8")
    (folder / "start.sh").write_text("flask db upgrade\nflask run\n", "utf-8")
    (folder / "migrations" / "env.py").write_bytes(env.encode())
    ini = template.joinpath("alembic.ini.mako").read_text("utf-8")
    (folder / "migrations" / "alembic.ini").write_text(ini, "utf-8")
    mako = template.joinpath("script.py.mako").read_text("utf-8")
    (folder / "migrations" / "script.py.mako").write_text(mako, "utf-8")
    claims = [claim for codemod in CODEMODS for claim in codemod.claims]
    run = plan_run(read_project(folder, Config(), claims), CODEMODS)
    for change in run.changes:
        assert change.after is not None
        (folder / change.path).write_bytes(change.after)
    return run


def alembic(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "alembic", "-c", str(folder / "migrations" / "alembic.ini"), *arguments]
    done = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_alembic_makes_and_runs_migrations(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    run = project(folder)
    assert [front.state for front in run.plan.fronts] == ["full"]
    assert (folder / "requirements.txt").read_text("utf-8").splitlines()[-2:] == ["SQLAlchemy>=1.4.18", "alembic>=1.9"]

    alembic(folder, "revision", "--autogenerate", "-m", "first")
    alembic(folder, "upgrade", "head")

    assert "No new upgrade operations" in alembic(folder, "check")
    with sqlite3.connect(folder / "instance" / "books.db") as connection:
        tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
    assert tables == {"alembic_version", "book"}


def test_all_but_the_application_stays_in_the_environment(tmp_path: Path) -> None:
    run = project(tmp_path)
    new = "from app import app\nfrom flask_compat import alembic_app\n\ncurrent_app = alembic_app(app)"
    assert (tmp_path / "migrations/env.py").read_text("utf-8") == ENV.replace("from flask import current_app", new)
    told = "\n".join(map(str, run.diagnostics))
    assert "`flask db upgrade` is now `alembic -c migrations/alembic.ini upgrade head`" in told


def test_line_ends_stay(tmp_path: Path) -> None:
    project(tmp_path, ENV.replace("\n", "\r\n"))
    data = (tmp_path / "migrations/env.py").read_bytes()
    assert b"alembic_app(app)\r\n" in data
    assert data.count(b"\n") == data.count(b"\r\n")


def test_an_environment_that_asks_more_of_flask_keeps_it(tmp_path: Path) -> None:
    run = project(tmp_path, ENV.replace("import current_app", "import current_app, g"))
    assert [front.state for front in run.plan.fronts] == ["hybrid"]
    assert "its migrations ask more of Flask than `current_app`" in "\n".join(map(str, run.diagnostics))
