"""A FastAPI application in the place of Flask's answers every request with the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.exceptions import default_exceptions

if TYPE_CHECKING:
    from collections.abc import Callable

APP = """
from datetime import date
from decimal import Decimal

from flask import Flask, abort, jsonify, request

app = Flask(__name__)


@app.route("/")
def index():
    return "<h1>Grüße</h1>"


@app.route("/items/<name>")
def item(name):
    return f"item {name}"


@app.route("/items/new", methods=["GET", "POST"])
def new():
    return "new"


@app.route("/items/<int:number>", methods=["GET", "DELETE"])
def numbered(number):
    return jsonify(number=number, kind="number")


@app.route("/items/<float:number>")
def measured(number):
    return f"float {number}"


@app.route("/items/<name>/parts/")
def parts(name):
    return f"parts of {name}"


@app.route("/items/<name>/parts/<uuid:key>")
def part(name, key):
    return f"{name} {key}"


@app.route("/files/<path:name>")
def file(name):
    return f"file {name}"


@app.route("/files/about")
def about():
    return "about"


@app.route("/v<int:version>.json")
def version(version):
    return f"version {version}"


@app.route("/branch/")
def branch():
    return "branch"


@app.route("/branch/leaf", methods=["PUT"])
def leaf():
    return "leaf"


@app.route("/json")
def data():
    return jsonify(z=1, a="é", day=date(2024, 1, 2), price=Decimal("1.10"), many=[1, None, True])


@app.route("/echo", methods=["POST"])
def echo():
    body = request.get_json()
    return jsonify(body)


@app.route("/quiet", methods=["POST"])
def quiet():
    body = request.get_json(force=True, silent=True)
    return jsonify(got=body)


@app.route("/query")
def query():
    page = request.args.get("page", 1, type=int)
    q = request.args.get("q", "")
    return jsonify(page=page, q=q)


@app.route("/boom")
def boom():
    return str(1 // 0)


@app.route("/gone")
def gone():
    abort(410, "it's <gone> & \\"away\\"\\nfor good")


@app.route("/made", methods=["POST"])
def made():
    return jsonify(id=1), 201


@app.route("/empty", methods=["DELETE"])
def empty():
    return "", 204
"""
PATHS = (
    *("/", "//", "///", "/items", "/items/", "/items/a", "/items/a/", "/items/new", "/items/new/", "/items/7"),
    *("/items/-7", "/items/007", "/items/1.5", "/items/1.", "/items/%D9%A3", "/items/7/parts", "/items/7/parts/"),
    *("/items/a%2Fb", "/items//a", "//items/a", "/items/a//parts", "/items//a//parts?x=1&y=%20", "/items/ü%20b"),
    *("/items/7/parts/00000000-0000-4000-8000-00000000000a", "/items/7/parts/nope", "/items/%FF", "/items/a%0Ab"),
    *("/files/a/b/c.txt", "/files/", "/files", "/files//a", "/files/a//b", "/files/a/", "/files/about", "/v12.json"),
    *("/vx.json", "/v1.jsonp", "/branch", "/branch/", "/branch?a=1&b=%C3%BC+x", "/branch/leaf", "/branch/leaf/"),
    *("/nothing", "/json", "/query", "/query?page=2&q=a&page=3&q=b", "/query?page=x&q=", "/boom", "/gone", "/made"),
    *("/empty", "/echo", "/ITEMS/new", "/docs", "/openapi.json", "/static", "/static/", "/static/a", "/static//a/b"),
)
STATUSES = sorted(set(default_exceptions) - {421})  # which a view cannot convert
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "FOO")


def test_every_method_on_every_path(pair: Callable[..., Any]) -> None:
    """Paths, slashes, precedence, HEAD, OPTIONS, 405, errors: status, headers and bytes."""
    sides = pair(APP)
    different = []
    for path in PATHS:
        for method in METHODS:
            before, after = sides.ask(method, path)
            if before != after:
                different.append(f"{method} {path}\n  {before}\n  {after}")

    assert not different, "\n".join(different)


@pytest.mark.parametrize("path", ["/echo", "/quiet"])
@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'{"b": 1, "a": "\xc3\xa9"}', "application/json"),
        (b'{"b": 1}', "application/vnd.api+json; charset=utf-8"),
        (b'{"b": 1}', "APPLICATION/JSON"),
        (b'{"b": 1}', "text/plain"),
        (b"{", "application/json"),
        (b"", "application/json"),
        (b"\xff", "application/json"),
        (b"[1, 2", "text/json"),
        (b"null", "application/json"),
        ('{"é": 1}'.encode("utf-16"), "application/json"),
        (b"a=1", "application/x-www-form-urlencoded"),
    ],
)
def test_json_bodies(pair: Callable[..., Any], path: str, data: bytes, kind: str) -> None:
    """Good, bad and missing JSON, with and without its content type."""
    before, after = pair(APP).ask("POST", path, data, {"content-type": kind})

    assert after == before


def test_a_body_without_a_type(pair: Callable[..., Any]) -> None:
    """Nothing says that it is JSON."""
    before, after = pair(APP).ask("POST", "/echo", b"{}")

    assert after == before


def test_every_page_of_abort(pair: Callable[..., Any]) -> None:
    """The page of each status that `abort` knows, with its own text and with the default."""
    views = [
        f'@app.route("/{code}")\ndef view_{code}():\n    abort({code})\n\n\n'
        f'@app.route("/{code}/why")\ndef why_{code}():\n    abort({code}, description="be<cause>")\n'
        for code in STATUSES
    ]
    text = "\n\n".join(["from flask import Flask, abort\n\napp = Flask(__name__)\n", *views])
    sides = pair(text)

    for code in STATUSES:
        for path in (f"/{code}", f"/{code}/why"):
            before, after = sides.ask("GET", path)
            assert after == before, path


def test_an_application_without_static_files(pair: Callable[..., Any]) -> None:
    """It has no rule for them at all."""
    sides = pair(APP.replace("Flask(__name__)", "Flask(__name__, static_folder=None)"))

    for method in METHODS:
        before, after = sides.ask(method, "/static/a")
        assert after == before, method


def test_a_number_that_is_too_long(pair: Callable[..., Any]) -> None:
    """Python refuses to read it, in both."""
    before, after = pair(APP).ask("GET", f"/items/{'9' * 5000}")

    assert after == before
