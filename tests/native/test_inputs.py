"""What views read of their request by Flask's own names: the same from Flask and from what a run makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

APP = """
import flask
from flask import Flask, abort, jsonify, request
from flask import request as asked

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 2000


@app.route("/form", methods=["POST"])
def form_fields():
    name = request.form["name"]
    size = request.form.get("size", 1, type=int)
    return jsonify(name=name, size=size, note=request.form.get("note", ""), tags=request.form.getlist("tag"))


@app.route("/whole", methods=["POST"])
def whole_form():
    form = request.form
    return jsonify(all=form.to_dict(), lists=form.to_dict(flat=False), n=len(form), keys=sorted(form), has="a" in form)


@app.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST":
        if not request.form["user"] or "password" not in request.form:
            return "both, please", 400
        return f"hello {request.form['user']}"
    return "who are you"


@app.route("/later", methods=["POST"])
def later_form():
    if request.args.get("stop"):
        abort(404)
    form = request.form
    return jsonify({key: value for key, value in form.items()})


@app.route("/caught", methods=["POST"])
def caught_form():
    try:
        value = request.form["value"]
    except KeyError:
        value = "none"
    return {"value": value}


@app.route("/upload", methods=["POST"])
def upload():
    if "file" not in request.files:
        return "no file part", 400
    file = request.files["file"]
    if file.filename == "":
        return "no file", 400
    data = file.read()
    kinds = [file.mimetype, file.content_type, file.name, len(data), str(file.headers.get("x-a"))]
    many = [each.filename for each in request.files.getlist("file")]
    return jsonify(name=file.filename, kinds=kinds, many=many, text=request.form.get("text"))


@app.route("/saved", methods=["POST"])
def saved():
    import io
    kept = io.BytesIO()
    request.files["file"].save(kept)
    return jsonify(saved=kept.getvalue().decode("latin-1"), size=len(request.files))


@app.route("/args")
def whole_args():
    first = request.args.to_dict()
    found = {key: request.args.getlist(key) for key in request.args}
    pairs = [list(pair) for pair in request.args.items(multi=True)]
    return jsonify(first=first, found=found, pairs=pairs, has="a" in request.args, n=len(request.args))


@app.route("/needed")
def needed():
    return {"a": request.args["a"], "b": request.args["b"]}


@app.route("/needed/typed")
def needed_once():
    a = request.args["a"]
    kind = request.args["b-c"]
    return {"a": a, "kind": kind, "more": request.args.get("a", 1, type=int)}


@app.route("/needed/later", methods=["GET", "POST"])
def needed_later():
    if request.method == "POST":
        data = request.get_json()
        return jsonify(data=data, a=request.args["a"])
    try:
        return request.args["a"]
    except KeyError:
        return "none"


@app.route("/needed/first", methods=["POST"])
def needed_first():
    a = request.args["a"]
    data = request.get_json()
    return jsonify(a=a, data=data)


@app.route("/needed/after", methods=["GET", "POST"])
def needed_after():
    key = request.headers["X-Key"]
    return jsonify(key=key, a=request.args["a"])


@app.route("/needed/mixed", methods=["POST"])
def needed_mixed():
    data = request.json
    a = request.args["a"]
    return jsonify(data=data, a=a, text=request.get_data(as_text=True))


@app.route("/listed")
def listed():
    return jsonify(all=request.args.getlist("a"), first=request.args.get("a"), n=request.args.get("n", 1, type=int))


@app.route("/silent/later", methods=["POST"])
def silent_later():
    if not request.args.get("a"):
        return "early", 400
    return jsonify(data=request.get_json(silent=True))


@app.route("/turns", methods=["POST"])
def turns():
    data = request.get_json(force=True, silent=True)
    again = asked.get_json(silent=True)
    form = request.form.to_dict()
    return jsonify(data=data, again=again, form=form, rest=request.stream.read().decode("latin-1"))


@app.route("/dynamic/<name>")
def dynamic(name):
    return {"value": request.args.get(name, "none"), "odd": request.args.get("n", 0, type=lambda text: int(text) + 1)}


@app.route("/values", methods=["GET", "POST"])
def values():
    return jsonify(x=request.values.get("x"), all=request.values.to_dict(), many=request.values.getlist("x"))


@app.route("/raw", methods=["POST", "PUT"])
def raw():
    return {"data": request.data.decode("latin-1"), "text": request.get_data(as_text=True), "form": len(request.form)}


@app.route("/streamed", methods=["POST"])
def streamed():
    start = request.stream.read(3)
    return jsonify(start=start.decode("latin-1"), rest=request.stream.read().decode("latin-1"))


@app.route("/bytes", methods=["POST"])
def some_bytes():
    return request.get_data()


@app.route("/cookies")
def cookies():
    return jsonify(c=request.cookies.get("c"), all=request.cookies.to_dict(), d=request.cookies.get("d", "none"))


@app.route("/cookie")
def cookie():
    return request.cookies["c"]


@app.route("/headers")
def all_headers():
    found = {key.lower(): value for key, value in request.headers.items()}
    found.pop("accept-encoding", None), found.pop("accept", None), found.pop("user-agent", None)
    found.pop("connection", None), found.pop("content-length", None)
    return jsonify(found=found, n=request.headers.get("x-n", 0, type=int), same=request.headers.get("X_N"))


@app.route("/header")
def header():
    if "X-Key" not in request.headers:
        return "no key", 401
    return {"key": request.headers["X-Key"], "other": request.headers.get("x-other", "none")}


@app.route("/missing")
def missing_header():
    try:
        return request.headers["X-Key"]
    except KeyError:
        return "missing"


@app.route("/auth")
def auth():
    sent = request.authorization
    if sent is None or sent.username != "ann":
        return "go away", 401, {"WWW-Authenticate": "Basic"}
    return {"user": request.authorization.username, "password": sent.password, "kind": sent.type}


@app.route("/where/<int:n>")
def where(n):
    return jsonify(
        path=request.path, full=request.full_path, url=request.url, base=request.base_url, root=request.url_root,
        host=request.host, host_url=request.host_url, scheme=request.scheme, secure=request.is_secure, n=n,
        script=request.script_root, endpoint=request.endpoint, rule=request.url_rule.rule, args=request.view_args,
        blueprint=request.blueprint, address=request.remote_addr, query=request.query_string.decode("latin-1"),
        route=list(request.access_route), method=request.method,
    )


@app.route("/kinds", methods=["GET", "POST"])
def kinds():
    return jsonify(
        json=request.is_json, mimetype=request.mimetype, kind=request.content_type,
        length=request.content_length or 0, referrer=request.referrer, agent=request.user_agent.string,
        best=request.accept_mimetypes.best_match(["a/b", "c/d"]), takes="a/b" in request.accept_mimetypes,
        language=request.accept_languages.best,
    )


@app.route("/environ")
def environ():
    return jsonify(a=request.environ["REQUEST_METHOD"], b=request.environ.get("HTTP_X_KEY", "none"))


@app.route("/either", methods=["POST"])
def either():
    if request.is_json:
        data = request.get_json()
    else:
        data = request.form
    return jsonify(name=data.get("name"), n=len(data))


@app.route("/forced", methods=["POST"])
def forced():
    name = request.form.get("name")
    return jsonify(name=name, data=request.get_json(force=True, silent=True))


@app.route("/uncached", methods=["POST"])
def uncached():
    return jsonify(data=request.get_json(silent=True, cache=False), again=request.get_data(as_text=True))


@app.route("/other")
def other_names():
    return jsonify(path=asked.path, same=flask.request.path, arg=asked.args.get("a"), host=request.host)


@app.route("/alias", methods=["GET", "POST"])
def alias():
    return jsonify(path=asked.path, a=asked.form.get("a"))


@app.route("/handed")
def handed():
    current = request
    return str(current.path)


def described(req):
    return f"{req.method} {req.path} {sorted(req.args.items())}"


@app.route("/helped")
def helped():
    return jsonify(described(request))


@app.route("/nested")
def nested():
    keys = ["a", "b"]
    def pick(key):
        return request.args.get(key)
    return jsonify([request.args.get(key) for key in keys], {key: pick(key) for key in keys})


@app.route("/taken", methods=["POST"])
def taken():
    form = dict(request.form)
    files = list(request.files)
    return jsonify(form=form, files=files)


@app.errorhandler(KeyError)
def missing_key(error):
    return f"{type(error).__name__} {error.args}", 400


@app.errorhandler(413)
def too_large(error):
    return "too large", 413
"""

CLIENT = {"user-agent": "tests", "accept": "*/*"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
PARTS = {"content-type": "multipart/form-data; boundary=B"}


def part(name: str, body: bytes, more: str = "", headers: str = "") -> bytes:
    """One part of a multipart body."""
    return f'--B\r\nContent-Disposition: form-data; name="{name}"{more}\r\n{headers}\r\n'.encode() + body + b"\r\n"


NAMED = '; filename="a.txt"'
END = b"--B--\r\n"
BODIES: list[tuple[bytes, dict[str, str]]] = [
    (b"", {}),
    (b"", FORM),
    (b"name=a&size=2&note=n&tag=1&tag=2&a=1&a=2&user=ann&password=&value=v&x=form&text=t", FORM),
    (b"name=&size=x&user=", FORM),
    (b"name=%FF&x=caf%C3%A9+%2B&a", FORM),
    (b"name=" + b"x" * 2100, FORM),
    (b'{"name": "a", "x": 1}', JSON),
    (b'{"name": "a"}', FORM),
    (b"{", JSON),
    (b"plain \xff text", {"content-type": "text/plain"}),
    (b"name=a", {"content-type": "APPLICATION/x-www-form-urlencoded; charset=utf-8"}),
    (part("name", b"a") + part("file", b"hello", NAMED, "Content-Type: text/plain\r\nX-A: b\r\n") + END, PARTS),
    (part("file", b"", '; filename=""') + part("user", b"ann") + END, PARTS),
    (part("file", b"1", '; filename="../\xfc.txt"') + part("file", b"2", '; filename="b"') + END, PARTS),
    (part("file", b"text only") + part("text", b"t") + END, PARTS),
    (part("file", b"x" * 2100, '; filename="a"') + END, PARTS),
    (part("file", b"broken", '; filename="a"'), PARTS),
    (part("name", b"a") + END, {"content-type": "multipart/form-data"}),
    (b"garbage", PARTS),
]
POSTED = [
    *("/form", "/whole", "/login", "/later", "/later?stop=1", "/caught", "/upload", "/saved", "/values?x=query"),
    *("/raw", "/streamed", "/bytes", "/either", "/forced", "/uncached", "/kinds", "/alias", "/taken"),
    *(
        "/needed/first",
        "/needed/first?a=1",
        "/needed/later",
        "/needed/after",
        "/needed/mixed?a=1",
        "/needed/mixed",
        "/silent/later",
        "/silent/later?a=1",
        "/turns",
    ),
]
QUERIES = [
    *("", "?", "?a=1", "?a=1&a=2&b=", "?a=%FF&b=%C3%A9", "?b=2", "?a=1&b-c=2", "?b-c=1", "?a=+%20&n=4", "?n=x&z=1"),
    *("?a;b&&=1", "?x=1&x=2"),
]
ASKED = [
    *(
        "/listed",
        "/needed/after",
        "/args",
        "/needed",
        "/needed/typed",
        "/needed/later",
        "/dynamic/a",
        "/dynamic/n",
        "/values",
        "/where/5",
    ),
    *("/other", "/handed", "/helped", "/nested", "/login", "/kinds", "/alias"),
]


@pytest.fixture
def sides(both: Callable[..., Sides]) -> Sides:
    """The application above, all of whose routes are native."""
    found = both(APP)
    mounted = [plan for plan in found.run.plan.routes if str(plan.rung) != "native"]
    assert not mounted, [(plan.route.rule, [str(reason) for reason in plan.reasons]) for plan in mounted]
    return found


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Werkzeug leaves broken uploads open
def test_bodies_mean_the_same(sides: Sides) -> None:
    """Forms, uploads, raw bodies: good, empty, odd, broken, too large."""
    for path in POSTED:
        for data, headers in BODIES:
            before, after = sides.ask("POST", path, data, {**CLIENT, **headers})
            assert after == before, (path, data[:60], headers)


def test_queries_mean_the_same(sides: Sides) -> None:
    """Repeated, empty, missing and malformed keys, read one by one or as a whole."""
    for path in ASKED:
        for query in QUERIES:
            for method in ("GET", "HEAD"):
                before, after = sides.ask(method, path + query, headers=CLIENT)
                assert after == before, (method, path, query)


HEADERS: list[dict[str, str]] = [
    {},
    {"x-key": "a", "x-n": "5"},
    {"x-key": "", "x-n": "b", "x-other": "b, c"},
    {"cookie": 'c="a b"; c=2; d=%20x; e=v=1; f'},
    {"cookie": "c=1"},
    {"authorization": "Basic YW5uOnB3"},
    {"authorization": "Basic !"},
    {"authorization": "Bearer token"},
    {"referer": "http://r/", "accept": "a/b;q=0.5, c/d", "accept-language": "de;q=0.1,en"},
    {"x-forwarded-for": "1.2.3.4, 5.6", "x-key": "c"},
]


def test_headers_mean_the_same(sides: Sides) -> None:
    """Cookies, credentials, and headers by name and as a whole."""
    for path in ("/cookies", "/cookie", "/headers", "/header", "/missing", "/auth", "/where/5", "/kinds", "/environ"):
        for headers in HEADERS:
            before, after = sides.ask("GET", path, headers={**CLIENT, **headers})
            assert after == before, (path, headers)


def test_parameters_are_named_after_what_they_hold(sides: Sides) -> None:
    """The text of the views stays as it was but for the name of the form."""
    text = sides.sources["app.py"]

    for signature in (
        "async def form_fields(form: FormBody):\n    name = form",
        "async def whole_form(form: FormBody):\n    return ",
        "async def login_post(form: FormBody):",
        "async def later_form(request: FlaskRequest, stop: str | None = None):",
        "async def cookie(request: FlaskRequest):\n    return request.cookies",
        'async def alias(asked: FlaskRequest, form: FormBody):\n    return {"path": asked.path',
        "def upload(form: FormBody, files: FormFiles):",
        'async def needed(a: str, b: str):\n    return {"a": a, "b": b}',
        'kind: Annotated[str, Query(alias="b-c")]',
        "async def needed_first(get_json: JSONReader, a: str):",
        "async def header(request: Request):",
        "async def either(request: FlaskRequest):\n    if request.is_json:\n        data = request.get_json()",
    ):
        assert signature in text
