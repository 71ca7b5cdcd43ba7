"""Small real projects for the workers' tests."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from flask2fastapi.model.verification import Case, Origin, Side, Step
from flask2fastapi.verify.workers import Worker, WorkerSetup

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
NOTES = """\
import os, sqlite3
from flask import Flask, jsonify, redirect, request, session

HERE = os.path.dirname(os.path.abspath(__file__))
app = Flask(__name__)
app.secret_key = "x"
app.config["DATABASE"] = os.path.join(HERE, "notes.db")
counter = {"hits": 0}

def connect():
    return sqlite3.connect(app.config["DATABASE"])

with connect() as db:
    db.execute("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text, made DEFAULT CURRENT_TIMESTAMP)")
    db.execute("DELETE FROM note")
    db.execute("INSERT INTO note VALUES (1, 'first', '2020-01-01')")

@app.route("/notes", methods=["GET", "POST"])
def notes():
    counter["hits"] += 1
    with connect() as db:
        if request.method == "POST":
            row = db.execute("INSERT INTO note (text) VALUES (?)", [request.form["text"]])
            return jsonify(data={"id": row.lastrowid, "by": session.get("name")}), 201
        return jsonify([list(row) for row in db.execute("SELECT id, text FROM note")])

@app.route("/notes/<int:note_id>")
def note(note_id):
    with connect() as db:
        return db.execute("SELECT text FROM note WHERE id = ?", [note_id]).fetchone()[0]

@app.route("/login/<name>")
def login(name):
    session["name"] = name
    return redirect("/hits")

@app.route("/hits")
def hits():
    return "%s %d" % (session.get("name"), counter["hits"])
"""
FRONT = """\
import a2wsgi
from fastapi import FastAPI
from notes import app as flask_app, connect, counter

app = FastAPI()

@app.get("/hits-of-fastapi", name="hits")
def hits():
    counter["hits"] += 1
    return counter["hits"]

app.mount("/", a2wsgi.WSGIMiddleware(flask_app))
"""


def write(folder: Path, **modules: str) -> None:
    """Write modules by name."""
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text))


def start(
    folder: Path,
    spec: str,
    kind: str = "flask",
    side: Side = Side.BEFORE,
    like: Worker | None = None,
    **options: object,
) -> Worker:
    """Start a worker with this interpreter."""
    setup = WorkerSetup(folder, Path(sys.executable), spec, kind, **options)  # type: ignore[arg-type]
    return Worker.start(side, setup, like)


def case(*steps: Step, name: str = "case") -> Case:
    """A case of these steps."""
    return Case(name, Origin.AUTO, name, steps)


def get(path: str, **options: object) -> Step:
    """A GET request."""
    return Step("GET", path, **options)  # type: ignore[arg-type]
