"""A Flask application, and a successor that differs from it in ways that are known: one way in each route."""

from __future__ import annotations

FLASK = '''\
import os, random, smtplib, sqlite3, time, uuid
from email.message import EmailMessage
from flask import Flask, abort, jsonify, make_response, redirect, request, session
from markupsafe import escape

HERE = os.path.dirname(os.path.abspath(__file__))
app = Flask(__name__)
app.secret_key = "known"


def connect():
    return sqlite3.connect(os.path.join(HERE, "shop.db"))


with connect() as db:
    db.executescript("""
        CREATE TABLE IF NOT EXISTS item (
            id INTEGER PRIMARY KEY, title TEXT, note TEXT, made TEXT DEFAULT CURRENT_TIMESTAMP
        );
        INSERT OR IGNORE INTO item VALUES (1, 'Tea', '<b>hot</b>', 'x'), (2, 'Ale', 'cold', 'x'), (3, 'Gin', '', 'x');
    """)


def write(statement, *values):
    with connect() as db:
        db.execute(statement, values)
    return "", 201


@app.get("/same")
def same():
    session["seen"] = time.time()
    return jsonify(id=str(uuid.uuid4()), at=time.time(), drawn=random.random())


@app.get("/same/<int:number>")
def same_item(number):
    with connect() as db:
        return jsonify(db.execute("SELECT title FROM item WHERE id = ?", [number]).fetchone() or abort(404))


@app.post("/same")
def same_write():
    return write("INSERT INTO item (title) VALUES (?)", request.form["title"])


@app.get("/status")
def other_status():
    return "made"


@app.get("/type")
def other_type():
    return jsonify(count=3, name="Tea")


@app.get("/key")
def other_key():
    return jsonify(first=1, second=2)


@app.get("/header")
def lost_header():
    return "kept", 200, {"Cache-Control": "no-store"}


@app.get("/guard")
def lost_guard():
    return "secret" if "Authorization" in request.headers else abort(401)


@app.post("/column")
def other_column():
    return write("INSERT INTO item (title, note) VALUES (?, ?)", request.form["title"], request.form["note"])


@app.post("/commit")
def lost_commit():
    return write("UPDATE item SET note = ? WHERE id = 1", "changed")


@app.get("/cookie")
def lost_flag():
    answer = make_response("set")
    answer.set_cookie("theme", "dark", httponly=True)
    return answer


@app.get("/order")
def other_order():
    with connect() as db:
        return jsonify([row[0] for row in db.execute("SELECT title FROM item ORDER BY title")])


@app.get("/escape")
def lost_escape():
    with connect() as db:
        notes = [row[0] for row in db.execute("SELECT note FROM item")]
    return "".join("<p>%s</p>" % escape(note) for note in notes)


@app.get("/redirect")
def other_redirect():
    return redirect("/same")


@app.get("/target")
def other_target():
    return redirect("/same")


@app.get("/mail")
def other_mail():
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Hello", "a@example.org", "b@example.org"
    message.set_content("Hello")
    with smtplib.SMTP("mail.example.org") as server:
        server.send_message(message)
    return "sent"


@app.get("/file")
def other_file():
    with open(os.path.join(HERE, "note.txt"), "w") as stream:
        stream.write("old")
    return "written"


@app.get("/first")
def other_value():
    return request.args.get("size", "none")


@app.post("/field")
def forgiving_field():
    return request.form["name"]


@app.get("/error")
def other_error():
    number = int(request.args.get("number", "1"))
    return str(10 // number)


@app.get("/session")
def other_session():
    session["user"] = 1
    return "in"


@app.get("/leaves")
def leaves():
    return "stays"
'''
CHANGES = (
    ('    return "made"', '    return "made", 201'),
    ("count=3", 'count="3"'),
    ("first=1, second=2", "first=1, other=2"),
    ('return "kept", 200, {"Cache-Control": "no-store"}', 'return "kept"'),
    ('return "secret" if "Authorization" in request.headers else abort(401)', 'return "secret"'),
    ('request.form["title"], request.form["note"])', 'request.form["note"], request.form["title"])'),
    ('"UPDATE item SET note = ? WHERE id = 1", "changed"', '"SELECT ?", "changed"'),
    ('"dark", httponly=True', '"dark"'),
    ("ORDER BY title", "ORDER BY title DESC"),
    ("% escape(note)", "% note"),
    ('def other_target():\n    return redirect("/same")', 'def other_target():\n    return redirect("/")'),
    ('"Subject"], message["From"], message["To"] = "Hello"', '"Subject"], message["From"], message["To"] = "Hi"'),
    ('stream.write("old")', 'stream.write("new")'),
    ('return request.args.get("size", "none")', 'return (request.args.getlist("size") or ["none"])[-1]'),
    ('return request.form["name"]', 'return request.form.get("name", "")'),
    ('session["user"] = 1', 'session["user"] = 2'),
    ('return "stays"', "os._exit(3)"),
)
"""What stands in the successor's own copy of the Flask application."""
FRONT = """\
import a2wsgi
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse
from shop import app as flask_app

app = FastAPI(openapi_url=None, redirect_slashes=False)


@app.api_route("/redirect", methods=["GET", "HEAD"], name="other_redirect")
def other_redirect():
    return RedirectResponse("/same", 307)


@app.get("/error", name="other_error", response_class=HTMLResponse)
def other_error(number: int = 1):
    return str(10 // number)


app.mount("/", a2wsgi.WSGIMiddleware(flask_app))
"""
EXPECTED = {
    ("other_status", "status"),
    ("other_type", "body:$.count"),
    ("other_key", "body:$.second"),
    ("other_key", "body:$.other"),
    ("lost_header", "header:cache-control"),
    ("lost_guard", "status"),
    ("other_column", "table:main.item.title"),
    ("other_column", "table:main.item.note"),
    ("lost_commit", "table:main.item"),
    ("lost_flag", "cookie:theme.httponly"),
    ("other_order", "body:$"),
    ("lost_escape", "body:/p"),
    ("other_redirect", "status"),
    ("other_target", "header:location"),
    ("other_mail", "mail:"),
    ("other_file", "file:note.txt"),
    ("other_value", "body:/text()"),
    ("forgiving_field", "status"),
    ("other_error", "status"),
    ("other_session", "cookie:session:$.user"),
    ("leaves", "crash"),
}
"""Endpoint and place of everything that differs."""


def successor() -> str:
    """The Flask application with all the changes; each of them has its place."""
    text = FLASK
    for old, new in CHANGES:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text
