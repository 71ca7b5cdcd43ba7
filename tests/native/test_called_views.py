"""Views that other code calls stay what they are to it, and are operations all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config
from flask2fastapi.migrate.reading import read_project
from flask2fastapi.migrate.run import plan_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.native.conftest import Sides

APP = '''"""An application whose views call each other."""

from functools import wraps

from flask import Flask, abort, jsonify, make_response, request

app = Flask(__name__)
app.config["PROPAGATE_EXCEPTIONS"] = False


def login_required(view):
    """Refuse those who are nobody."""

    @wraps(view)
    def wrapped(*args, **kwargs):
        if "X-User" not in request.headers:
            abort(401, "who?")
        return view(*args, **kwargs)

    return wrapped


@app.route("/get")
def get():
    return jsonify(args=request.args, path=request.path)


@app.route("/cached/<int:age>")
def cached(age):
    response = get()
    response.headers["X-A"] = f"max-age={age}"
    return response


@app.route("/plain")
def plain() -> dict:
    return {"a": 1}


@app.route("/looked")
def looked():
    return str(plain()["a"])


@app.route("/created", methods=["POST"])
def created():
    return {"got": request.get_json()}, 201, {"X-A": "made"}


@app.route("/again", methods=["PUT"])
def again():
    body, status, headers = created()
    body["sent"] = request.get_json()
    return body, status + 1, headers


@app.route("/digest/<qop>")
def short(qop=None):
    return digest(qop, 3)


@app.route("/digest/<qop>/<int:times>/<path:rest>")
def digest(qop: str = None, times: str = "7", rest="none"):
    if times == 4:
        abort(418)
    return f"{qop} {times!r} {rest}"


@app.route("/secret/<int:number>")
@login_required
def secret(number):
    return make_response(f"secret {number!r}")


@app.route("/door")
def door():
    return secret(7)


@app.route("/nothing")
def nothing():
    return None


@app.route("/nothing-again")
def nothing_again():
    return nothing()


@app.route("/fails")
def fails():
    raise LookupError("lost")


@app.route("/saved")
def saved():
    try:
        return fails()
    except LookupError as error:
        return f"saved from {error}"


@app.errorhandler(LookupError)
def handle(error):
    return f"handled {error}", 410


TABLE = {"plain": plain}


@app.route("/table/<name>")
def table(name):
    return TABLE[name]()
'''
GIVEN = """def given(view):
    @wraps(view)
    def wrapped(**kwargs):
        return view(1, **kwargs)

    return wrapped


"""
REQUESTS = (
    *(("GET", path) for path in ("/get?a=1&a=2", "/cached/30?b=ä", "/plain", "/looked", "/door", "/nothing")),
    *(("GET", path) for path in ("/digest/auth", "/digest/auth/4/x", "/digest/auth/5/x/y", "/digest/auth/x/y")),
    *(("GET", path) for path in ("/secret/3", "/nothing-again", "/fails", "/saved", "/table/plain", "/table/none")),
    *(("HEAD", path) for path in ("/get", "/cached/1", "/plain")),
    *(("OPTIONS", path) for path in ("/get", "/created")),
    *(("POST", path) for path in ("/created", "/get", "/again")),
    ("PUT", "/again"),
)


@pytest.mark.parametrize("headers", [{}, {"X-User": "ann"}, {"Content-Type": "application/json"}], ids=str)
@pytest.mark.parametrize("data", [b'{"x": [1]}', b"{"], ids=["json", "broken"])
def test_called_views_answer_alike(both: Callable[..., Sides], headers: dict[str, str], data: bytes) -> None:
    """With their own returns for those that call them, and Flask's rules for the clients."""
    sides = both(APP)

    assert {str(plan.rung) for plan in sides.run.plan.routes if plan.route.endpoint != "static"} == {"native"}
    for method, path in REQUESTS:
        before, after = sides.ask(method, path, data, headers)
        assert after == before, (method, path)


def test_a_called_view_stays_the_function_that_it_is(both: Callable[..., Sides]) -> None:
    """Its decorator goes, its body is not touched, and a call behind it registers it."""
    source = both(APP).sources["app.py"]

    assert '@app.route("/plain")' not in source
    assert '\n\ndef plain() -> dict:\n    return {"a": 1}\n' in source
    assert 'router.add_api_route("/get", in_flask_context(get, flask_returns=True), methods=["GET"])\n' in source
    assert '@router.get("/cached/{age:int}")' in source


ELSEWHERE = {
    "app.py": """
from flask import Flask, request
from views import by_call, bp

app = Flask(__name__)
app.register_blueprint(bp, url_prefix="/bp")
app.add_url_rule("/by-call/<int:n>", view_func=by_call, methods=["GET", "POST"])


@app.route("/caller")
def caller():
    return by_call(4)


def after(view):
    return lambda: "other"


@app.route("/rebound")
def rebound():
    return "mine"


rebound = after(rebound)


@app.route("/many")
@app.route("/many/more")
def many():
    return "many", {"X-A": request.path}


TABLE = [many]
""",
    "views.py": """
from flask import Blueprint, request

bp = Blueprint("bp", __name__)


def by_call(n):
    return {"n": n, "m": request.method}, 202


@bp.route("/a/<uuid:key>/<float:f>")
def a(key, f):
    return {"k": str(key), "t": type(key).__name__, "f": f}


@bp.route("/b")
def b():
    return a("x", 1.5)
""",
}


def test_views_that_are_registered_elsewhere_or_called_something_else(both: Callable[..., Sides]) -> None:
    """By a call in another module, on a blueprint, by several rules; and a name that then stands for something else."""
    sides = both(ELSEWHERE)

    assert {str(plan.rung) for plan in sides.run.plan.routes if plan.route.endpoint != "static"} == {"native"}
    paths = ["/by-call/3", "/by-call/x", "/caller", "/rebound", "/many", "/many/more", "/bp/b"]
    for path in [*paths, "/bp/a/7f7ad059-8040-4000-8000-7f7ad0598040/2.5", "/bp/a/1/2.5"]:
        for method in ("GET", "POST", "HEAD", "OPTIONS"):
            before, after = sides.ask(method, path)
            assert after == before, (method, path)


def test_what_others_import_and_call_is_the_view(both: Callable[..., Sides]) -> None:
    """A test, a task, a command: they get what the view returns, without FastAPI."""
    both({"app.py": APP, "jobs.py": "import app\n\n\ndef report():\n    return app.plain()\n"})
    import jobs  # type: ignore[import-not-found]

    assert jobs.report() == {"a": 1}


@pytest.mark.parametrize(
    "views",
    [
        "@app.route('/', defaults={'n': 1})\n@app.route('/<int:n>')\ndef view(n):\n    return str(n)\n",
        GIVEN + "@app.route('/')\n@given\ndef view(n):\n    return str(n)\n",
    ],
    ids=["rules that leave parameters out", "a decorator that gives parameters"],
)
def test_what_calls_cannot_register_stays(both: Callable[..., Sides], views: str) -> None:
    """As FastAPI would ask the client for what the rule or the decorator gives."""
    start = "from functools import wraps\n\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n"
    sides = both(f"{start}{views}\n\nTABLE = [view]\n")

    assert sides.reasons("view") == {"called-view"}


def test_a_second_run_leaves_them_with_flask(both: Callable[..., Sides], tmp_path: Path) -> None:
    """What they return is for Flask, so the application does not leave it."""
    start = "from flask import Flask\n\napp = Flask(__name__)\n\n\n"
    both(f"{start}@app.route('/a')\ndef a():\n    return 'a'\n\n\n@app.route('/b')\ndef b():\n    return a()\n")
    again = plan_run(read_project(tmp_path / "fastapi", Config()), CODEMODS)

    assert not again.changes
    assert [str(front.state) for front in again.plan.fronts] == ["hybrid"]
