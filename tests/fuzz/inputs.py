"""Productions that read the request: an expression, and the kind of what it gives."""

from __future__ import annotations

from .writing import Scene, Table

INPUTS: Table[tuple[str, str]] = Table("input")
NAMES = ["q", "n", "page", "class", "user-id", "from", "x"]


def _query(scene: Scene) -> str:
    name = scene.pick(NAMES)
    scene.queries.add(name)
    return name


def _field(scene: Scene, body: str) -> str:
    name = scene.pick(NAMES)
    scene.fields.add(name)
    scene.bodies.add(body)
    return name


@INPUTS.add(10, "args.get with default")
def get_default(scene: Scene) -> tuple[str, str]:
    return scene.request(f'args.get("{_query(scene)}", "d")'), "text"


@INPUTS.add(10, "args.get")
def get(scene: Scene) -> tuple[str, str]:
    return scene.request(f'args.get("{_query(scene)}")'), "data"


@INPUTS.add(10, "args.get typed with default")
def get_typed_default(scene: Scene) -> tuple[str, str]:
    type_, default = scene.pick([("int", "1"), ("float", "0.5"), ("int", "-1"), ("bool", "False"), ("str", '""')])
    form = scene.pick(['args.get("{0}", {2}, type={1})', 'args.get("{0}", {2}, {1})'])
    kind = {"str": "text", "bool": "data"}.get(type_, "number")
    return scene.request(form.format(_query(scene), type_, default)), kind


@INPUTS.add(6, "args.get typed")
def get_typed(scene: Scene) -> tuple[str, str]:
    type_ = scene.pick(["int", "float", "bool"])
    return scene.request(f'args.get("{_query(scene)}", type={type_})'), "data"


@INPUTS.add(2, "args.get typed with foreign default")
def get_foreign_default(scene: Scene) -> tuple[str, str]:
    default = scene.pick(['"all"', "None", "[]", "1.5"])
    return scene.request(f'args.get("{_query(scene)}", default={default}, type=int)'), "data"


@INPUTS.add(2, "args.get with a callable")
def get_callable(scene: Scene) -> tuple[str, str]:
    scene.module.define(
        "shout", "def shout(text):", "    if not text:", "        raise ValueError(text)", "    return text.upper()"
    )
    type_ = scene.pick(["shout", "lambda text: text[::-1]", "str.strip", "len", "list"])
    return scene.request(f'args.get("{_query(scene)}", type={type_})'), "data"


@INPUTS.add(5, "args[]")
def subscript(scene: Scene) -> tuple[str, str]:
    return scene.request(f'args["{_query(scene)}"]'), "text"


@INPUTS.add(4, "args.getlist")
def getlist(scene: Scene) -> tuple[str, str]:
    type_ = scene.pick(["", ", type=int", ", type=float"])
    return scene.request(f'args.getlist("{_query(scene)}"{type_})'), "data"


@INPUTS.add(2, "in args")
def contained(scene: Scene) -> tuple[str, str]:
    return f'"{_query(scene)}" in {scene.request("args")}', "data"


@INPUTS.add(3, "args as a whole")
def whole(scene: Scene) -> tuple[str, str]:
    _query(scene)
    args = scene.request("args")
    forms = ["{0}.to_dict()", "dict({0})", "{0}.to_dict(flat=False)", "sorted({0}.keys())", "list({0}.items())"]
    forms += ["list({0}.items(multi=True))", "len({0})", "list({0}.values())", "[*{0}]", "bool({0})"]
    return scene.pick(forms).format(args), "data"


@INPUTS.add(6, "form")
def form(scene: Scene) -> tuple[str, str]:
    name = _field(scene, "form")
    reads = [
        ('get("{}")', "data"),
        ('["{}"]', "text"),
        ('get("{}", "d")', "text"),
        ('get("{}", 1, type=int)', "number"),
    ]
    read, kind = scene.pick([*reads, ('getlist("{}")', "data"), ("to_dict()", "data")])
    dot = "" if read.startswith("[") else "."
    return scene.request("form") + dot + read.format(name), kind


@INPUTS.add(3, "values")
def values(scene: Scene) -> tuple[str, str]:
    name = _field(scene, "form")
    scene.queries.add(name)
    read, kind = scene.pick([('.get("{}")', "data"), ('["{}"]', "text"), ('.getlist("{}")', "data")])
    return scene.request("values") + read.format(name), kind


@INPUTS.add(2, "files")
def files(scene: Scene) -> tuple[str, str]:
    scene.bodies.add("files")
    forms = ['"up" in {0}.files', '{0}.files["up"].filename', '{0}.files["up"].read().decode("latin-1")']
    forms += ["sorted({0}.files)", '[each.filename for each in {0}.files.getlist("up")]']
    return scene.pick(forms).format(scene.flask("request")), "data"


@INPUTS.add(9, "get_json")
def get_json(scene: Scene) -> tuple[str, str]:
    _field(scene, "json")
    forms = ["get_json()", "json", "get_json(silent=True)", "get_json(force=True)", "get_json(force=True, silent=True)"]
    forms += ["get_json(True)", "get_json(True, True)", "get_json(cache=False)", "get_json(silent=True) or {}"]
    return scene.request(scene.pick(forms)), "data"


@INPUTS.add(5, "a field of JSON")
def json_field(scene: Scene) -> tuple[str, str]:
    name = _field(scene, "json")
    forms = [
        'json["{}"]',
        'json.get("{}")',
        'get_json().get("{}", 1)',
        'get_json()["{}"]',
        'get_json(silent=True).get("{}")',
    ]
    return scene.request(scene.pick(forms).format(name)), "data"


@INPUTS.add(2, "data")
def data(scene: Scene) -> tuple[str, str]:
    scene.bodies.add("data")
    forms = [
        'data.decode("latin-1")',
        "get_data(as_text=True)",
        'get_data().decode("latin-1")',
        'stream.read().decode("latin-1")',
    ]
    return scene.request(scene.pick([*forms, 'get_data(cache=False).decode("latin-1")'])), "text"


@INPUTS.add(4, "headers")
def headers(scene: Scene) -> tuple[str, str]:
    name = scene.pick(["X-Token", "x-token", "X-Two-Words", "Accept"])
    scene.headers.add(name)
    reads = [('.get("{}")', "data"), ('.get("{}", "d")', "text"), ('["{}"]', "text"), ('.getlist("{}")', "data")]
    read, kind = scene.pick([*reads, ('.get("{}", type=int)', "data"), ('.get("{}", 1, type=int)', "number")])
    return scene.request("headers") + read.format(name), kind


@INPUTS.add(3, "cookies")
def cookies(scene: Scene) -> tuple[str, str]:
    scene.cookies.add("c")
    read, kind = scene.pick(
        [('.get("c")', "data"), ('.get("c", "d")', "text"), ('["c"]', "text"), (".to_dict()", "data")]
    )
    return scene.request("cookies") + read, kind


@INPUTS.add(5, "method and path")
def plain_attribute(scene: Scene) -> tuple[str, str]:
    return scene.request(scene.pick(["method", "path"])), "text"


@INPUTS.add(6, "attributes")
def attribute(scene: Scene) -> tuple[str, str]:
    names = [
        "url",
        "base_url",
        "full_path",
        "url_root",
        "host",
        "host_url",
        "scheme",
        "remote_addr",
        "is_json",
        "mimetype",
    ]
    names += ["is_secure", "content_type", "content_length", "root_url", "script_root", "root_path", "referrer"]
    return scene.request(scene.pick(names)), "data"


@INPUTS.add(3, "attributes of Flask's own")
def own_attribute(scene: Scene) -> tuple[str, str]:
    forms = [
        "{0}.endpoint",
        "{0}.blueprint",
        "str({0}.url_rule)",
        "{0}.view_args",
        '{0}.query_string.decode("latin-1")',
    ]
    forms += ["{0}.user_agent.string", "{0}.accept_mimetypes.best", "str({0}.authorization)", "list({0}.access_route)"]
    forms += ['{0}.environ["REQUEST_METHOD"]', "{0}.accept_languages.best", "{0}.blueprints", "{0}.max_content_length"]
    scene.headers.add("Accept")
    return scene.pick(forms).format(scene.flask("request")), "data"


@INPUTS.add(2, "g")
def from_g(scene: Scene) -> tuple[str, str]:
    g = scene.flask("g")
    return scene.pick([f'{g}.get("user")', f'getattr({g}, "user", "nobody")', f'"user" in {g}']), "data"


@INPUTS.add(2, "session")
def session(scene: Scene) -> tuple[str, str]:
    return scene.pick(['{0}.get("user")', "dict({0})", '"user" in {0}']).format(scene.flask("session")), "data"


@INPUTS.add(2, "current_app")
def current_app(scene: Scene) -> tuple[str, str]:
    forms = ['{0}.config["LEVEL"]', "{0}.name", '{0}.config.get("NOTHING")', "{0}.debug", "sorted({0}.blueprints)"]
    return scene.pick(forms).format(scene.flask("current_app")), "data"


@INPUTS.add(2, "url_for")
def url_for(scene: Scene) -> tuple[str, str]:
    rest = scene.pick(["", ", _external=True", ', extra="é b"', ', _anchor="top"'])
    request = scene.flask("request")
    return f"{scene.flask('url_for')}({request}.endpoint, **({request}.view_args or {{}}){rest})", "text"
