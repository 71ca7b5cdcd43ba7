"""Hooks and error handlers in every form of registration, compared with what Flask holds of the same program."""

from __future__ import annotations

from collections import Counter

import pytest

HEAD = """\
from flask import Flask, Blueprint, abort
from werkzeug.exceptions import Gone, HTTPException
app = Flask(__name__)
bp = Blueprint("bp", __name__)
class Teapot(Exception): ...
def one(*args): ...
def two(*args): ...
"""
TABLES = {
    "before_request": "before_request_funcs",
    "after_request": "after_request_funcs",
    "teardown_request": "teardown_request_funcs",
    "context_processor": "template_context_processors",
    "url_value_preprocessor": "url_value_preprocessors",
    "url_defaults": "url_default_functions",
}
PROGRAMS = {
    "decorators": """\
@app.before_request
def check(): ...
@app.after_request
def finish(response): return response
@app.teardown_request
def close(error): ...
@app.context_processor
def inject(): return {}
@app.url_value_preprocessor
def pull(endpoint, values): ...
@app.url_defaults
def fill(endpoint, values): ...
""",
    "calls": """\
app.before_request(one)
app.after_request(two)
app.teardown_request(f=one)
""",
    "blueprint": """\
@bp.before_request
def check(): ...
@bp.before_app_request
def everywhere(): ...
@bp.after_app_request
def finish(response): return response
bp.teardown_app_request(one)
bp.app_context_processor(two)
bp.app_url_defaults(one)
bp.app_url_value_preprocessor(two)
app.register_blueprint(bp)
""",
    "lambdas": "app.before_request(lambda: None)\n",
    "loop": "for hook in (one, two):\n    app.before_request(hook)\n",
    "setup function": """\
def setup(target, hooks):
    for hook in hooks:
        target.before_request(hook)
    @target.after_request
    def finish(response): return response
setup(app, [one, two])
""",
    "class": """\
class Guard:
    def __init__(self, app):
        app.before_request(self.check)
        self.install(app)
    def install(self, app):
        app.after_request(self.finish)
    def check(self): ...
    def finish(self, response): return response
Guard(app)
""",
    "init_app": """\
class Guard:
    def init_app(self, app):
        app.before_request(self.check)
    def check(self): ...
guard = Guard()
guard.init_app(app)
""",
    "wrapped": """\
import functools
def quiet(f):
    @functools.wraps(f)
    def inner(*args): return f(*args)
    return inner
@app.before_request
@quiet
def check(): ...
app.after_request(quiet(one))
""",
    "tables by hand": """\
app.before_request_funcs.setdefault(None, []).append(one)
app.after_request_funcs[None] = [two]
app.teardown_request_funcs.setdefault(None, []).insert(0, one)
""",
    "record": """\
@bp.record_once
def setup(state):
    state.app.before_request(one)
app.register_blueprint(bp)
""",
    "current_app": """\
from flask import current_app
with app.app_context():
    current_app.before_request(one)
""",
    "a decorator of the house": """\
def early(f):
    return app.before_request(f)
@early
def check(): ...
""",
    "handlers": """\
@app.errorhandler(404)
def missing(error): ...
@app.errorhandler(Gone)
def other(error): ...
@app.errorhandler(code_or_exception=Teapot)
def teapot(error): ...
@app.errorhandler(Exception)
def everything(error): ...
""",
    "handlers by calls": """\
app.register_error_handler(500, one)
app.register_error_handler(HTTPException, f=two)
app.errorhandler(403)(one)
""",
    "handlers in a loop": "for code in (400, 401, 403):\n    app.register_error_handler(code, one)\n",
    "handlers of a table": """\
HANDLERS = {404: one, Teapot: two}
for error, handler in HANDLERS.items():
    app.register_error_handler(error, handler)
""",
    "handlers of werkzeug's tables": """\
from werkzeug.exceptions import default_exceptions
for code in default_exceptions:
    app.register_error_handler(code, one)
""",
    "handlers of a blueprint": """\
@bp.errorhandler(404)
def own(error): ...
@bp.app_errorhandler(500)
def everywhere(error): ...
bp.register_error_handler(Teapot, one)
app.register_blueprint(bp)
""",
    "two on one function": "@app.errorhandler(404)\n@app.errorhandler(405)\ndef both(error): ...\n",
}


def held_by_flask(app) -> Counter[tuple[str, str | None, str]]:
    """Kind, blueprint (None: all requests) and function name of each hook and handler."""
    found = Counter()
    for kind, table in TABLES.items():
        for scope, functions in getattr(app, table).items():
            found.update((kind, scope, f.__name__) for f in functions if not f.__module__.startswith("flask"))
    for scope, by_code in app.error_handler_spec.items():
        for code, by_class in by_code.items():
            found.update((f"error {code or cls.__name__}", scope, f.__name__) for cls, f in by_class.items())
    return found


def held_by_index(index) -> Counter[tuple[str, str | None, str]]:
    names = {blueprint.key: blueprint.name for blueprint in index.blueprints}
    found = Counter()
    for hook in index.hooks:
        app_wide = "_app_" in hook.kind or hook.kind.startswith("app_") or hook.owner not in names
        kind = hook.kind.replace("_app_", "_").removeprefix("app_")
        found[kind, None if app_wide else names[hook.owner], name_of(hook.function)] += 1
    for handler in index.handlers:
        error = CODES.get(handler.error.rpartition(".")[2], handler.error.rpartition(".")[2])
        found[f"error {error}", None if handler.app_wide else names[handler.owner], name_of(handler.function)] += 1
    return found


CODES = {"Gone": "410"}
"""Flask files HTTP exceptions under their codes."""


def name_of(key: str) -> str:
    return key.rpartition(".")[2].rpartition(":")[2]


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "handlers of werkzeug's tables"])
def test_hooks_and_handlers(name, index_of, run) -> None:
    files = {"app.py": HEAD + PROGRAMS[name]}

    assert held_by_index(index_of(files)) == held_by_flask(run(files, "app:app"))


def test_a_handler_whose_error_is_not_known_is_kept(index_of) -> None:
    (handler,) = index_of({"app.py": HEAD + PROGRAMS["handlers of werkzeug's tables"]}).handlers

    assert (handler.error, handler.function, handler.app_wide) == ("?", "app:one", True)


def test_appcontext_hooks_are_kept(index_of) -> None:
    program = "@app.teardown_appcontext\ndef close(error): ...\n@app.before_first_request\ndef first(): ...\n"
    hooks = index_of({"app.py": HEAD + program}).hooks

    assert [(hook.kind, hook.owner, hook.function) for hook in hooks] == [
        ("teardown_appcontext", "app:app", "app:close"),
        ("before_first_request", "app:app", "app:first"),
    ]


def test_a_hook_that_is_not_of_the_project_is_named(index_of) -> None:
    (hook,) = index_of({"app.py": HEAD + "import acme\napp.before_request(acme.guard)\n"}).hooks

    assert (hook.function, hook.source) == (None, "acme.guard")


def test_handlers_name_exceptions_fully(index_of) -> None:
    files = {
        "errors.py": "class Teapot(Exception): ...\n",
        "app.py": HEAD + "import errors\nfrom jwt import InvalidTokenError\n"
        "app.register_error_handler(errors.Teapot, one)\napp.register_error_handler(InvalidTokenError, two)\n",
    }

    assert [handler.error for handler in index_of(files).handlers] == ["errors.Teapot", "jwt.InvalidTokenError"]
