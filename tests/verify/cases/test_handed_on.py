"""Values that one route hands out and another one takes, other servers, somebody else, and what comes later."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.index.build import build_index
from flask2fastapi.index.inputs import read_inputs
from flask2fastapi.model.files import SourceFile
from flask2fastapi.model.verification import Side, Step
from flask2fastapi.verify.cases import AutoOptions, Persona, auto_cases, parse_login
from flask2fastapi.verify.cases.examples import read_examples
from flask2fastapi.verify.cases.inputs import Inputs
from flask2fastapi.verify.cases.lifetimes import read_lifetimes
from flask2fastapi.verify.cases.literals import read_literals
from flask2fastapi.verify.cases.preparing import prepare
from flask2fastapi.verify.cases.varying import compared_steps
from flask2fastapi.verify.secret_values import Secrets
from flask2fastapi.verify.workers import Worker, WorkerSetup

if TYPE_CHECKING:
    from flask2fastapi.model.verification import Case, Observation

SHOP = """\
import json, os, secrets, smtplib, sqlite3, time, urllib.request
from datetime import timedelta
from email.message import EmailMessage
from flask import Flask, abort, jsonify, redirect, request, session

HERE = os.path.dirname(os.path.abspath(__file__))
app = Flask(__name__)
app.secret_key = "x"
app.config["DATABASE"] = os.path.join(HERE, "shop.db")
LIFETIME = timedelta(minutes=15)
PROVIDERS = {"hub": "https://hub.example/token"}

def db():
    return sqlite3.connect(app.config["DATABASE"])

with db() as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name UNIQUE, password, role)")
    connection.execute("CREATE TABLE IF NOT EXISTS asked (token, name, until)")
    connection.execute("INSERT OR IGNORE INTO users VALUES (1, 'root', 'pw', 'admin')")

@app.post("/register")
def register():
    with db() as connection:
        connection.execute(
            "INSERT INTO users (name, password) VALUES (?, ?)", (request.form["name"], request.form["password"])
        )
    return "", 201

@app.post("/login")
def login():
    with db() as connection:
        found = connection.execute(
            "SELECT id, role FROM users WHERE name = ? AND password = ?",
            (request.form["name"], request.form["password"]),
        ).fetchone()
    if found is None:
        abort(401)
    session["role"] = found[1]
    session["until"] = time.time() + 3600
    return redirect("/")

@app.get("/admin")
def admin():
    if session.get("until", 0) < time.time():
        abort(401)
    if session["role"] != "admin":
        abort(403)
    return "admin"

@app.post("/forgotten")
def forgotten():
    with db() as connection:
        name = request.json["name"]
        if connection.execute("SELECT 1 FROM users WHERE name = ?", (name,)).fetchone() is None:
            return "", 204
        token = secrets.token_urlsafe(12)
        connection.execute(
            "INSERT INTO asked VALUES (?, ?, ?)", (token, name, time.time() + LIFETIME.total_seconds())
        )
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["From"] = "Forgotten", "a@example.org", "shop@example.org"
    mail.set_content(f"Follow https://shop.example/reset/{token} soon.")
    with smtplib.SMTP("mail.example") as server:
        server.send_message(mail)
    return "", 204

@app.post("/reset/<token>")
def reset(token):
    with db() as connection:
        found = connection.execute("SELECT name, until FROM asked WHERE token = ?", (token,)).fetchone()
        if found is None:
            abort(404)
        if found[1] < time.time():
            abort(410)
        connection.execute("UPDATE users SET password = ? WHERE name = ?", (request.json["password"], found[0]))
    return "reset"

@app.get("/oauth/<provider>")
def begin(provider):
    if provider not in PROVIDERS:
        abort(404)
    session["state"] = secrets.token_urlsafe(12)
    return redirect("https://hub.example/authorize?state=" + session["state"])

@app.post("/oauth/<provider>")
def end(provider):
    if provider not in PROVIDERS or request.json["state"] != session.get("state"):
        abort(401)
    try:
        with urllib.request.urlopen(PROVIDERS[provider], data=b"") as answer:
            return jsonify(user=json.load(answer)["login"])
    except OSError:
        abort(502)
"""
LOGIN = "root=POST /login form name=root&password=pw"


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Case, Observation]]]:
    """Kind of case -> the cases, and what was seen of them."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "shop.py").write_text(SHOP)
    files = [SourceFile("shop.py", SHOP.encode(), SHOP)]
    index = build_index("", files)
    known = read_examples(files)
    inputs = Inputs(read_inputs(files), index.functions, known, lifetimes=read_lifetimes(files))
    login = parse_login(LOGIN)
    setup = WorkerSetup(folder, Path(sys.executable), "shop:app", secrets=Secrets(login.secrets))
    prepared = prepare(setup, (), index.routes, inputs, (Persona(), login))
    found: dict[str, list[tuple[Case, Observation]]] = {}
    with Worker.start(Side.BEFORE, setup) as worker:
        options = AutoOptions(personas=prepared.personas)
        for case in auto_cases(prepared.routes, prepared.inputs, worker.facts().stores, options):
            if case.kind.startswith(("handed", "elsewhere", "later")) or case.persona == "somebody else":
                found.setdefault(case.kind, []).append((case, worker.observe(case, fresh=False)))
    return found


def statuses(rows: list[tuple[Case, Observation]], route: str) -> set[int]:
    return {observed.answers[-1].status for case, observed in rows if case.route == route}


def test_a_link_in_a_mail_is_followed(seen: dict[str, list[tuple[Case, Observation]]]) -> None:
    assert statuses(seen["handed-valid"], "reset") == {200}
    assert statuses(seen["handed-wrong"], "reset") == {404}


def test_a_link_is_followed_before_and_after_its_time(seen: dict[str, list[tuple[Case, Observation]]]) -> None:
    after = {
        round(case.steps[-1].wait): observed.answers[-1].status
        for case, observed in seen["handed-later"]
        if case.route == "reset"
    }

    assert (after[895], after[905]) == (200, 410)


def test_another_server_answers_and_refuses(seen: dict[str, list[tuple[Case, Observation]]]) -> None:
    assert statuses(seen["elsewhere"], "end") >= {200, 502}


def test_a_login_ends(seen: dict[str, list[tuple[Case, Observation]]]) -> None:
    after = {case.steps[-1].wait: o.answers[-1].status for case, o in seen["later"] if case.route == "admin"}

    assert after[700.0] == 200
    assert after[7300.0] == 401


def test_somebody_else_may_do_less(seen: dict[str, list[tuple[Case, Observation]]]) -> None:
    mine = [(case, observed) for case, observed in seen["valid"] if case.persona == "somebody else"]

    assert statuses(mine, "admin") == {403}


def test_values_around_bounds_are_known_also_in_loops_and_calculations() -> None:
    text = (
        "def view(codes, size):\n"
        "    if size > 2 * 8: pass\n"
        "    for code in codes.split(','):\n"
        "        if ':' in code: pass\n"
        "    data = request.get_json()\n"
        "    return all(day >= 0 for day in data['days'])\n"
    )

    assert read_literals([SourceFile("shop.py", text.encode(), text)]) == {
        "size": ("16", "15", "17"),
        "codes": (",", ":"),
        "days": ("0", "-1", "1"),
    }


def test_requests_of_tests_are_sent_with_such_values() -> None:
    step = Step("POST", "/fees", "page=1", (("Content-Type", "application/json"),), b'{"days": [3, 4], "name": "a"}')
    made = list(compared_steps([step], {"days": ("0",), "name": ("b",), "page": ("2",)}))

    assert [each.body for each in made[:2]] == [b'{"days": [0], "name": "a"}', b'{"days": [3, 4], "name": "b"}']
    assert [each.query for each in made[2:]] == ["page=2"]
