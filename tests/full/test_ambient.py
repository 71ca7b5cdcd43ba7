"""Applications with sessions, ``g`` and templates leave Flask, and answer as before; what keeps others."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

SESSIONS = '''
"""A counter and a login."""
from flask import Flask, current_app, flash, g, get_flashed_messages
from flask import redirect, render_template, request, session, url_for

app = Flask(__name__)
app.secret_key = "dev"


def visitor():
    """Who asks."""
    if "user" not in g:
        g.user = session.get("user", "nobody")
    return g.user


@app.route("/")
def index():
    """The page that all see."""
    return render_template("index.html", name=visitor())


@app.route("/login", methods=["POST"])
def login():
    session.clear()
    session["user"] = request.form["user"]
    session.permanent = "keep" in request.form
    flash("Welcome!", "info")
    return redirect(url_for("index"))


@app.route("/logout")
def logout():
    session.pop("user", None)
    flash("Bye.")
    return redirect(url_for(".index"))


@app.route("/count")
def count():
    session["count"] = session.get("count", 0) + 1
    return {"count": session["count"], "user": visitor()}


@app.route("/messages")
def messages():
    return {"messages": get_flashed_messages(with_categories=True)}


@app.route("/name")
def name():
    return {"name": current_app.name, "key": current_app.config["SECRET_KEY"], "debug": current_app.debug}
'''
PAGES = {
    "templates/index.html": "{% extends 'base.html' %}"
    "{% block body %}<h1>{{ name }}</h1>{{ session.user }} {{ g.user }}\n"
    "{% for category, text in get_flashed_messages(with_categories=true) %}<p class={{ category }}>{{ text }}</p>"
    "{% endfor %}<a href=\"{{ url_for('login') }}\">{{ request.path }}</a>{{ [1, name]|tojson }}{% endblock %}",
    "templates/base.html": "<title>{{ config.SECRET_KEY }}</title>{% block body %}{% endblock %}\n",
}
VISITS: list[tuple[str, str, bytes]] = [
    ("GET", "/", b""),
    ("GET", "/count", b""),
    ("POST", "/login", b"user=<ann>"),
    ("GET", "/", b""),
    ("GET", "/", b""),
    ("GET", "/count", b""),
    ("GET", "/logout", b""),
    ("GET", "/messages", b""),
    ("POST", "/login", b"user=bob&keep=1"),
    ("GET", "/messages", b""),
    ("GET", "/count", b""),
    ("GET", "/name", b""),
    ("POST", "/login", b""),
    ("GET", "/nowhere", b""),
    ("OPTIONS", "/login", b""),
]


def visited(pair: Any, visits: list[tuple[str, str, bytes]]) -> str:
    """Make the same visits to both sides, the cookie of each handed on in turn; give the pages of the second."""
    cookie, pages = "", ""
    for number, (method, path, data) in enumerate(visits):
        headers = {"cookie": cookie} if cookie else {}
        if method == "POST":
            headers["content-type"] = "application/x-www-form-urlencoded"
        client = pair.flask.test_client(use_cookies=False)
        was = client.open(path, method=method, data=data, headers=headers)
        old = httpx.Response(was.status_code, headers=list(was.headers), content=was.data)
        new = asyncio.run(sent(pair.fastapi, method, path, data, headers))
        assert (path, told(new)) == (path, told(old))
        for each in (old, new)[number % 2].headers.get_list("set-cookie"):
            cookie = each.partition(";")[0]
        pages += new.text
    return pages


async def sent(app: Any, method: str, path: str, data: bytes, headers: dict[str, str]) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.request(method, path, content=data, headers=headers)


def told(answer: httpx.Response) -> Any:
    """An answer without the moments that are in its cookie."""
    cookies = [re.sub(r"(?<=session=)[^;]+|\d\d:\d\d:\d\d", "", it) for it in answer.headers.get_list("set-cookie")]
    is_json = answer.headers.get("content-type") == "application/json"
    names = ("location", "vary", "content-type")
    found = {name: answer.headers.get(name) for name in names}
    allow = sorted(answer.headers.get("allow", "").split(", "))
    return answer.status_code, found, allow, cookies, answer.json() if is_json else answer.content


def test_an_application_with_sessions_and_templates_leaves_flask(pair: Callable[..., Any]) -> None:
    made = pair({"app.py": SESSIONS, **PAGES})
    pages = visited(made, VISITS)
    assert "&lt;ann&gt;" in pages
    assert "Welcome!" in pages
    text = made.sources["app.py"]
    assert "flask" not in text.replace("flask_compat", "").replace("keep_flask_http", "")
    assert "app.add_middleware(FlaskSession)" in text
    assert "FlaskTemplates(app)" in text
    assert not made.again.changes
