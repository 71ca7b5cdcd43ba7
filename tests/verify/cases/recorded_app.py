"""A small application with every sort of token, and a recorder that writes what a browser would."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

APP = """\
import secrets
from flask import Flask, abort, jsonify, redirect, request, session

app = Flask(__name__)
app.secret_key = "not so secret"
tokens, notes = {}, {}

@app.get("/login")
def form():
    session["csrf"] = secrets.token_urlsafe(16)
    return '<form><input type="hidden" name="csrf_token" value="%s"><input name="password"></form>' % session["csrf"]

@app.post("/login")
def login():
    if request.form["csrf_token"] != session.get("csrf") or request.form["password"] != "correct horse":
        abort(400)
    session["user"] = request.form["username"]
    return redirect("/notes")

@app.route("/notes", methods=["GET", "POST"])
def everything():
    if "user" not in session:
        abort(401)
    if request.method == "GET":
        return jsonify(list(notes))
    number = 1000 + secrets.randbelow(9000)
    notes[number] = request.form["text"]
    return "", 201, {"Location": "/notes/%d" % number}

@app.route("/notes/<int:number>", methods=["GET", "DELETE"])
def one(number):
    if request.method == "DELETE":
        del notes[number]
        return "", 204
    return jsonify(id=number, text=notes[number])

@app.post("/tokens")
def token():
    if request.get_json()["api_key"] != "key-123-456":
        abort(403)
    mine = secrets.token_hex(16)
    tokens[mine] = True
    return jsonify(data=[{"token": mine, "expires": 3600}])

@app.get("/me")
def me():
    if request.headers.get("Authorization", "").partition(" ")[2] not in tokens:
        abort(401)
    return "me"

@app.post("/me/check")
def check():
    return jsonify(known=request.get_json()["token"] in tokens)
"""
HOST = "shop.example:8443"


class Recorder:
    """A browser that keeps a log: requests to the real application, entries as HAR 1.2 has them."""

    def __init__(self) -> None:
        space: dict[str, Any] = {"__name__": f"recorded_{secrets.token_hex(4)}"}
        exec(compile(APP, "app.py", "exec"), space)
        self.client = space["app"].test_client()
        self.entries: list[dict[str, Any]] = []

    def send(self, method: str, path: str, page: str = "page_1", **options: Any) -> Any:
        answer = self.client.open(path, method=method, **options)
        request = answer.request
        body = _body(options)
        headers = [{"name": name, "value": value} for name, value in request.headers.items() if name != "Host"]
        entry = {
            "pageref": page,
            "startedDateTime": "2026-01-01T00:00:00.000Z",
            "request": {
                "method": method,
                "url": f"https://{HOST}{path}",
                "headers": [{"name": ":authority", "value": HOST}, *headers],
                **({"postData": {"mimeType": request.headers.get("Content-Type", ""), **body}} if body else {}),
            },
            "response": {
                "status": answer.status_code,
                "headers": [{"name": name.lower(), "value": value} for name, value in answer.headers],
                "content": {"mimeType": answer.mimetype, "text": answer.get_data(as_text=True)},
            },
        }
        self.entries.append(entry)
        return answer

    def save(self, path: Path, *pages: str) -> Path:
        rows = [{"id": f"page_{number}", "title": title} for number, title in enumerate(pages, 1)]
        path.write_text(json.dumps({"log": {"version": "1.2", "pages": rows, "entries": self.entries}}), "utf-8")
        return path


def _body(options: dict[str, Any]) -> dict[str, Any]:
    if "json" in options:
        return {"text": json.dumps(options["json"], separators=(",", ":"))}
    if "data" in options:
        return {"params": [{"name": name, "value": value} for name, value in options["data"].items()]}
    return {}


def record(path: Path) -> Path:
    """A visit: log in on one page, write and delete a note on another, use the API on a third."""
    browser = Recorder()
    csrf = browser.send("GET", "/login").text.partition('value="')[2].partition('"')[0]
    login = {"csrf_token": csrf, "username": "ann", "password": "correct horse"}
    browser.send("POST", "/login", data=login, headers={"Referer": f"https://{HOST}/login"})
    browser.send("GET", "/notes", "page_2")
    place = browser.send("POST", "/notes", "page_2", data={"text": "hello"}).headers["Location"]
    browser.send("GET", place, "page_2")
    browser.send("DELETE", place, "page_2")
    token = browser.send("POST", "/tokens", "page_3", json={"api_key": "key-123-456"}).json["data"][0]["token"]
    browser.send("GET", "/me", "page_3", headers={"Authorization": f"Bearer {token}"})
    browser.send("POST", "/me/check", "page_3", json={"token": token, "twice": [token]})
    return browser.save(path, "Log in", "Notes", "API")
