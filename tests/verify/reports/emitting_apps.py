"""A Flask application and a migration of it that goes wrong in one way for each route, both on SQLite."""

from __future__ import annotations

RIGHT = """
import os, sqlite3
from contextlib import closing
from datetime import datetime
from flask import Flask, Response, jsonify, make_response, redirect, request, session

app = Flask(__name__)
app.secret_key = "x"
DATABASE = os.environ.get("VERIFY_DATABASE") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "shop.db")

def run(sql, *values):
    with closing(sqlite3.connect(DATABASE)) as db, db:
        return db.execute(sql, values).fetchall()

run("CREATE TABLE IF NOT EXISTS book (id INTEGER PRIMARY KEY, title, price, made)")
run("DELETE FROM book")

@app.get("/admin")
def admin():
    return ("no", 403)

@app.get("/value")
def value():
    return jsonify(items=[{"id": 1, "price": 2}, {"id": 2, "price": 4}])

@app.get("/type")
def type_():
    return jsonify(id=1, ok=True)

@app.get("/key")
def key():
    return jsonify({"id": 1, "a b": {"x": None}})

@app.get("/extra")
def extra():
    return jsonify(id=1)

@app.get("/size")
def size():
    return jsonify([1, 2, 3])

@app.get("/order")
def order():
    return jsonify(["a", "b"])

@app.get("/number")
def number():
    return jsonify(n=1)

@app.get("/header")
def header():
    return jsonify(1), {"X-Kept": "yes", "Cache-Control": "no-store, private"}

@app.get("/cookie")
def cookie():
    answer = make_response("ok")
    answer.set_cookie("theme.v1", "dark", httponly=True)
    return answer

@app.get("/session")
def session_():
    session["user"] = {"id": 7}
    return "ok"

@app.get("/page")
def page():
    return "<ul><li>Emma &lt;b&gt;</li><li>Dune</li></ul>"

@app.get("/text")
def text():
    return Response("one\\ntwo words\\nthree", content_type="text/plain")

@app.get("/bytes")
def bytes_():
    return Response(bytes(range(256)), content_type="application/octet-stream")

@app.get("/away")
def away():
    return redirect("/value?a=1")

@app.get("/fails")
def fails():
    return "fine"

@app.post("/book")
def book():
    run("INSERT INTO book (title, price) VALUES (?, ?)", request.form.getlist("title")[0], 1.5)
    return jsonify(id=1), 201

@app.post("/lost")
def lost():
    run("INSERT INTO book (title, made) VALUES (?, ?)", "kept", datetime.now().isoformat())
    return jsonify(id=1), 201

@app.get("/clock")
def clock():
    return f"<p>{datetime.now().isoformat()}</p><i>Emma &lt;b&gt;</i>"

@app.get("/book/<id>")
def one(id):
    return jsonify(run("SELECT title FROM book WHERE id = ?", id))

@app.route("/raw/<path:rest>", methods=["PUT"])
def raw(rest):
    body = list(request.get_data())
    return jsonify(path=rest, query=request.query_string.decode(), body=body, kind=request.content_type)
"""
RIGHT_ASGI = """
import a2wsgi
from shop import app as flask_app

app = a2wsgi.WSGIMiddleware(flask_app)
"""
WRONG = """
import os, sqlite3
from contextlib import closing
from datetime import datetime
from urllib.parse import parse_qs
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from itsdangerous import URLSafeTimedSerializer
from flask.sessions import SecureCookieSessionInterface
import flask

app = FastAPI(openapi_url=None)
DATABASE = os.environ.get("VERIFY_DATABASE") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "shop.db")
signing = flask.Flask(__name__)
signing.secret_key = "x"

def run(sql, *values):
    with closing(sqlite3.connect(DATABASE)) as db, db:
        return db.execute(sql, values).fetchall()

run("CREATE TABLE IF NOT EXISTS book (id INTEGER PRIMARY KEY, title, price, made)")
run("DELETE FROM book")

@app.get("/admin")
def admin():
    return PlainTextResponse("welcome")

@app.get("/value")
def value():
    return {"items": [{"id": 1, "price": 2}, {"id": 2, "price": 5}]}

@app.get("/type")
def type_():
    return {"id": True, "ok": 1}

@app.get("/key")
def key():
    return {"id": 1, "a b": {}}

@app.get("/extra")
def extra():
    return {"id": 1, "password": "x"}

@app.get("/size")
def size():
    return [1, 2]

@app.get("/order")
def order():
    return ["b", "a"]

@app.get("/number")
def number():
    return {"n": 1.5}

@app.get("/header")
def header():
    return JSONResponse(1, headers={"Cache-Control": "private"})

@app.get("/cookie")
def cookie():
    answer = HTMLResponse("ok")
    answer.set_cookie("theme.v1", "dark")
    return answer

@app.get("/session")
def session_():
    answer = HTMLResponse("ok", headers={"Vary": "Cookie"})
    serializer = SecureCookieSessionInterface().get_signing_serializer(signing)
    answer.set_cookie("session", serializer.dumps({"user": {"id": 8}}), httponly=True, samesite=None)
    return answer

@app.get("/page")
def page():
    return HTMLResponse("<ul><li>Emma <b></b></li><li>Dune</li></ul>")

@app.get("/text")
def text():
    return Response(b"one\\ntwo  word\\nthree", headers={"content-type": "text/plain"})

@app.get("/bytes")
def bytes_():
    return Response(bytes(range(255, -1, -1)), media_type="application/octet-stream")

@app.get("/away")
def away():
    return HTMLResponse("", 302, {"Location": "http://localhost/value?a=2"})

@app.get("/fails")
def fails():
    raise ValueError("broken")

@app.post("/book")
async def book(request: Request):
    title = parse_qs((await request.body()).decode())["title"][-1]
    run("INSERT INTO book (title, price) VALUES (?, ?)", title, 1.5)
    return JSONResponse({"id": 1}, 201)

@app.post("/lost")
def lost():
    return JSONResponse({"id": 1}, 201)

@app.get("/clock")
def clock():
    return HTMLResponse(f"<p>{datetime.now().isoformat()}</p><i>Emma <b></b></i>")

@app.get("/book/{id}")
def one(id: str):
    return [[title.upper()] for title, in run("SELECT title FROM book WHERE id = ?", id)]

@app.put("/raw/{rest:path}")
async def raw(rest: str, request: Request):
    return {"path": rest, "query": "", "body": [], "kind": "none"}
"""
