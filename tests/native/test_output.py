"""What views answer through Flask's own functions: URLs, redirects, responses made by hand, files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    import pytest

    from tests.native.conftest import Sides

START = """
import datetime
import io

import flask
from flask import (
    Blueprint, Flask, Response, abort, current_app, json, jsonify, make_response, redirect, request, send_file,
    send_from_directory, stream_with_context, url_for,
)

app = Flask(__name__)
bp = Blueprint("bp", __name__, url_prefix="/bp")


class Thing:
    def __call__(self, environ, start_response):
        start_response("202 ACCEPTED", [("content-type", "text/plain"), ("x-a", environ["PATH_INFO"])])
        return [b"by WSGI"]


def chunks():
    yield "one,"
    yield "two"


THINGS = {
    "none": None, "five": 5, "true": True, "float": 1.5, "text": "caf\\u00e9",
    "bytes": b"\\xff", "array": bytearray(b"x"),
    "dict": {"b": datetime.date(2024, 1, 2), "a": 1}, "list": [{"b": 1, "a": 2}], "set": {1},
    "one": ("x",), "two": ("x", 201), "phrase": ("x", "404 NOPE"), "number": ("x", "404"), "empty": ("x", ""),
    "headers": ("x", {"X-A": "1"}), "pairs": ("x", [("X-A", "1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]),
    "lists": ("x", 201, {"X-A": ["1", "2"]}),
    "three": ({"a": 1}, 203, {"X-A": "2", "Content-Type": "application/x+json"}),
    "four": ("x", 1, 2, 3), "status none": ("x", None), "float status": ("x", 1.5), "nothing": (None, 204),
    "no content": ({"a": 1}, 204), "not modified": ("x", 304, {"X-A": "1"}), "wsgi": Thing(), "odd": Thing,
    "bad headers": ("x", 200, 5), "low": ("x", 199), "inner": (("x", 201), 202),
}


def pick(name):
    if name == "generator":
        return chunks()
    if name == "generator with status":
        return chunks(), 201
    if name == "response":
        return make_response("made", 201)
    if name == "changed":
        return make_response("made", 201), 203, {"X-A": "3"}
    if name == "json":
        return jsonify(a=datetime.date(2024, 1, 2))
    if name == "redirect":
        return redirect(url_for("bp.inside", n=1))
    return THINGS[name]
"""
NAMES = """none five true float text bytes array dict list set one two phrase number empty headers pairs lists three
four,status none,float status,nothing,no content,not modified,wsgi,odd,bad headers,low,inner,generator
generator with status,response,changed,json,redirect,absent"""
KINDS = [name.strip() for line in NAMES.splitlines() for name in (line.split(",") if "," in line else line.split())]
END = '\n\napp.register_blueprint(bp)\napp.config["PROPAGATE_EXCEPTIONS"] = False\n'


def compare(
    sides: Sides, paths: Iterable[str], methods: tuple[str, ...] = ("GET",), headers: Mapping[str, str] | None = None
) -> None:
    """Every header, every byte, of every path."""
    given = headers or {}
    for path in paths:
        for method in methods:
            before, after = sides.whole(method, path, given)
            assert after == before, (method, path)


UNKNOWN = """

@app.route("/helper/<name>")
def helper(name):
    return pick(name)


@app.route("/variable/<name>")
def variable(name):
    found = pick(name)
    if name == "five":
        return
    return found


@app.route("/either/<name>")
def either(name):
    return pick(name) if name != "text" else {"a": 1}


@app.route("/status/<name>")
def status(name):
    return pick(name), 202


@app.route("/all/<name>")
def everything(name):
    code = 203 if name == "text" else {"X-A": name}
    return pick(name), code


@app.route("/end/<name>")
def end(name):
    if name == "text":
        return "text"


@app.route("/with/<name>")
def within(name):
    for key in THINGS:
        if key == name:
            return pick(name), 200, {"X-A": "1"}


@app.route("/made/<name>")
def made(name):
    return make_response(pick(name))


@app.route("/wrapped/<name>")
def wrapped(name):
    response = make_response(pick(name), 203)
    response.headers["X-A"] = name
    return response
"""


def test_what_cannot_be_known_is_answered_by_flasks_rules(both: Callable[..., Sides]) -> None:
    """Everything that a helper can give, returned in every way."""
    sides = both(START + UNKNOWN + END)

    views = ("helper", "variable", "either", "status", "everything", "end", "within", "made", "wrapped")
    assert {name: sides.reasons(name) for name in views} == {name: set() for name in views}
    for view in ("helper", "variable", "either", "status", "all", "end", "with", "made", "wrapped"):
        compare(sides, [f"/{view}/{name}" for name in KINDS], ("GET", "HEAD"))


BODIES = [
    *("if flag:\n        return 'x'", "return 'x', flag", "return 5", "return ('a', 'b')", "return {'a': 1}, 204"),
    *("return [], 304", "return b'x'", "x = ({'a': 1}, 201)\n    return x", "return 'x', '404 NOPE'", "return"),
    *(
        "with open('app.py') as file:\n        pass",
        "return (\n        flag\n        or 'x'\n    )",
        "return [n for n in '12'], 201",
    ),
    *("pass", "for n in 'ab':\n        return n", "try:\n        return flag\n    finally:\n        print('x')"),
    *("def inner():\n        return 5\n\n    return str(inner())", "return lambda e, s: [b'x']", "return (flag, 201,)"),
    *(
        "def inner():\n        yield 'a'\n\n    return inner()",
        "return (c for c in 'ab')",
        "return 'x' if flag else (1, 2)",
    ),
]


def test_forms_of_returns(both: Callable[..., Sides]) -> None:
    """Numbers, no value at all, tuples with anything in them, functions inside the view with returns of their own."""
    views = "".join(f"\n\n@app.route('/{n}')\ndef view{n}():\n    {body}\n" for n, body in enumerate(BODIES))
    sides = both(
        f"from flask import Flask\n\napp = Flask(__name__)\nflag = bool(1)\n{views}{END}".replace(
            "app.register_blueprint(bp)", ""
        )
    )

    for n, body in enumerate(BODIES):
        assert sides.reasons(f"view{n}") == set(), body
        for method in ("GET", "HEAD"):
            before, after = sides.ask(method, f"/{n}")
            assert after == before, body


URLS = """

@bp.route("/inside/<int:n>")
def inside(n):
    return jsonify(
        [
            url_for("index"), url_for(".inside", n=n), url_for(".other", n="a b/c", q=[1, "\\u00e9"], none=None),
            url_for("bp.inside", n=7, _external=True), url_for("index", _anchor="a b"),
            url_for("static", filename="x.css"),
            url_for("index", _external=True, _scheme="https"), url_for("several", _method="POST"),
            flask.url_for("index"),
        ]
    )


@bp.route("/other/<path:n>")
def other(n):
    return redirect(url_for(".inside", n=5, q=n))


@app.route("/")
def index():
    return redirect(url_for("bp.other", n="caf\\u00e9", _external=True), code=301)


@app.route("/several", methods=["GET"], endpoint="several")
@app.route("/several/post", methods=["POST"], endpoint="several")
def many():
    return url_for("several"), 200


@app.route("/fails")
def fails():
    return redirect(url_for("nowhere"))


@app.route("/to")
def to():
    return redirect(request.args.get("u", "/"), 307)


def back():
    return url_for(request.endpoint) if False else url_for("index")
"""


def test_urls_and_redirects(both: Callable[..., Sides]) -> None:
    """All forms of ``url_for``, from views of applications and blueprints, below a prefix and behind a proxy."""
    sides = both(START + URLS + END)

    for name in ("bp.inside", "bp.other", "index", "several", "fails", "to"):
        assert sides.reasons(name) == set(), name
    paths = ["/", "/bp/inside/3", "/bp/other/a%20b", "/several", "/fails"]
    targets = ("/a", "https://example.org/%C3%A9", "a%20b", "//x", "%5B%5D", "", "/%0d%0aX-A:%201")
    paths += [f"/to?u={u}" for u in targets]
    compare(sides, paths, ("GET", "HEAD", "POST"))
    compare(sides, paths, headers={"host": "example.org:8080", "x-forwarded-proto": "https"})


MADE = """

@app.route("/cookies")
def cookies():
    response = make_response("cookies")
    response.set_cookie("a", "caf\\u00e9; x", path="/b", domain="localhost", secure=True, httponly=True, samesite="Lax")
    response.set_cookie("b", "1", expires=datetime.datetime(2030, 1, 2))
    response.delete_cookie("c")
    response.status_code = 201
    response.mimetype = "text/plain"
    return response


@app.route("/response/<int:n>")
def response(n):
    if n == 1:
        return Response("<a/>", mimetype="application/xml")
    if n == 2:
        return Response("a,b", content_type="text/csv", headers={"X-A": "b"})
    if n == 3:
        return Response(chunks(), mimetype="text/plain")
    if n == 4:
        return Response(status=204)
    if n == 5:
        return Response(json.dumps({"d": datetime.date(2024, 1, 2)}), 202, mimetype="application/json")
    if n == 6:
        return current_app.response_class("x", status="299 Weird")
    if n == 7:
        return app.make_response(("x", 201))
    if n == 8:
        return flask.Response([b"a", b"b"], content_type="text/x")
    if n == 9:
        return Response(stream_with_context(chunks()))
    made = flask.Response("x")
    made.headers.add("X-A", "1")
    made.headers.extend({"X-A": "2"})
    made.data = made.data + b"y"
    made.add_etag()
    made.cache_control.max_age = 5
    return made.make_conditional(flask_environ()) if False else made


def flask_environ():
    return {}


@app.route("/close")
def close():
    made = make_response("closes")
    made.call_on_close(lambda: CLOSED.append(1))
    return made


@app.route("/closed")
def closed():
    return jsonify(CLOSED)


@app.route("/json/<int:n>")
def several(n):
    if n == 1:
        return jsonify()
    if n == 2:
        return jsonify(1, 2)
    if n == 3:
        return jsonify(*[1, 2])
    if n == 4:
        return jsonify(1, a=2)
    if n == 5:
        return jsonify(float("nan"))
    if n == 6:
        return jsonify(n), {"Location": url_for("several", n=n)}
    made = jsonify(n=n)
    made.set_cookie("a", "b")
    return made, 203


CLOSED = []
"""


def test_responses_made_by_hand(both: Callable[..., Sides]) -> None:
    """Their arguments, and what is done to them before they are returned."""
    sides = both(START + MADE + END)

    for name in ("cookies", "response", "close", "closed", "several"):
        assert sides.reasons(name) == set(), name
    paths = ["/cookies", *(f"/response/{n}" for n in range(1, 11)), "/close", "/closed"]
    paths += [f"/json/{n}" for n in range(1, 8)]
    compare(sides, paths, ("GET", "HEAD"))


FILES = """

@app.route("/file")
def file():
    return send_file("app.py", as_attachment=True, download_name="\\u00e9 x.py", max_age=60)


@app.route("/bytes")
def some():
    return send_file(io.BytesIO(b"0123456789"), mimetype="text/x", etag="abc", last_modified=10)


@app.route("/below/<path:name>")
def below(name):
    return send_from_directory("files", name)
"""
RANGES = [{}, {"range": "bytes=2-4"}, {"range": "bytes=-3"}, {"range": "bytes=90-"}, {"range": "bytes=0-1,3-4"}]
RANGES += [{"if-none-match": '"abc"'}, {"if-none-match": "*"}, {"if-modified-since": "Thu, 01 Jan 2099 00:00:00 GMT"}]
RANGES += [{"if-range": '"abc"', "range": "bytes=2-4"}, {"if-range": '"x"', "range": "bytes=2-4"}]


def test_files(both: Callable[..., Sides], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges, validators, names, and no way out of a folder."""
    sides = both({"app.py": START + FILES + END, "files/a.txt": "text", "files/b/c.txt": "deep"})
    monkeypatch.setattr("werkzeug.utils.adler32", lambda data: 7)  # of the path, which differs
    for path in (*tmp_path.glob("*/app.py"), *tmp_path.glob("*/files/**/*.txt")):
        os.utime(path, (5, 5))

    for name in ("file", "some", "below"):
        assert sides.reasons(name) == set(), name
    for headers in RANGES:
        compare(sides, ("/bytes", "/below/a.txt", "/below/b/c.txt"), ("GET", "HEAD"), headers)
    compare(sides, [f"/below/{name}" for name in ("..%2Fapp.py", "../app.py", "%2Fetc%2Fpasswd", "b", "nothing", "")])


def test_helpers_serve_both_kinds_of_views(both: Callable[..., Sides]) -> None:
    """A helper that a view that moved and one that stayed share is written once, in its own module."""
    sides = both(
        {
            "app.py": "from flask import Flask, session\n\nfrom helpers import answer, where\n\napp = Flask(__name__)\n"
            "app.secret_key = 'x'\n\n\n@app.route('/moved/<int:n>')\ndef moved(n):\n    return answer(n)\n\n\n"
            "@app.route('/stays/<int:n>')\ndef stays(n):\n    session.get('a')\n    return answer(n)\n\n\n"
            "@app.route('/where')\ndef here():\n    session.get('a')\n    return where()\n",
            "helpers.py": "from flask import jsonify, redirect, url_for\n\n\n"
            "def where():\n    return url_for('moved', n=1)\n\n\n"
            "def answer(n):\n    if n == 1:\n        return redirect(where())\n    if n == 2:\n"
            "        return jsonify(error=n), 400\n    response = jsonify([n])\n    response.headers['X-A'] = 'b'\n"
            "    return response\n",
        }
    )

    assert sides.rung("moved") == "native"
    assert sides.reasons("stays") == sides.reasons("here") == {"session"}
    assert "from flask_compat import jsonify, redirect, url_for" in sides.sources["helpers.py"]
    assert "from flask import" not in sides.sources["helpers.py"]
    compare(sides, [f"/{kind}/{n}" for kind in ("moved", "stays") for n in (1, 2, 3)] + ["/where"])
