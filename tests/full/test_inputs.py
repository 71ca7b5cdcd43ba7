"""Forms, uploads, cookies, addresses and credentials, read without Flask as Flask reads them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.full.conftest import Pair

APP = """
from flask import Flask, Blueprint, abort, jsonify, request

app = Flask(__name__)
bp = Blueprint("shop", __name__, url_prefix="/shop")


@app.route("/form", methods=["POST"])
def form_fields():
    name = request.form["name"]
    size = request.form.get("size", 1, type=int)
    return jsonify(name=name, size=size, note=request.form.get("note", ""), tags=request.form.getlist("tag", type=int))


@app.route("/whole", methods=["POST"])
def whole_form():
    form = request.form
    changed = form.copy()
    changed["more"] = "1"
    changed.pop("a", None)
    return jsonify(
        all=form.to_dict(), lists=form.to_dict(flat=False), n=len(form), keys=sorted(form), has="a" in form,
        text=str(form), pairs=list(form.items(multi=True)), values=list(form.values()), raw=dict(form),
        changed=changed.to_dict(), lists_of=sorted(form.lists()), form=form,
    )


@app.route("/caught", methods=["POST"])
def caught_form():
    try:
        value = request.form["value"]
    except KeyError as error:
        value = f"none {error.args}"
    try:
        request.form["a"] = 1
    except TypeError as error:
        value += str(error)
    return {"value": value}


@app.route("/upload", methods=["POST"])
def upload():
    if "file" not in request.files:
        return "no file part", 400
    file = request.files["file"]
    if file.filename == "":
        return "no file", 400
    data = file.read()
    kinds = [file.mimetype, file.content_type, file.name, len(data), str(file.headers.get("x-a")), file.mimetype_params]
    many = [each.filename for each in request.files.getlist("file")]
    return jsonify(
        name=file.filename, kinds=kinds, many=many, text=request.form.get("text"), data=data.decode("latin-1"),
        length=file.content_length, shown=repr(file), there=bool(file), fields=request.form.to_dict(flat=False),
    )


@app.route("/saved", methods=["POST"])
def saved():
    import io
    kept = io.BytesIO()
    request.files["file"].save(kept)
    file = request.files["file"]
    file.seek(0)
    return jsonify(saved=kept.getvalue().decode("latin-1"), size=len(request.files), lines=[len(line) for line in file])


@app.route("/args")
def whole_args():
    found = {key: request.args.getlist(key) for key in request.args}
    return jsonify(first=request.args.to_dict(), found=found, n=request.args.get("n", type=int), q=str(request.args))


@app.route("/needed")
def needed():
    return {"a": request.args["a"], "b": request.args["b"]}


@app.route("/typed")
def typed():
    return jsonify(a=request.args.get("a"), n=request.args.get("n", 0, type=int))


@app.route("/raw", methods=["POST", "PUT"])
def raw():
    return {"data": request.data.decode("latin-1"), "text": request.get_data(as_text=True), "form": len(request.form)}


@app.route("/raw/first", methods=["POST"])
def raw_first():
    text = request.get_data(as_text=True)
    return jsonify(text=text, form=request.form.to_dict(), again=request.data.decode("latin-1"))


@app.route("/raw/uncached", methods=["POST"])
def raw_uncached():
    text = request.get_data(cache=False, as_text=True)
    return jsonify(text=text, form=request.form, again=request.get_data(as_text=True))


@app.route("/streamed", methods=["POST"])
def streamed():
    start = request.stream.read(3)
    return jsonify(start=start.decode("latin-1"), rest=request.stream.read().decode("latin-1"))


@app.route("/cookies")
def cookies():
    sent = request.cookies.to_dict(flat=False)
    return jsonify(c=request.cookies.get("c"), all=sent, d=request.cookies.get("d", "none"))


@app.route("/cookie")
def cookie():
    return request.cookies["c"]


@app.route("/auth")
def auth():
    sent = request.authorization
    if sent is None:
        return "go away", 401
    return jsonify(user=sent.username, password=sent.password, kind=sent.type, token=sent.token, given=sent.parameters)


@bp.route("/where/<int:n>")
def where(n):
    return jsonify(
        path=request.path, full=request.full_path, url=request.url, base=request.base_url, root=request.url_root,
        host=request.host, host_url=request.host_url, scheme=request.scheme, secure=request.is_secure, n=n,
        script=request.script_root, args=request.view_args, other=request.root_url,
        address=request.remote_addr, query=request.query_string.decode("latin-1"),
        method=request.method,
    )


@bp.route("/path/<path:name>")
def named(name):
    return jsonify(path=request.path, url=request.url, name=name, base=request.base_url)


@app.route("/kinds", methods=["GET", "POST"])
def kinds():
    return jsonify(
        json=request.is_json, mimetype=request.mimetype, kind=request.content_type, length=request.content_length or 0,
        referrer=request.referrer, agent=request.user_agent.string, shown=str(request.user_agent),
    )


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


@app.route("/turns", methods=["POST"])
def turns():
    data = request.get_json(force=True, silent=True)
    again = request.get_json(silent=True)
    form = request.form.to_dict()
    return jsonify(data=data, again=again, form=form, rest=request.stream.read().decode("latin-1"))


@app.route("/mixed", methods=["POST"])
def mixed():
    data = request.json
    a = request.args["a"]
    return jsonify(data=data, a=a, text=request.get_data(as_text=True))


@app.route("/listed")
def listed():
    return jsonify(all=request.args.getlist("a"), first=request.args.get("a"), n=request.args.get("n", 1, type=int))


@app.route("/later", methods=["POST"])
def later():
    if request.args.get("stop"):
        abort(404)
    form = request.form
    return jsonify(form=form, data=request.json)


app.register_blueprint(bp)
"""

CLIENT = {"user-agent": "tests", "accept": "*/*"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
PARTS = {"content-type": "multipart/form-data; boundary=B"}
NAMED = '; filename="a.txt"'


def part(name: str, body: bytes, more: str = "", headers: str = "", line: str = "\r\n") -> bytes:
    """One part of a multipart body."""
    start = f'--B{line}Content-Disposition: form-data; name="{name}"{more}{line}{headers}{line}'
    return start.encode() + body + line.encode()


END = b"--B--\r\n"
PLAIN = "Content-Type: Text/Plain; charset=latin-1\r\nX-A: b\r\nContent-Length: 5\r\n"
BODIES: list[tuple[bytes, dict[str, str]]] = [
    (b"", {}),
    (b"", FORM),
    (b"name=a&size=2&note=n&tag=1&tag=x&a=1&a=2&password=&value=v&x=form&text=t", FORM),
    (b"name=&size=x&user=&=&&b", FORM),
    (b"name=%FF%C3&x=caf%C3%A9+%2B&a", FORM),
    (b"name=\xff", FORM),
    (b'{"name": "a", "x": 1}', JSON),
    (b'{"name": "a"}', FORM),
    (b"{", JSON),
    (b"[1]", {"content-type": "application/vnd.api+json; a=b"}),
    (b"plain \xff text", {"content-type": "text/plain"}),
    (b"name=a", {"content-type": "APPLICATION/x-www-form-urlencoded; charset=utf-8"}),
    (part("name", b"a") + part("file", b"hello", NAMED, PLAIN) + END, PARTS),
    (part("name", b"a\n\r\n--C") + part("file", b"--B", NAMED) + END, PARTS),
    (part("name", b"a", line="\n") + part("file", b"hello", NAMED, line="\n") + b"--B--", PARTS),
    (part("name", "é".encode("latin-1"), headers="Content-Type: text/plain; charset=ISO-8859-1\r\n") + END, PARTS),
    (part("name", b"\xff\xc3") + END, PARTS),
    (part("file", b"", '; filename=""') + part("user", b"ann") + END, PARTS),
    (part("file", b"1", '; filename="../ü.txt"') + part("file", b"2", '; filename="b%22\\"c\\\\"') + END, PARTS),
    (part("file", b"1", "; filename*=UTF-8''%C3%BC.txt") + END, PARTS),
    (part("file", b"1", "; filename=token.txt; x") + END, PARTS),
    (part("file", b"text only") + part("text", b"t") + END, PARTS),
    (part("file", b"broken", '; filename="a"'), PARTS),
    (b"preamble\r\n" + part("name", b"a") + END + b"epilogue", PARTS),
    (b"--B\r\nX: y\r\n\r\nno name\r\n" + END, PARTS),
    (part("name", b"a") + END, {"content-type": "multipart/form-data"}),
    (part("name", b"a") + END, {"content-type": 'multipart/form-data; boundary="B"'}),
    (b"--B--\r\n", PARTS),
    (b"garbage", PARTS),
    (part("name", b"x" * 500_000) + END, PARTS),
    (part("name", b"x" * 500_001) + END, PARTS),
    (part("file", b"x" * 600_000, NAMED) + END, PARTS),
    (b"".join(part(f"n{number}", b"a") for number in range(1000)) + END, PARTS),
    (b"".join(part(f"n{number}", b"a") for number in range(1001)) + END, PARTS),
    (b"name=" + b"x" * 600_000, FORM),
]
POSTED = [
    *("/form", "/whole", "/caught", "/upload", "/saved", "/raw", "/raw/first", "/raw/uncached", "/streamed", "/kinds"),
    *("/either", "/forced", "/later", "/later?stop=1", "/turns", "/mixed", "/mixed?a=1"),
]
QUERIES = [
    *("", "?", "?a=1", "?a=1&a=2&b=", "?a=%FF&b=%C3%A9", "?b=2", "?a=+%20&n=4", "?n=x&z=1", "?a;b&&=1", "?x=1&x=2"),
    *("?a=%25%26%3D%23", "?%61=1#b", "?a=%e2%82&n=%31", "?n=1&n=2"),
]
ASKED = [
    *(
        "/listed",
        "/args",
        "/needed",
        "/typed",
        "/shop/where/5",
        "/shop/path/a/b",
        "/shop/path/caf%C3%A9%20x",
        "/shop/path/%FF",
    ),
    *("/shop/path/a%3Fb", "/shop/path/a%23b%25", "/shop/path/a%26=;+"),
]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Werkzeug leaves broken uploads open
def test_bodies_are_read_alike(pair: Callable[..., Pair]) -> None:
    """Forms, uploads, raw bodies: good, empty, odd, broken, too large."""
    found = pair(APP)

    assert not [each for each in found.sources.values() if "import flask" in each or "werkzeug import" in each]
    for path in POSTED:
        for data, headers in BODIES:
            before, after = found.ask("POST", path, data, {**CLIENT, **headers})
            assert after == before, (path, data[:200], headers)


def test_queries_and_addresses_are_read_alike(pair: Callable[..., Pair]) -> None:
    """Repeated, missing and malformed keys, and what a request says of its URL."""
    found = pair(APP)

    for path in ASKED:
        for query in QUERIES:
            before, after = found.ask("GET", path + query, headers=CLIENT)
            assert after == before, (path, query)


def basic(text: bytes) -> dict[str, str]:
    """Credentials."""
    return {"authorization": f"Basic {base64.b64encode(text).decode()}"}


HEADERS: list[dict[str, str]] = [
    {},
    {"cookie": 'c="a b"; c=2; d=%20x; e=v=1; f'},
    {"cookie": 'c="\\303\\274\\"x"; ;d; =x; a b=c; "q"=1; d=2'},
    {"cookie": "c"},
    basic(b"ann:pw"),
    basic(b"ann"),
    basic(b"\xff:a:b"),
    {"authorization": "Basic !"},
    {"authorization": "bearer token=="},
    {"authorization": "Bearer"},
    {"authorization": 'Digest username="ann", realm="a b", nc=1'},
    {"host": "Example.com:80", "referer": "http://r/"},
    {"host": "example.com:8080"},
    {"host": "a_b"},
    {"host": "[::1]:80"},
    {"host": "xn--bcher-kva.example"},
]


def test_headers_are_read_alike(pair: Callable[..., Pair]) -> None:
    """Cookies, credentials, hosts."""
    found = pair(APP)

    for path in ("/cookies", "/cookie", "/auth", "/shop/where/5", "/kinds"):
        for headers in HEADERS:
            before, after = found.ask("GET", path, headers={**CLIENT, **headers})
            assert after == before, (path, headers)
