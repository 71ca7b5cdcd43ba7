"""Twenty clients at once: real servers, faults of every kind put in on purpose, and none where there is none."""

from __future__ import annotations

import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Step
from flask2fastapi.verify.crowd import Crowd
from flask2fastapi.verify.serving import serve_asgi, serve_flask
from flask2fastapi.verify.smoke import SmokeResult, smoke

from .worker_apps import case, get

if TYPE_CHECKING:
    from collections.abc import Iterator

PYTHON = Path(sys.executable)
ORIGINAL = """\
import time, uuid
from flask import Flask, abort, jsonify, redirect, request, session, url_for
app = Flask(__name__)
app.secret_key = "s"
made = []

@app.get("/echo")
def echo():
    time.sleep(0.01)
    return jsonify(args=request.args, header=request.headers["X-Smoke-Client"], url=request.url)

@app.get("/count")
def count():
    session["n"] = session.get("n", 0) + 1
    return {"n": session["n"]}

@app.get("/random")
def random(): return uuid.uuid4().hex

@app.get("/away")
def away(): return redirect(url_for("echo"))

@app.post("/made")
def make():
    made.append(request.get_json()["name"])
    return jsonify(made), 201

@app.post("/once")
def once():
    if "once" in made: abort(409)
    made.append("once")
    return "", 201
"""
SOUND = """\
from fastapi import FastAPI
from a2wsgi import WSGIMiddleware
from original import app as flask_app
app = FastAPI()
app.mount("/", WSGIMiddleware(flask_app))
"""
BROKEN = """\
import asyncio, json
from urllib.parse import parse_qs
last = {}

WORDS = {"/" + word: word for word in ("plain", "typed", "short", "fine", "twice", "a-long-word-typed")}
async def app(scope, receive, send):
    if scope["type"] != "http": return
    assert scope["method"]
    own = last["marker"] = parse_qs(scope["query_string"].decode()).get("client", [""])[0]
    await asyncio.sleep(0.05)
    status, kind, length = 200, b"text/plain", None
    body = last["marker"] if scope["path"] == "/echo" else WORDS.get(scope["path"], "")
    if scope["path"] == "/plain": body = "plein"
    if scope["path"] in ("/typed", "/a-long-word-typed"): kind = b"text/html"
    if scope["path"] == "/failing": status = 500
    if scope["path"] == "/swapped": body = "the answer to one of them"
    if scope["path"] == "/twice": kind = b"text/plain"
    if scope["path"] == "/short": length = b"99"
    length = length or str(len(body)).encode()
    headers = [(b"content-type", kind), (b"content-length", length)]
    if scope["path"] == "/twice": headers += [(b"date", b"x"), (b"date", b"y")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})
"""
PLAIN = """\
from flask import Flask, request, Response
app = Flask(__name__)
@app.route("/echo")
def echo(): return Response(request.args.get("client", ""), content_type="text/plain")
@app.route("/<word>")
def word(word):
    text = {"failing": "", "swapped": "the answer to the other", "owner": "the answer to one of them"}.get(word, word)
    return Response(text, content_type="text/plain")
"""
RACE = """\
import threading, time
from flask import Flask
app = Flask(__name__)
busy = []
@app.route("/race")
def race():
    busy.append(1)
    time.sleep(0.05)
    together = len(busy)
    busy.pop()
    if together > 1: raise RuntimeError("two at once")
    return "alone"
"""
SCARCE = """\
from flask import Flask
app = Flask(__name__)
asked = []
@app.delete("/row")
def row():
    asked.append(1)
    return ("", 409) if {taken} else ("", 204)
"""
JSON = (("Content-Type", "application/json"),)


@contextmanager
def both(folder: Path, original: str, migrated: str) -> Iterator[tuple[str, str]]:
    (folder / "original.py").write_text(original)
    (folder / "migrated.py").write_text(migrated)
    with (
        serve_flask(folder, PYTHON, "original:app") as flask,
        serve_asgi(folder, PYTHON, "migrated:app") as fastapi,
    ):
        yield flask.url, fastapi.url


def kinds(result: SmokeResult, path: str) -> set[tuple[str, str]]:
    return {(fault.kind, fault.where) for fault in result.faults if fault.request == f"GET {path}"}


def test_an_application_that_keeps_clients_apart_is_clean(tmp_path: Path) -> None:
    """Echoes, sessions, redirects, cookies within a case and shared state: nothing is reported."""
    steps = [
        get("/echo", query="a=%C3%A9"),
        get("/random"),
        get("/away"),
        Step("HEAD", "/away"),
        Step("POST", "/made", headers=JSON, body=b'{"name": "x"}'),
        Step("POST", "/once"),
        get("/nowhere"),
    ]
    cases = [case(step, name=f"{step.method} {step.path}") for step in steps]
    cases.append(case(get("/count"), get("/count"), get("/count"), name="session"))

    with both(tmp_path, ORIGINAL, SOUND) as (flask, fastapi):
        result = smoke(flask, fastapi, cases, crowd=Crowd(clients=20, seconds=20))

    assert result.faults == result.shared == ()
    assert (result.clients, result.requests) == (20, 200)
    assert [name.partition("/")[0] for name in result.servers] == ["Werkzeug", "uvicorn"]


def test_what_only_flasks_server_sends_twice_is_no_fault(tmp_path: Path) -> None:
    """Werkzeug's own server adds a date to the one that a file has already."""
    start = "from flask import Flask, send_file\napp = Flask(__name__)\n"
    files = f"{start}@app.route('/file')\ndef file(): return send_file(__file__)\n"
    once = """\
from original import app as flask_app
async def app(scope, receive, send):
    if scope["type"] != "http": return
    answer = flask_app.test_client().get(scope["path"])
    headers = [(k.lower().encode(), v.encode()) for k, v in answer.headers if k.lower() != "date"]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.data})
"""
    with both(tmp_path, files, once) as (flask, fastapi):
        heard = urllib.request.urlopen(f"{flask}/file")
        assert len(heard.headers.get_all("date")) == 2
        result = smoke(flask, fastapi, [case(get("/file"), name="/file")], crowd=Crowd(clients=4))

    assert result.faults == result.shared == ()


def test_every_kind_of_fault_is_found(tmp_path: Path) -> None:
    """Answers to somebody else, other statuses, types and bodies, headers sent twice, and answers that break off."""
    paths = [
        "/echo",
        "/failing",
        "/typed",
        "/a-long-word-typed",
        "/plain",
        "/short",
        "/fine",
        "/swapped",
        "/owner",
        "/twice",
    ]
    cases = [case(get(path), name=path) for path in paths]

    with both(tmp_path, PLAIN, BROKEN) as (flask, fastapi):
        result = smoke(flask, fastapi, cases, crowd=Crowd(clients=4))

    assert ("mixed", "") in kinds(result, "/echo")
    assert kinds(result, "/failing") == {("error", "status")}
    assert kinds(result, "/typed") == {("different", "header:content-type")}
    assert kinds(result, "/a-long-word-typed") == {("different", "header:content-type")}
    assert {kind for kind, _ in kinds(result, "/plain")} == {"different"}
    assert kinds(result, "/short") == {("error", "")}
    assert ("mixed", "") in kinds(result, "/swapped")
    assert kinds(result, "/twice") == {("different", "header:x-sent-twice")}
    assert kinds(result, "/fine") == set()
    assert result.requests == 4 * len(paths) - 4


def test_what_flask_does_in_a_crowd_as_well_is_no_fault(tmp_path: Path) -> None:
    """A view that never could bear two clients at once is told apart."""
    with both(tmp_path, RACE, SOUND) as (flask, fastapi):
        result = smoke(flask, fastapi, [case(get("/race"))], crowd=Crowd(clients=6))

    assert result.faults == ()
    assert [(fault.kind, fault.request) for fault in result.shared] == [("error", "GET /race")]


def test_what_flask_does_to_some_of_a_crowd_is_no_fault_when_most_meet_it(tmp_path: Path) -> None:
    """How many come too late for a row that all clients want to remove is a matter of time."""
    some, most = (SCARCE.format(taken=taken) for taken in ("len(asked) > 4 and len(asked) % 4 == 0", "len(asked) > 1"))
    (tmp_path / "scarce.py").write_text(most)
    with both(tmp_path, some, SOUND.replace("original", "scarce")) as (flask, fastapi):
        result = smoke(flask, fastapi, [case(Step("DELETE", "/row"))], crowd=Crowd(clients=8))

    assert result.faults == ()
    assert [(fault.kind, fault.count) for fault in result.shared] == [("different", 8)]


def test_a_server_that_is_gone_is_a_fault(tmp_path: Path) -> None:
    """Every client is told so; nothing is raised."""
    migrated = BROKEN.replace('    assert scope["method"]', "    if scope['method'] == 'GET': os._exit(3)")
    with both(tmp_path, PLAIN, f"import os\n{migrated}") as (flask, fastapi):
        result = smoke(flask, fastapi, [case(get("/fine"))], crowd=Crowd(clients=3))

    assert [(fault.kind, fault.count) for fault in result.faults] == [("error", 3)]
