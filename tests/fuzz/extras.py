"""Productions of what stands around the views: configuration, error handlers, hooks."""

from __future__ import annotations

from .statements import indented
from .writing import Scene, Table

EXTRAS: Table[list[str]] = Table("application")


@EXTRAS.add(3, "sort_keys")
def unsorted(scene: Scene) -> list[str]:
    return ["app.json.sort_keys = False"]


@EXTRAS.add(2, "configuration")
def configured(scene: Scene) -> list[str]:
    lines = [
        'app.config["MAX_CONTENT_LENGTH"] = 20',
        "app.json.ensure_ascii = False",
        "app.url_map.strict_slashes = False",
    ]
    lines += [
        'app.config["TRAP_HTTP_EXCEPTIONS"] = True',
        'app.config["JSONIFY_PRETTYPRINT_REGULAR"] = True',
        "app.json.compact = False",
    ]
    lines += [
        "app.testing = True",
        "app.debug = True",
        "app.config.from_mapping(DEBUG=False)",
        "app.url_map.merge_slashes = False",
    ]
    return [scene.pick(lines)]


@EXTRAS.add(8, "errorhandler")
def handler(scene: Scene) -> list[str]:
    what = scene.pick(
        ["404", "500", "400", "HTTPException", "ValueError", "Exception", "Odd", "405", "KeyError", "NotFound"]
    )
    if what in {"HTTPException", "NotFound"}:
        scene.module.use(f"from werkzeug.exceptions import {what}", what)
    if what == "Odd":
        scene.module.define("Odd", "class Odd(Exception):", '    """Something is odd."""')
    code = f"getattr(error, 'code', None) or {scene.pick(['500', '400'])}"
    forms = [
        "return {jsonify}(error=str(error)), {code}",
        'return "handled", {code}',
        'return {{"error": type(error).__name__}}, {code}',
        "return error",
    ]
    body = scene.pick(forms).format(jsonify=scene.flask("jsonify"), code=code)
    name = f"handle_{scene.owner}_{what.lower()}"
    if scene.rarely(4):
        return [f"def {name}(error):", f"    {body}", "", "", f"{scene.owner}.register_error_handler({what}, {name})"]
    word = scene.pick(["errorhandler", "errorhandler", "app_errorhandler"]) if scene.owner != "app" else "errorhandler"
    return [f"@{scene.owner}.{word}({what})", f"def {name}(error):", f"    {body}"]


@EXTRAS.add(5, "hook before")
def before(scene: Scene) -> list[str]:
    g, request, abort = scene.flask("g"), scene.flask("request"), scene.flask("abort")
    bodies = [
        f'{g}.user = "u"',
        f'if {request}.args.get("q") == "stop":\n    return "stopped", 403',
        f'if "X-Token" not in {request}.headers:\n    {abort}(401)',
    ]
    kind = "before_request" if scene.owner == "app" or scene.rarely(2) else "before_app_request"
    return [f"@{scene.owner}.{kind}", f"def before_{scene.owner}():", *indented(scene.pick(bodies).split("\n"))]


@EXTRAS.add(5, "hook after")
def after(scene: Scene) -> list[str]:
    bodies = [
        'response.headers["X-After"] = "1"',
        "response.status_code = 299",
        'response.headers["X-Size"] = str(response.content_length)',
    ]
    return [
        f"@{scene.owner}.after_request",
        f"def after_{scene.owner}(response):",
        f"    {scene.pick(bodies)}",
        "    return response",
    ]


@EXTRAS.add(2, "teardown")
def teardown(scene: Scene) -> list[str]:
    return [
        f"@{scene.owner}.teardown_request",
        f"def teardown_{scene.owner}(error=None):",
        f"    {scene.flask('g')}.pop('user', None)",
    ]


@EXTRAS.add(2, "context processor")
def processor(scene: Scene) -> list[str]:
    return [f"@{scene.owner}.context_processor", f"def inject_{scene.owner}():", '    return {"site": "s"}']


@EXTRAS.add(1, "url_value_preprocessor")
def preprocessor(scene: Scene) -> list[str]:
    return [
        f"@{scene.owner}.url_value_preprocessor",
        f"def pull_{scene.owner}(endpoint, values):",
        f"    {scene.flask('g')}.user = endpoint",
    ]
