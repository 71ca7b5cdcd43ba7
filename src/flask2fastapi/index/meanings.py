"""What names from outside a project mean for the rung of what uses them."""

from __future__ import annotations

PROXIES = {"request": "proxy", "g": "proxy", "current_app": "proxy", "session": "session"}
CONTEXT_FREE = (
    *("flask.abort", "werkzeug.exceptions.", "werkzeug.security.", "werkzeug.utils.secure_filename"),
    *("werkzeug.http.", "werkzeug.datastructures.", "flask.Markup", "flask.escape"),
    *("flask.Response", "flask.wrappers.Response", "werkzeug.wrappers.", "werkzeug.Response", "werkzeug.routing."),
    *("werkzeug.urls.", "werkzeug.wsgi.", "werkzeug.utils."),
)
"""What of Flask and Werkzeug works the same without a context: ``abort`` raises what Flask's handlers will get."""
OF_APPLICATION = frozenset({"config", "debug", "testing", "logger", "name", "root_path", "instance_path", "secret_key"})
"""What an application object gives without a context."""
EXTENSIONS = {"flasgger", "apiflask", "apifairy", "webargs", "authlib", "prometheus_flask_exporter", "connexion"}
"""Packages that stand on Flask without saying so in their names."""
SAFE_BUILTINS = frozenset(
    {
        *("abs", "all", "any", "bool", "bytes", "chr", "dict", "divmod", "enumerate", "filter", "float", "format"),
        *("frozenset", "hash", "hex", "int", "isinstance", "issubclass", "iter", "len", "list", "map", "max", "min"),
        *("next", "oct", "ord", "pow", "range", "repr", "reversed", "round", "set", "slice", "sorted", "str", "sum"),
        *("tuple", "type", "zip", "True", "False", "None", "NotImplemented", "Ellipsis"),
    }
)
"""Builtins that cannot block on plain data."""
SAFE_MODULES = (
    *("datetime.", "math.", "uuid.", "random.", "string.", "itertools.", "functools.", "collections.", "operator."),
    *(
        "decimal.",
        "fractions.",
        "statistics.",
        "re.",
        "json.",
        "html.",
        "textwrap.",
        "urllib.parse.",
        "http.HTTPStatus",
    ),
    *("time.time", "time.monotonic", "base64.", "hashlib.", "hmac.", "secrets.", "copy.", "enum.", "typing."),
)
"""Beginnings of names that do not block."""
SAFE_DECORATORS = (
    *("functools.", "contextlib.", "builtins.", "typing.", "abc.", "dataclasses."),
    *("staticmethod", "classmethod", "property"),
)
"""Decorators that have nothing to do with Flask."""


def is_extension(name: str) -> bool:
    """Whether a qualified name belongs to a Flask extension."""
    package = name.partition(".")[0]
    return package.startswith("flask_") or package in EXTENSIONS


def foreign_blocker(name: str) -> tuple[str, str] | None:
    """Code and words for a name that needs Flask, None for one that does not."""
    package, _, rest = name.partition(".")
    if package == "flask":
        proxy = rest.removeprefix("globals.").partition(".")[0]
        if proxy in PROXIES:
            return PROXIES[proxy], f"reads `{proxy}`" if proxy != "session" else "uses the session"
    if name.startswith(CONTEXT_FREE):
        return None
    if package in {"flask", "werkzeug"}:
        return "flask-call", f"calls `{name}`"
    if is_extension(name):
        return "extension-call", f"uses `{name}` of an extension"
    return None
