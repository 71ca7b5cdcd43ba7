"""What surrounds an application goes on doing so for its converted views: Flask calls the operations in their place."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

APP = '''
from flask import Blueprint, Flask, Response, abort, g, jsonify, redirect, request, session, url_for

app = Flask(__name__)
app.secret_key = "key"
bp = Blueprint("bp", __name__, url_prefix="/bp")
LOG = []


@app.before_request
def guard():
    """Reads the body, as a check of a form's token does."""
    g.user = request.headers.get("X-User", "nobody")
    LOG.append("before")
    if request.headers.get("X-Stop"):
        return "stopped", 403
    if request.method == "POST" and request.mimetype == "application/x-www-form-urlencoded":
        g.token = request.form.get("token")


@bp.before_request
def bp_guard():
    if g.user == "nobody":
        abort(401, "who are you?")


@app.after_request
def stamp(response):
    response.headers["X-A"] = g.user
    if response.mimetype == "application/json":
        response.headers["X-A"] += f" {response.content_length} {response.get_data()!r}"
    if response.mimetype == "text/plain" and not response.is_streamed:
        response.set_data(response.get_data() + b"!")
    return response


@app.teardown_request
def end(error):
    LOG.append(f"end {type(error).__name__}")


@app.errorhandler(404)
def missing(error):
    return jsonify(missing=error.description, user=g.user), 404


@app.route("/items/<int:number>")
def item(number):
    if number == 7:
        abort(404, "no seven")
    if number == 8:
        raise ValueError("eight")
    return {"number": number}


@app.route("/form", methods=["POST"])
def form():
    return {"title": request.form["title"]}


@app.route("/json", methods=["POST"])
def json_body():
    data = request.get_json()
    return jsonify(got=data["a"])


@app.route("/raw", methods=["PUT"])
def raw():
    return {"length": len(request.get_data())}


@app.route("/text")
def text():
    return Response("text", mimetype="text/plain")


@app.route("/stream")
def stream():
    return Response((part for part in "abc"), mimetype="text/plain")


@app.route("/go")
def go():
    return redirect(url_for("bp.inside", name="x", _external=True))


@bp.route("/<name>")
def inside(name):
    return f"<p>{name} {request.remote_addr} {request.host_url}</p>"


@app.route("/session")
def stays():
    session["a"] = 1
    return g.user


@app.route("/log")
def log():
    session.get("a")
    seen = list(LOG)
    LOG.clear()
    return jsonify(seen)


app.register_blueprint(bp)
'''
NATIVE = ("item", "form", "json_body", "raw", "text", "stream", "go", "bp.inside", "stays")
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
REQUESTS: list[tuple[str, str, bytes, dict[str, str]]] = [
    *((method, "/items/3", b"", {}) for method in ("GET", "HEAD", "OPTIONS", "POST", "DELETE")),
    *(("GET", f"/items/{number}", b"", {"X-User": "ann"}) for number in ("7", "8", "x", "-1")),
    ("GET", "/items/3", b"", {"X-Stop": "1"}),
    ("POST", "/form", b"title=a%20b&token=t", FORM),
    ("POST", "/form", b"token=t", FORM),
    ("POST", "/json", b'{"a": [1]}', JSON),
    ("POST", "/json", b'{"b": 1}', JSON),
    ("POST", "/json", b"{", JSON),
    ("POST", "/json", b"a=1", FORM),
    ("PUT", "/raw", b"x" * 100_000, {}),
    ("PUT", "/raw", b"", {}),
    ("GET", "/text", b"", {}),
    ("HEAD", "/text", b"", {}),
    ("GET", "/stream", b"", {}),
    ("GET", "/go", b"", {}),
    ("GET", "/bp/x", b"", {}),
    ("GET", "/bp/x", b"", {"X-User": "ann"}),
    ("GET", "/bp/x", b"", {"X-User": "ann", "X-Forwarded-For": "10.0.0.9", "X-Forwarded-Host": "shop.example"}),
    ("GET", "/session", b"", {"X-User": "ann"}),
    ("GET", "/none", b"", {}),
]
AROUND = {
    "hooks": "",
    "a proxy before it": "\n\nfrom werkzeug.middleware.proxy_fix import ProxyFix\n\n"
    "app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_host=1)\n",
    "middleware that changes paths": """

class Prefixed:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, environ, start):
        environ["PATH_INFO"] = environ["PATH_INFO"].replace("/none", "/text")
        return self.inner(environ, start)


app.wsgi_app = Prefixed(app.wsgi_app)
""",
}


@pytest.mark.parametrize("around", AROUND)
def test_every_request_is_answered_as_before(around: str, both: Callable[..., Sides]) -> None:
    """Hooks that refuse, read the body, change the response or end a request; errors; what middleware changes."""
    sides = both(APP + AROUND[around])

    assert {name: sides.rung(name) for name in NATIVE} == dict.fromkeys(NATIVE, "native")
    for method, path, data, headers in REQUESTS:
        before, after = sides.ask(method, path, data, headers)
        assert (method, path, after) == (method, path, before)


def test_hooks_run_once_and_see_the_error(both: Callable[..., Sides]) -> None:
    """Before, the operation, after, teardown: each once, the teardown with what the operation raised."""
    sides = both(APP)
    sides.ask("GET", "/log")

    for path, last in (("/items/3", "end NoneType"), ("/items/8", "end ValueError")):
        sides.ask("GET", path)
        before, after = sides.ask("GET", "/log")
        assert after == before
        assert after.body == ["end NoneType", "before", last, "before"]


def test_requests_are_not_mixed_up(both: Callable[..., Sides]) -> None:
    """Many at once, each with its own user and body."""
    sides = both(APP)

    async def ask(client: httpx.AsyncClient, number: int) -> tuple[Any, str]:
        headers = {"X-User": f"user{number}", **FORM}
        answer = await client.post("/form", content=f"title=t{number}&token=x", headers=headers)
        return answer.json()["title"], answer.headers["x-a"].split()[0]

    async def all_at_once() -> list[tuple[Any, str]]:
        transport = httpx.ASGITransport(app=sides.rewritten)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await asyncio.gather(*(ask(client, number) for number in range(200)))

    assert asyncio.run(all_at_once()) == [(f"t{number}", f"user{number}") for number in range(200)]
