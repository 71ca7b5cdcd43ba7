"""An empty shop: rows are added through its own routes, planted, and then asked for."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from flask2fastapi.index.build import build_index
from flask2fastapi.index.inputs import read_inputs
from flask2fastapi.model.files import SourceFile
from flask2fastapi.model.verification import Side
from flask2fastapi.verify.cases import AutoOptions, Persona, auto_cases, parse_login
from flask2fastapi.verify.cases.examples import read_examples
from flask2fastapi.verify.cases.exploring import grow, ready
from flask2fastapi.verify.cases.inputs import Inputs
from flask2fastapi.verify.cases.planting import plant
from flask2fastapi.verify.cases.preparing import prepare
from flask2fastapi.verify.workers import Worker, WorkerSetup

SHOP = """\
import os, sqlite3
from flask import Flask, abort, jsonify, request, session

HERE = os.path.dirname(os.path.abspath(__file__))
app = Flask(__name__)
app.secret_key = "x"

def connect():
    return sqlite3.connect(os.path.join(HERE, "shop.db"))

with connect() as db:
    db.execute("CREATE TABLE IF NOT EXISTS user (id INTEGER PRIMARY KEY, name UNIQUE, pw, photo BLOB)")
    db.execute("CREATE TABLE IF NOT EXISTS book (id INTEGER PRIMARY KEY, title, price REAL, note)")

@app.post("/sign-up")
def sign_up():
    with connect() as db:
        if db.execute("SELECT 1 FROM user WHERE name = ?", [request.form["name"]]).fetchone():
            abort(409)
        given = [request.form["name"], request.form["pw"]]
        db.execute("INSERT INTO user (name, pw, photo) VALUES (?, ?, x'00ff')", given)
    return "", 201

@app.post("/login")
def login():
    with connect() as db:
        given = [request.form["name"], request.form["pw"]]
        row = db.execute("SELECT id FROM user WHERE name = ? AND pw = ?", given).fetchone()
    if row is None:
        abort(403)
    session["user"] = row[0]
    return "", 204

@app.post("/books")
def add():
    if "user" not in session:
        abort(401)
    data = request.get_json()
    if data["kind"] not in ("novel", "poem"):
        abort(400)
    with connect() as db:
        db.execute("INSERT INTO book (title, price) VALUES (?, ?)", [data["title"], float(data["price"])])
    return "", 201

@app.get("/books/<int:book_id>")
def book(book_id):
    with connect() as db:
        row = db.execute("SELECT title, price FROM book WHERE id = ?", [book_id]).fetchone()
    return jsonify(row) if row else abort(404)

@app.get("/")
def start():
    return '<link href="/static/shop.css?v=1"><a href="https://else.example/static/no.css">'
"""
TESTS = """\
def test_add(client):
    client.post("/books", json={"title": "Dune", "price": 12.5, "kind": "novel"})
    client.get("/books/7?full=%d" % 1)
    client.get(f"/nothing/{client}")
"""
LOGIN = "ann=POST /sign-up form name=ann&pw=secret && POST /login form name=ann&pw=secret"


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "shop.py").write_text(SHOP, "utf-8")
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "shop.css").write_text("a {}", "utf-8")
    files = [SourceFile("shop.py", SHOP.encode(), SHOP), SourceFile("tests/test_shop.py", TESTS.encode(), TESTS)]
    index = build_index("", files)
    inputs = Inputs(read_inputs(files), index.functions, read_examples(files))
    return WorkerSetup(tmp_path, Path(sys.executable), "shop:app"), index.routes, inputs


def rows(root, query):
    with closing(sqlite3.connect(root / "shop.db")) as connection:
        return connection.execute(query).fetchall()


def test_routes_fill_an_empty_database_and_leave_it_as_it_was(shop):
    setup, routes, inputs = shop
    with Worker.start(Side.BEFORE, setup) as worker:
        grown = grow(worker, routes, inputs, parse_login(LOGIN))
        stores = worker.facts().stores

    assert {table: len(found) for table, found in grown.rows.items()} == {"main.book": 3, "main.user": 3}
    assert rows(setup.root, "SELECT count(*) FROM book") == [(0,)]
    assert plant(grown, setup.root, stores) == 6
    titles = [title for (title,) in rows(setup.root, "SELECT title FROM book")]
    assert titles[0] == "Dune"
    assert titles != sorted(titles)
    assert rows(setup.root, "SELECT DISTINCT price, typeof(price), note FROM book") == [(12.5, "real", None)]
    assert rows(setup.root, "SELECT DISTINCT photo FROM user") == [(b"\x00\xff",)]


def test_every_route_is_then_reached_on_every_side(shop, tmp_path_factory):
    setup, routes, inputs = shop
    other = tmp_path_factory.mktemp("other")
    copytree(setup.root, other, dirs_exist_ok=True)
    prepared = prepare(setup, [other], routes, inputs, [Persona(), parse_login(LOGIN)])
    reached = set()
    with Worker.start(Side.AFTER, WorkerSetup(other, Path(sys.executable), "shop:app")) as worker:
        options = AutoOptions(personas=prepared.personas)
        for case in auto_cases(prepared.routes, prepared.inputs, worker.facts().stores, options):
            seen = worker.observe(case)
            reached |= {each.endpoint for each in seen.answers if 200 <= each.status < 300 and each.endpoint}

    assert prepared.planted == 6
    assert [step.path for step in prepared.personas[1].steps] == ["/login"]
    assert reached == {"sign_up", "login", "add", "book", "start", "static"}


def test_examples_are_the_literal_requests_of_tests(shop):
    _, _, inputs = shop
    found = inputs.examples

    assert [(each.method, each.path, each.body) for each in found.of("/books", "POST")] == [
        ("POST", "/books", b'{"title": "Dune", "price": 12.5, "kind": "novel"}')
    ]
    assert found.values["kind"] == ("novel", "poem")  # the second is what the program compares it with
    assert [each.path for each in found.requests] == ["/books"]


HELPERS = """\
from flask import url_for

def test_house_helpers(client):
    post_json(client, "/books", {"title": "Emma"})
    client.put_form("/books/1", {"title": "Emma"})
    client.post(url_for("shop.add"), json={"title": "Solaris"})
    client.patch(url_for("shop.change", id=1), data={"title": "Solaris"})
"""

OWN = """\
class Test:
    def test_one(self):
        data = {"title": "Dune"}
        self.client.post("api/books", data=json.dumps(data), content_type="application/json")

    def test_two(self):
        data = {"title": "Emma"}
        self.client.post("/api/books", data=json.dumps(data), content_type="application/json")
        mock.patch("shop/books.py")
"""


def test_each_test_has_its_own_literals_and_paths_may_lack_their_slash():
    found = read_examples([SourceFile("tests/test_shop.py", OWN.encode(), OWN)])

    assert [each.body for each in found.of("/api/books", "POST")] == [b'{"title": "Dune"}', b'{"title": "Emma"}']


def test_examples_are_also_what_house_helpers_send_and_what_goes_to_endpoints():
    found = read_examples([SourceFile("tests/test_shop.py", HELPERS.encode(), HELPERS)])

    assert [each.body for each in found.of("/books", "POST", "shop.add")] == [
        b'{"title": "Emma"}',
        b'{"title": "Solaris"}',
    ]
    assert [each.body for each in found.of("/books/<int:id>", "PUT")] == [b"title=Emma"]
    assert [(each.path, each.endpoint) for each in found.of("/elsewhere/<int:id>", "PATCH", "shop.change")] == [
        ("", "shop.change")
    ]
    assert not found.of("/elsewhere", "POST", "shop.other")


API = """\
import secrets
from flask import Flask, abort, jsonify, request

app = Flask(__name__)
access, refresh = set(), set()

def bearer():
    return request.headers.get("Authorization", "").partition(" ")[2]

@app.post("/login")
def login():
    mine, next_ = secrets.token_hex(16), secrets.token_hex(16)
    access.add(mine)
    refresh.add(next_)
    return jsonify(access_token=mine, refresh_token=next_, token_type="bearer")

@app.post("/refresh")
def renew():
    return "new" if bearer() in refresh else abort(401)

@app.post("/check")
def check():
    return "known" if request.get_json()["access_token"] in access else abort(401)

@app.get("/by-path/<refresh_token>")
def by_path(refresh_token):
    return "known" if refresh_token in refresh else abort(404)
"""


def test_every_token_of_a_login_is_used(tmp_path):
    (tmp_path / "api.py").write_text(API, "utf-8")
    files = [SourceFile("api.py", API.encode(), API)]
    index = build_index("", files)
    inputs = Inputs(read_inputs(files), index.functions)
    reached = set()
    with Worker.start(Side.BEFORE, WorkerSetup(tmp_path, Path(sys.executable), "api:app")) as worker:
        personas = ready(worker, parse_login("ann=POST /login -> json:$.access_token"))
        for case in auto_cases(index.routes, inputs, (), AutoOptions(personas=personas)):
            seen = worker.observe(case)
            reached |= {each.endpoint for each in seen.answers if each.status == 200}

    assert [persona.name for persona in personas] == ["ann", "ann by refresh_token"]
    assert reached == {"login", "renew", "check", "by_path"}
