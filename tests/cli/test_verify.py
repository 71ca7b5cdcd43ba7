"""``flask2fastapi verify``: known differences are found, each of them and nothing else."""

from __future__ import annotations

import json
import sys

import pytest

APP = """\
import sqlite3
from pathlib import Path

from flask import Flask, abort, jsonify, redirect, request, session

DATABASE = Path(__file__).parent / "shop.db"
app = Flask(__name__)
app.secret_key = "dev"


@app.get("/plain")
def plain():
    return {"page": request.args.get("page", 1, type=int)}


@app.post("/items")
def add():
    title = request.form["title"]
    with sqlite3.connect(DATABASE) as database:
        database.execute("INSERT INTO items (title) VALUES (?)", (title,))
    return jsonify(title=title), 201


@app.get("/items/<int:item_id>")
def item(item_id):
    with sqlite3.connect(DATABASE) as database:
        row = database.execute("SELECT title FROM items WHERE id = ?", (item_id,)).fetchone()
    if row is None:
        abort(404, "no such item")
    return jsonify(title=row[0])


@app.put("/items/<int:item_id>")
def rename(item_id):
    title = request.form["title"]
    with sqlite3.connect(DATABASE) as database:
        database.execute("UPDATE items SET title = ? WHERE id = ?", (title + "!", item_id))
    return "", 204


@app.post("/login")
def login():
    if request.form["name"] != "ann":
        abort(401)
    session["name"] = request.form["name"]
    return "hello"


@app.get("/secret")
def secret():
    if "name" not in session:
        abort(403)
    return f"for {session['name']}"
"""
SEED = """\
import sqlite3

with sqlite3.connect("shop.db") as database:
    database.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, title TEXT)")
    database.executemany("INSERT INTO items (title) VALUES (?)", [("tea",), ("<b>",), ("cup",)])
"""
ARGUMENTS = ("verify", ".", "--app", "shop:app", "--python", sys.executable, "--per-route", "6")
SEEDED = ("--seed", f"{sys.executable} seed.py", "--login", "ann=POST /login form name=ann")


SHOP = """\
from flask import Blueprint, Flask

bp = Blueprint("shop", __name__)


@bp.get("/tea")
def tea():
    return {"a": "tea"}


def create_app(name="x"):
    app = Flask(__name__)
    app.register_blueprint(bp)
    return app
"""
LEAVING = {
    "factory": {"shop.py": SHOP, "wsgi.py": "from shop import create_app\n\napplication = create_app('y')\n"},
    "in a package": {"web/__init__.py": "", "web/shop.py": f"{SHOP}\n\napp = create_app()\n"},
}


@pytest.fixture
def migrated(empty, request):
    """Has left Flask, but where a test asks for more options."""
    empty.write({"shop.py": APP, "seed.py": SEED, "requirements.txt": "flask\n"})
    empty.commit()
    assert empty.flask2fastapi("migrate", ".", *getattr(request, "param", ())).code == 0
    return empty


def edit(shell, old, new):
    file = shell.folder / "shop.py"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def report(shell, *arguments):
    done = shell.flask2fastapi(*ARGUMENTS, *arguments, "--report", "verify.json")
    path = shell.folder / "verify.json"
    return done, json.loads(path.read_text()) if path.exists() else {}


def test_an_honest_migration_is_verified(migrated):
    done, document = report(migrated, *SEEDED)

    assert done.code == 0, done.out + done.err
    assert document["clusters"] == []
    assert {"plain", "add", "item", "rename", "login", "secret"} <= {route["endpoint"] for route in document["routes"]}


PLANTED = {
    "add": ("status_code=201", "status_code=200"),
    "item": ("row[0]", "row[0].upper()"),
    "rename": ('title + "!"', 'title + "?"'),
    "secret": ('"name" not in session', 'session.setdefault("name", "") is None'),
}
"""Endpoint -> what is changed in its view after the migration."""


@pytest.mark.parametrize("migrated", [(), ("--hybrid",)], ids=["full", "hybrid"], indirect=True)
def test_planted_differences_are_found_each_and_only_those(migrated):
    for old, new in PLANTED.values():
        edit(migrated, old, new)

    done, document = report(migrated, *SEEDED)

    assert done.code == 1, done.out + done.err
    found = {(cluster["route"], cluster["difference"]["where"].partition(":")[0]) for cluster in document["clusters"]}
    assert found == {("add", "status"), ("item", "body"), ("rename", "table"), ("secret", "status")}
    first = document["clusters"][0]
    assert (first["route"], first["difference"]["lost_guard"]) == ("secret", True)
    again, only = report(migrated, *SEEDED, "--replay", first["id"])
    assert again.code == 1
    assert [cluster["id"] for cluster in only["clusters"]] == [first["id"]]


def test_what_was_not_reached_is_not_verified(migrated):
    done, document = report(migrated, "--seed", f"{sys.executable} seed.py")

    (secret,) = [route for route in document["routes"] if route["endpoint"] == "secret"]
    assert not {"2xx", "3xx"} & set(secret["statuses"])
    assert "--login" in secret["missing"]
    assert done.code == 4


def test_a_side_that_does_not_boot_is_said_with_its_own_error(migrated):
    key = 'app.state.config["SECRET_KEY"]'
    edit(migrated, key, f'raise RuntimeError("no database")\n{key}')

    done = migrated.flask2fastapi(*ARGUMENTS, *SEEDED)

    assert done.code == 3
    assert "no database" in done.err


def test_planted_mistakes_are_counted(migrated):
    done = migrated.flask2fastapi(*ARGUMENTS, *SEEDED, "--mutate", "4")

    assert done.code == 0, done.out + done.err
    assert "of 4 planted mistakes were seen" in done.out
    assert "mutant" not in (migrated.folder / "shop.py").read_text()


def test_a_repository_without_a_migrated_application_is_refused(empty):
    empty.write({"shop.py": APP})

    done = empty.flask2fastapi("verify", ".")

    assert done.code == 2
    assert "migrate" in done.err


def test_what_differs_on_trial_stays_mounted(empty):
    """The name of the thread is a difference that no reading of the source could have known of."""
    empty.write(
        {
            "shop.py": "import threading\n\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n"
            '@app.get("/plain")\ndef plain():\n    return {"a": 1}\n\n\n'
            '@app.get("/thread")\ndef thread():\n    here = threading.current_thread()\n'
            '    return {"main": here is threading.main_thread()}\n'
        }
    )
    empty.commit()
    free = empty.flask2fastapi("migrate", ".", "--diff", "--report", "free.json")
    done = empty.flask2fastapi(
        "migrate",
        ".",
        "--verify",
        "--app",
        "shop:app",
        "--python",
        sys.executable,
        "--allow-dirty",
        "--report",
        "r.json",
    )

    assert free.code == 1
    assert done.code == 0, done.err
    rungs = [
        {route["rule"]: route["rung"] for route in json.loads((empty.folder / name).read_text())["routes"]}
        for name in ("free.json", "r.json")
    ]
    assert rungs == [{"/plain": "native", "/thread": "native"}, {"/plain": "native", "/thread": "mounted"}]
    assert [
        r["code"] for route in json.loads((empty.folder / "r.json").read_text())["routes"] for r in route["reasons"]
    ] == ["differs"]


@pytest.mark.parametrize("form", LEAVING)
def test_applications_without_flask_are_compared_as_they_stand(empty, form):
    """They are built as their Flask side is; what is changed in them afterwards is found."""
    empty.write(LEAVING[form])
    empty.commit()
    empty.flask2fastapi("migrate", ".")
    where = ("verify", ".", "--python", sys.executable, "--per-route", "6")

    same = empty.flask2fastapi(*where)
    (shop,) = empty.folder.rglob("shop.py")
    shop.write_text(shop.read_text().replace(': "tea"', ': "coffee"'))
    changed = empty.flask2fastapi(*where)

    assert " Flask(" not in shop.read_text()
    assert (same.code, "0 different" in same.err) == (0, True), same.out
    assert changed.code == 1
    assert "/tea" in changed.out
