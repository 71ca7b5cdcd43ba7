"""Twenty clients at once: real servers, faults of every kind put in on purpose, and none where there is none."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.verify.client import Request
from flask2fastapi.verify.serving import serve_asgi, serve_flask
from flask2fastapi.verify.smoke import FaultKind, SmokeResult, smoke

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
async def app(scope, receive, send):
    if scope["type"] != "http": return
    own = last["marker"] = parse_qs(scope["query_string"].decode()).get("client", [""])[0]
    await asyncio.sleep(0.05)
    status, kind, length = 200, b"text/plain", None
    body = {"/echo": last["marker"], "/plain": "plain", "/typed": "typed", "/short": "short"}.get(scope["path"], "")
    if scope["path"] == "/plain": body = "plein"
    if scope["path"] == "/typed": kind = b"text/html"
    if scope["path"] == "/failing": status = 500
    if scope["path"] == "/short": length = b"99"
    length = length or str(len(body)).encode()
    headers = [(b"content-type", kind), (b"content-length", length)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})
"""
PLAIN = """\
from flask import Flask, request, Response
app = Flask(__name__)
@app.route("/echo")
def echo(): return Response(request.args["client"], content_type="text/plain")
@app.route("/<word>")
def word(word): return Response({"failing": ""}.get(word, word), content_type="text/plain")
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


def kinds(result: SmokeResult, path: str) -> set[FaultKind]:
    return {fault.kind for fault in result.faults if fault.request.path == path}


def test_an_application_that_keeps_clients_apart_is_clean(tmp_path: Path) -> None:
    """Echoes, sessions, redirects and shared state: nothing is reported, unstable answers are compared by status."""
    requests = [
        Request("GET", "/echo?a=%C3%A9"),
        Request("GET", "/count"),
        Request("GET", "/count"),
        Request("GET", "/random"),
        Request("GET", "/away"),
        Request("POST", "/made", JSON, b'{"name": "x"}'),
        Request("POST", "/once"),
        Request("GET", "/nowhere"),
    ]

    with both(tmp_path, ORIGINAL, SOUND) as (flask, fastapi):
        result = smoke(flask, fastapi, requests)

    assert [str(fault) for fault in result.faults] == []
    assert result.clean
    assert (result.clients, result.sent) == (20, 160)
    assert [request.path for request in result.unstable] == ["/random", "/made", "/once"]


def test_every_kind_of_fault_is_found(tmp_path: Path) -> None:
    """Answers to somebody else, other statuses, types and bodies, and answers that break off."""
    paths = ["/echo", "/failing", "/typed", "/plain", "/short", "/fine"]
    migrated = BROKEN.replace('"/short": "short"', '"/short": "short", "/fine": "fine"')

    with both(tmp_path, PLAIN, migrated) as (flask, fastapi):
        result = smoke(flask, fastapi, [Request("GET", path) for path in paths], clients=4)

    assert kinds(result, "/echo") == {FaultKind.MIXED}
    assert kinds(result, "/failing") == {FaultKind.STATUS}
    assert kinds(result, "/typed") == {FaultKind.HEADER}
    assert kinds(result, "/plain") == {FaultKind.BODY}
    assert kinds(result, "/short") == {FaultKind.ERROR}
    assert kinds(result, "/fine") == set()
    assert not result.clean
    assert "4 clients, 24 requests" in str(result)
