"""Productions of the ends of a view: what it returns, and how it aborts."""

from __future__ import annotations

from .values import mapping, pairs, text, value
from .writing import Scene, Table

OUTPUTS: Table[list[str]] = Table("return")
ABORTS: Table[list[str]] = Table("abort")
STATUSES = ["201", "200", "404", "202", "418", "500", "299"]
HEADERS = [
    '{"X-A": "1"}',
    '{"X-A": "1", "X-B": "é"}',
    '[("X-A", "1"), ("X-A", "2")]',
    '{"Content-Type": "text/plain"}',
    "{}",
]


def leave(scene: Scene) -> list[str]:
    """The statements with which a view returns."""
    return scene.take(OUTPUTS)


@OUTPUTS.add(12, "dictionary")
def dictionary(scene: Scene) -> list[str]:
    return [f"return {mapping(scene)}"]


@OUTPUTS.add(12, "text")
def plain_text(scene: Scene) -> list[str]:
    return [f"return {text(scene)}"]


@OUTPUTS.add(12, "jsonify with names")
def jsonify_names(scene: Scene) -> list[str]:
    names = ", ".join(f"{key}={each}" for key, each in dict(pairs(scene)).items())
    return [f"return {scene.flask('jsonify')}({names})"]


@OUTPUTS.add(10, "jsonify of a value")
def jsonify_value(scene: Scene) -> list[str]:
    inner = scene.pick([mapping, value, text])(scene)
    return [f"return {scene.flask('jsonify')}({inner})"]


@OUTPUTS.add(3, "jsonify of many or nothing")
def jsonify_many(scene: Scene) -> list[str]:
    inner = scene.pick(
        ["", "1, 2", '[1, {"a": None}]', '*["a", "b"]', '**{"a": 1}', '{"a": 1}, b=2', "None", "dict(a=1)"]
    )
    return [f"return {scene.flask('jsonify')}({inner})"]


@OUTPUTS.add(4, "list")
def listed(scene: Scene) -> list[str]:
    return [f"return [{value(scene)}, {value(scene)}]"]


@OUTPUTS.add(3, "variable")
def held(scene: Scene) -> list[str]:
    known = scene.known("data", "text", "number")
    return [f"return {scene.pick(known) if known else 'None'}"]


@OUTPUTS.add(10, "content and status")
def with_status(scene: Scene) -> list[str]:
    content = scene.pick([mapping, text, value])(scene)
    return [f"return {content}, {scene.pick(STATUSES)}"]


@OUTPUTS.add(8, "jsonify and status")
def jsonify_status(scene: Scene) -> list[str]:
    return [f"return {scene.flask('jsonify')}({mapping(scene)}), {scene.pick(STATUSES)}"]


@OUTPUTS.add(3, "content and status of another form")
def odd_status(scene: Scene) -> list[str]:
    status = scene.pick(
        ["HTTPStatus.CREATED", '"201 MADE"', '"404"', "int('202')", "HTTPStatus.NOT_FOUND.value", "100 + 103"]
    )
    if "HTTPStatus" in status:
        scene.module.use("from http import HTTPStatus", "HTTPStatus")
    return [f"return {scene.pick([mapping, text])(scene)}, {status}"]


@OUTPUTS.add(5, "content and headers")
def with_headers(scene: Scene) -> list[str]:
    content = scene.pick([text, mapping])(scene)
    status = scene.pick(["", "201, ", "404, "])
    return [f"return {content}, {status}{scene.pick(HEADERS)}"]


@OUTPUTS.add(4, "no content")
def empty(scene: Scene) -> list[str]:
    return [
        scene.pick(
            ['return "", 204', "return {}, 204", 'return ("", 204, {"X-A": "1"})', 'return "", 304', 'return b"", 204']
        )
    ]


@OUTPUTS.add(5, "redirect")
def redirect(scene: Scene) -> list[str]:
    target = scene.pick(['"/elsewhere"', '"https://example.org/a?b=c d"', '"é?q=ü"', '"?page=2"', text(scene)])
    return [f"return {scene.flask('redirect')}({target}{scene.pick(['', ', 301', ', code=307', ', 303'])})"]


@OUTPUTS.add(5, "make_response")
def made(scene: Scene) -> list[str]:
    content = scene.pick([text, mapping])(scene)
    more = scene.pick(["", ", 201", ', 202, {"X-A": "1"}'])
    lines = [f"response = {scene.flask('make_response')}({content}{more})"]
    changes = ["", 'response.headers["X-A"] = "2"', "response.status_code = 203", 'response.mimetype = "text/csv"']
    changes += [
        'response.set_cookie("k", "v")',
        'response.set_cookie("k", "é", max_age=60, httponly=True, samesite="Lax")',
    ]
    changes += [
        'response.delete_cookie("k")',
        'response.headers.add("X-A", "3")',
        'response.data = "new"',
        'response.status = "202 OK"',
    ]
    return [*lines, *filter(None, [scene.pick(changes), scene.pick(changes)]), "return response"]


@OUTPUTS.add(4, "Response")
def response(scene: Scene) -> list[str]:
    options = [
        "",
        ', mimetype="text/plain"',
        ', content_type="text/csv"',
        ", status=201",
        ', headers={"X-A": "1"}',
        ', mimetype="application/xml"',
    ]
    options += [', status="404 GONE"', ', mimetype="application/json"']
    content = text(scene)
    lines = f"return {scene.flask('Response')}({content}{scene.pick(options)})"
    return [lines + scene.pick(["", "", ", 202", ', {"X-B": "2"}'])]


@OUTPUTS.add(2, "generator")
def generator(scene: Scene) -> list[str]:
    content = text(scene)
    end = scene.pick(
        ["{r}(parts())", "parts()", '{r}(parts(), mimetype="text/plain")', '{r}(["a", "b"])', "iter(['a'])"]
    )
    name = scene.flask("Response") if "{r}" in end else ""
    return ["def parts():", f"    yield {content}", '    yield "end"', "", f"return {end.format(r=name)}"]


@OUTPUTS.add(2, "bytes")
def raw(scene: Scene) -> list[str]:
    return [
        scene.pick(
            ['return b"bytes"', r'return b"\xff\x00", 201', 'return bytearray(b"x")', 'return b"a", {"X-A": "1"}']
        )
    ]


@OUTPUTS.add(2, "helper's result")
def helper(scene: Scene) -> list[str]:
    jsonify = scene.flask("jsonify")
    scene.module.define("answer", "def answer(value, status=200):", f"    return {jsonify}(value), status")
    return [f"return answer({value(scene)}{scene.pick(['', ', 201', ', status=404'])})"]


@OUTPUTS.add(2, "conditional expression")
def conditional(scene: Scene) -> list[str]:
    known = scene.known("data", "text", "number")
    first, second = (scene.pick([text, mapping])(scene) for _ in range(2))
    return [f"return {first} if {scene.pick(known) if known else '1'} else {second}"]


@OUTPUTS.add(2, "bad return")
def bad(scene: Scene) -> list[str]:
    return [
        scene.pick(["return None", "return 5", 'return "a", 200, {}, 1', "pass", "return True", "return", "return ()"])
    ]


@OUTPUTS.add(2, "template")
def template(scene: Scene) -> list[str]:
    known = scene.known("data", "text", "number")
    page = scene.pick(['"<p>{{ v }}</p>"', '"{{ request.path }}"', '"{% if v %}yes{% endif %}"'])
    return [f"return {scene.flask('render_template_string')}({page}, v={scene.pick(known) if known else 1})"]


@ABORTS.add(10, "status")
def status_only(scene: Scene) -> list[str]:
    return [
        f"{scene.flask('abort')}({scene.pick(['404', '400', '401', '403', '409', '418', '500', '405', '422', '451'])})"
    ]


@ABORTS.add(6, "description")
def described(scene: Scene) -> list[str]:
    form = scene.pick(
        ['404, "{0}"', '400, description="{0}"', '403, "{0}".upper()', "code=404", 'description="{0}", code=409']
    )
    reason = scene.pick(["not here", "<b>&", "é", "two\\nlines", ""])
    return [f"{scene.flask('abort')}({form.format(reason)})"]


@ABORTS.add(3, "description that is computed")
def computed(scene: Scene) -> list[str]:
    return [f"{scene.flask('abort')}({scene.pick(['404', '400'])}, {text(scene)})"]


@ABORTS.add(2, "response")
def with_response(scene: Scene) -> list[str]:
    abort = scene.flask("abort")
    if scene.rarely(2):
        return [f'{abort}({scene.flask("Response")}("no", 403))']
    return [f"{abort}({scene.flask('make_response')}({scene.flask('jsonify')}(error={value(scene)}), 409))"]


@ABORTS.add(2, "odd arguments")
def odd(scene: Scene) -> list[str]:
    form = scene.pick(
        [
            '400, {"error": 1}',
            "499",
            "HTTPStatus.NOT_FOUND",
            '"404"',
            "200",
            "404, None",
            "405, ['GET']",
            "302",
            "416, 5",
            "600",
        ]
    )
    if "HTTPStatus" in form:
        scene.module.use("from http import HTTPStatus", "HTTPStatus")
    return [f"{scene.flask('abort')}({form})"]


@ABORTS.add(2, "returned")
def returned(scene: Scene) -> list[str]:
    return [f"return {scene.flask('abort')}({scene.pick(['404', '403'])})"]


@ABORTS.add(3, "exception of Werkzeug")
def raised(scene: Scene) -> list[str]:
    name = scene.pick(["NotFound", "BadRequest", "Forbidden", "Conflict"])
    scene.module.use(f"from werkzeug.exceptions import {name}", name)
    return [f"raise {name}{scene.pick(['()', '', '(description=' + repr('so') + ')', '(' + repr('why') + ')'])}"]
