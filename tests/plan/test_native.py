"""The plan of native routes: what is written depends on what the application runs on and on what is asked for."""

from __future__ import annotations

import pytest

from flask2fastapi.index.build import build_index
from flask2fastapi.model.claims import Claim, ClaimKind, Effect
from flask2fastapi.model.files import SourceFile
from flask2fastapi.model.orders import OperationOrder
from flask2fastapi.model.plan import Reason
from flask2fastapi.plan.native import NativePlan, plan_native

TEXT = """
from flask import Flask, request

app = Flask(__name__)


@app.route("/a")
def a():
    return {"n": request.args.get("n", type=int), "m": request.args.get("m", "all", type=int)}


@app.route("/b")
def b():
    return "b"
"""


def plan(text: str = TEXT, **given: object) -> NativePlan:
    """The plan for a module ``app.py``."""
    index = build_index("", [SourceFile("app.py", text.encode(), text)])
    paths = {app.key: "flask_compat.py" for app in index.apps}
    return plan_native(index, index.apps, support_paths=paths, **given)  # type: ignore[arg-type]


def parameters(made: NativePlan) -> str:
    """The parameter list of the first view, as a template, and where its special names come from."""
    orders = [edit.payload for edit in made.files[0].edits if isinstance(edit.payload, OperationOrder)]
    sources = {str(what.name): what.module for what in orders[0].imports}
    return f"{orders[0].parameters} | {sources}"


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        ((3, 12), "n: $Annotated[int | None, $lenient(int)] = None"),
        ((3, 9), "n: $Annotated[$Optional[int], $lenient(int)] = None"),
        ((3, 9), 'm: $Annotated[$Union[int, str], $lenient(int, "all")] = "all"'),
        ((3, 8), "'Annotated': 'typing_extensions'"),
        ((3, 9), "'Annotated': 'typing'"),
    ],
)
def test_annotations_are_in_words_of_the_applications_python(python: tuple[int, int], expected: str) -> None:
    """FastAPI evaluates them when the module is imported."""
    assert expected in parameters(plan(python=python))


def test_routes_that_are_left_out_and_files_that_failed_stay_mounted() -> None:
    """By the keys of their facts and by the paths of their files."""
    (key,) = [route.route.fact.key for route in plan().routes if route.route.endpoint == "b"]

    left = {route.route.endpoint: [r.code for r in route.reasons] for route in plan(left_out=frozenset({key})).routes}
    failed = plan(failed_files=frozenset({"app.py"}))

    assert left == {"a": [], "b": ["not-selected"]}
    assert {r.code for route in failed.routes for r in route.reasons} == {"not-rewritten"}
    assert (failed.files, dict(failed.routers), dict(failed.pieces)) == ((), {}, {})


def test_a_plan_asks_for_the_pieces_that_it_uses() -> None:
    """No more of the support module than the routes need."""
    assert dict(plan().pieces) == {"flask_compat.py": frozenset({"lenient", "full_http"})}
    assert dict(plan(held={"app:app": Reason("flask-object", "so it is")}).pieces) == {
        "flask_compat.py": frozenset({"lenient", "moved"})
    }


EXTENSIONS = {
    "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy(app)": set(),
    "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\ndb.init_app(app)": set(),
    "from flask_wtf import FlaskForm": set(),
    "from waitress import serve\nif __name__ == '__main__':\n    serve(app)": set(),
    "from flask_wtf.csrf import CSRFProtect\nCSRFProtect(app)": {"hooking-extension"},
    "from flask_wtf import CSRFProtect\ncsrf = CSRFProtect()\ncsrf.init_app(app)": {"hooking-extension"},
    "from flask_login import LoginManager\nlogin = LoginManager()\nlogin.init_app(app)": {"hooking-extension"},
    "import flask_cors\nflask_cors.CORS(app)": {"hooking-extension"},
    "from flask_of_ours import Guard\nGuard(app)": {"unknown-extension"},
    "from acme import install\ninstall(app)": {"unknown-extension"},
}


@pytest.mark.parametrize("lines", EXTENSIONS)
def test_extensions_are_known_or_flask_calls_the_operations(lines: str) -> None:
    """Widely used ones by what their sources do; what nobody knows may hook into every request."""
    made = plan(TEXT + lines + "\n", held={"app:app": Reason("flask-object", "so it is")})

    assert {reason.code for reason in made.around["app:app"]} == EXTENSIONS[lines]
    assert {str(route.rung) for route in made.routes} == {"native"}


def test_an_unknown_extension_of_json_keeps_everything_mounted() -> None:
    """It may write what views return in words of its own."""
    made = plan(TEXT + "from flask_fast_json import FastJSON\nFastJSON(app)\n")

    assert {reason.code for route in made.routes for reason in route.reasons} == {"unknown-extension"}


OUTER = {
    "from werkzeug.middleware.proxy_fix import ProxyFix\napplication = ProxyFix(app)": True,
    "from werkzeug.middleware.dispatcher import DispatcherMiddleware\nout = DispatcherMiddleware(app, {})": True,
    "class Guard:\n    def __init__(self, inner):\n        self.inner = inner\n\n"
    "    def __call__(self, environ, start):\n        return self.inner(environ, start)\n\n\n"
    "guarded = Guard(app)": True,
    "from acme import Guard\napplication = Guard(app)": True,
    "from acme import Guard\napp = Guard(app)": True,
    "from acme import Limiter\nlimiter = Limiter(app)": False,
    "from werkzeug.middleware.proxy_fix import ProxyFix\napp.wsgi_app = ProxyFix(app.wsgi_app)": False,
    "class Count:\n    def __init__(self, app):\n        self.app = app\n\n"
    "    def __call__(self):\n        return 1\n\n\ncount = Count(app)": False,
}
"""Lines -> whether they put middleware around the object, where neither Flask nor a front would call it."""


@pytest.mark.parametrize("lines", OUTER)
def test_middleware_around_the_object_keeps_everything_mounted(lines: str) -> None:
    """A guard may be in it; what is put inside the object is called with it."""
    made = plan(TEXT + lines + "\n", held={"app:app": Reason("flask-object", "so it is")})

    assert {str(route.rung) for route in made.routes} == {"mounted" if OUTER[lines] else "native"}
    assert ("app:app" in made.outer) is OUTER[lines]


def test_a_project_may_say_what_its_own_extension_does() -> None:
    """A claim about a name counts before what is known of its package."""
    claim = Claim("acme.install", ClaimKind.EXTENSION, Effect.NONE)
    stricter = Claim("flask_sqlalchemy.SQLAlchemy", ClaimKind.EXTENSION, Effect.HOOKS)

    free = plan(TEXT + "from acme import install\ninstall(app)\n", claims=[claim])
    bound = plan(TEXT + "from flask_sqlalchemy import SQLAlchemy\nSQLAlchemy(app)\n", claims=[stricter])

    assert free.around["app:app"] == ()
    assert [reason.code for reason in bound.around["app:app"]] == ["hooking-extension"]


@pytest.mark.parametrize(("python", "rung"), [((3, 8), "mounted"), ((3, 9), "native")])
def test_a_status_that_an_old_python_does_not_know_stays(python: tuple[int, int], rung: str) -> None:
    """Starlette takes the phrase of a status from the standard library."""
    text = 'from flask import Flask, abort\n\napp = Flask(__name__)\n\n\n@app.route("/")\ndef tea():\n    abort(418)\n'

    assert [str(route.rung) for route in plan(text, python=python).routes] == [rung]
