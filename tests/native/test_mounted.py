"""What is not understood stays Flask's, with the reason: above all guards, whatever form they have."""

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

START = "from flask import Blueprint, Flask, abort, g, jsonify, render_template_string, request, session\n\n"
START += "app = Flask(__name__)\n"
VIEW = '\n\n@app.route("/")\ndef index():\n    return {"a": 1}\n'
AROUND = {
    "before_request": ("live-hook", "@app.before_request\ndef guard():\n    return 'no', 403\n"),
    "after_request": ("live-hook", "@app.after_request\ndef mark(r):\n    r.headers['x-a'] = '1'\n    return r\n"),
    "assigned hook": ("live-hook", "def guard():\n    return 'no', 403\n\n\napp.before_request(guard)\n"),
    "hook in a function": (
        "live-hook",
        "def setup(app):\n    @app.before_request\n    def guard():\n        return 'no', 403\n\n\nsetup(app)\n",
    ),
    "app-wide hook of a blueprint": (
        "live-hook",
        (
            "bp = Blueprint('bp', __name__)\n\n\n@bp.before_app_request\ndef guard():\n    return 'no', 403\n\n\n"
            "app.register_blueprint(bp)\n"
        ),
    ),
    "teardown": ("live-hook", "@app.teardown_request\ndef close(error):\n    print('closed')\n"),
    "preprocessor": ("live-hook", "@app.url_value_preprocessor\ndef pull(endpoint, values):\n    g.e = endpoint\n"),
    "hook recorded by a blueprint": (
        "live-hook",
        (
            "bp = Blueprint('bp', __name__)\n\n\n@bp.record_once\ndef setup(state):\n"
            "    state.app.before_request(lambda: ('no', 403))\n\n\napp.register_blueprint(bp)\n"
        ),
    ),
    "table of hooks": (
        "live-hook",
        "def guard():\n    return 'no', 403\n\n\napp.before_request_funcs.setdefault(None, []).append(guard)\n",
    ),
    "table of views": (
        "live-hook",
        "@app.route('/x')\ndef x():\n    return 'x'\n\n\napp.view_functions['x'] = lambda: ('no', 403)\n",
    ),
    "hook in a class of the project": (
        "live-hook",
        (
            "class Guard:\n    def init_app(self, app):\n        app.before_request(lambda: ('no', 403))\n\n\n"
            "Guard().init_app(app)\n"
        ),
    ),
    "wsgi middleware": (
        "wsgi-middleware",
        (
            "class M:\n    def __init__(self, app):\n        self.app = app\n\n"
            "    def __call__(self, environ, start):\n"
            "        start('403 NO', [])\n        return [b'no']\n\n\napp.wsgi_app = M(app.wsgi_app)\n"
        ),
    ),
    "own class": (
        "custom-application",
        "class Own(Flask):\n    def dispatch_request(self):\n        return 'no', 403\n\n\napp = Own(__name__)\n",
    ),
    "replaced method": ("custom-application", "app.dispatch_request = lambda: ('no', 403)\n"),
    "response class": (
        "custom-application",
        (
            "from flask import Response\n\n\nclass R(Response):\n    default_mimetype = 'text/plain'\n\n\n"
            "app.response_class = R\n"
        ),
    ),
    "session interface": (
        "custom-application",
        (
            "from flask.sessions import SecureCookieSessionInterface\n\n\nclass S(SecureCookieSessionInterface):\n"
            "    pass\n\n\napp.session_interface = S()\n"
        ),
    ),
    "signal": (
        "live-hook",
        (
            "from flask import request_started\n\n\ndef seen(sender, **extra):\n    abort(403)\n\n\n"
            "request_started.connect(seen, app)\n"
        ),
    ),
    "permanent session": (
        "session",
        "app.secret_key = 'x'\n\n\n@app.route('/in')\ndef log_in():\n    session.permanent = True\n    return 'in'\n",
    ),
}


STAYING = ("own class", "replaced method", "response class")
"""What may do something else with what a view returns."""


@pytest.mark.parametrize("name", AROUND)
def test_what_cuts_across_goes_on_doing_so(both: Callable[..., Sides], name: str) -> None:
    """Every form of guard that an application can have around its routes goes on guarding.

    Flask runs hooks, middleware and signals around the operations that it calls in the place of views.
    """
    code, text = AROUND[name]

    sides = both(f"{START}\n\n{text}\n{VIEW}")

    assert sides.rung("index") == ("mounted" if name in STAYING else "native")
    assert not sides.reasons("index") or code in sides.reasons("index")
    for path in ("/", "/x", "/in"):
        before, after = sides.ask("GET", path)
        assert after == before


VIEWS = {
    "return-value": "def view():\n    yield 'x'\n",
    "async-view": "async def view():\n    import time\n\n    time.sleep(0)\n    return {'a': 1}\n",
    "signature": "def view(*args):\n    return {'a': 1}\n",
}


@pytest.mark.parametrize("code", VIEWS)
def test_views_that_are_not_understood_stay(both: Callable[..., Sides], code: str) -> None:
    """One reason for each thing that a view may do beyond the plain."""
    sides = both(f"{START}app.secret_key = 'x'\n\n\n@app.route('/')\n{VIEWS[code]}")

    assert code in sides.reasons("view")


IN_CONTEXT = {
    "flask-call": "def view():\n    return render_template_string('<p>{{ request.path }}</p>')\n",
    "proxy": "def view():\n    g.a = request.args.get('b')\n    return {'a': request.path, 'b': g.a}\n",
    "session": "def view():\n    session['a'] = 1\n    return {'a': session.get('a')}\n",
    "unknown-name": "def view():\n    return {'a': str(missing)}\n",
}


@pytest.mark.parametrize("code", IN_CONTEXT)
def test_what_needs_flasks_context_has_it(both: Callable[..., Sides], code: str) -> None:
    """Whatever a view uses of Flask, it uses as an operation too; the application stays hybrid."""
    sides = both(f"{START}app.secret_key = 'x'\n\n\n@app.route('/')\n{IN_CONTEXT[code]}")

    assert (sides.rung("view"), sides.needs("view")) == ("native", {code})
    for path in ("/", "/?b=2"):
        before, after = sides.ask("GET", path)
        assert after == before


def test_a_view_that_others_name_stays_their_function(both: Callable[..., Sides]) -> None:
    """Called in another module, decorated by assignment, put into a table."""
    sides = both(
        {
            "app.py": START + "\n\n@app.route('/a')\ndef a():\n    return 'a'\n\n\n@app.route('/b')\ndef b():\n"
            "    return 'b'\n\n\n@app.route('/c')\ndef c():\n    return 'c'\n\n\nTABLE = {'b': b}\n",
            "other.py": "def call():\n    from app import a\n\n    return a()\n",
            "third.py": "from app import c\n",
        }
    )

    assert [sides.needs(name) for name in "abc"] == [{"called-view"}] * 3
    assert "@app.route" not in sides.sources["app.py"]


def test_a_caller_that_no_request_reaches_counts(both: Callable[..., Sides]) -> None:
    """A task, a command and a method call views: their bodies are read for no route, but they call all the same."""
    sides = both(
        {
            "app.py": START + "\n\n@app.route('/a')\ndef a():\n    return 'a'\n\n\n@app.route('/b')\ndef b():\n"
            "    return 'b'\n\n\n@app.route('/c')\ndef c():\n    return 'c'\n\n\n@app.route('/d')\ndef d():\n"
            "    return 'd'\n",
            "jobs.py": "import app\n\n\ndef task(function):\n    return function\n\n\n@task\ndef report():\n"
            "    return app.a()\n\n\ndef command():\n    def inside():\n        return app.b()\n\n    return inside\n"
            "\n\nclass Job:\n    def run(self):\n        return app.c()\n",
        }
    )

    assert [sides.needs(name) for name in "abc"] == [{"called-view"}] * 3
    assert "@app.route" not in sides.sources["app.py"]
    assert sides.rung("d") == "native"


def test_helpers_are_followed(both: Callable[..., Sides]) -> None:
    """What a view calls, and what that calls, counts: a proxy, an extension, a decorated helper."""
    sides = both(
        START
        + "\n\ndef deep():\n    return request.args['a']\n\n\ndef helper():\n    return deep()\n\n\n"
        + "def pure(n):\n    return n + 1\n\n\n@app.route('/a')\ndef a():\n    return {'a': helper()}\n\n\n"
        + "@app.route('/b')\ndef b():\n    return {'b': pure(1)}\n"
    )

    assert (sides.needs("a"), sides.needs("b")) == ({"proxy"}, set())
    assert sides.rung("b") == "native"
    for path in ("/a", "/a?a=1", "/b"):
        before, after = sides.ask("GET", path)
        assert after == before


def test_a_teardown_runs_after_a_converted_view(both: Callable[..., Sides]) -> None:
    """In Flask's context, with what a hook has put there."""
    hooks = "@app.before_request\ndef begin():\n    g.a = 1\n\n\n@app.teardown_appcontext\ndef close(error):\n"
    sides = both(f"{START}\n\n{hooks}    app.config['SEEN'] = (g.pop('a', None), error)\n{VIEW}")

    before, after = sides.ask("GET", "/")

    assert after == before
    assert sides.rung("index") == "native"
    assert sides.flask.config["SEEN"] == (1, None)


def test_the_application_object_needs_no_context(both: Callable[..., Sides]) -> None:
    """Its settings and its logger are there as they were."""
    sides = both(
        f"{START}app.config['N'] = 5\n\n\n@app.route('/')\ndef view():\n    app.logger.debug('seen')\n"
        "    return {'n': app.config['N'], 'm': app.config.get('M')}\n"
    )

    assert sides.rung("view") == "native"
    before, after = sides.ask("GET", "/")
    assert after == before


def test_a_second_run_goes_on_where_the_first_ended(both: Callable[..., Sides], tmp_path: Path) -> None:
    """New views join the router that is there; nothing else of the first run is touched."""
    staying = '\n\n@app.route("/page")\ndef page(*_):\n    return "page"\n'
    sides = both(f"{START}{VIEW}{staying}")
    folder = tmp_path / "fastapi"
    first = (folder / "app.py").read_text("utf-8")
    (folder / "app.py").write_text(first + '\n\n@app.route("/new")\ndef new():\n    return "new"\n', "utf-8")

    run = plan_run(read_project(folder, Config()), CODEMODS)

    changed = {change.path: change.after for change in run.changes}
    assert sorted(changed) == ["app.py", "fastapi_front.py"]  # the count in its docstring
    after = (changed["app.py"] or b"").decode()
    assert after.count("APIRouter()") == 1
    assert '@router.get("/new", response_class=HTMLResponse)' in after
    assert {plan.route.endpoint for plan in run.plan.routes if plan.rung == "native"} == {"index", "new"}
    assert sides.rung("index") == "native"


@pytest.mark.parametrize(
    ("value", "is_free"),
    [
        ("len('abc') > 2", True),
        ("os.environ.get('NOT_SET_HERE') == '1'", True),
        ("[n for n in range(3)]", True),
        ("LocalProxy(lambda: g.get('user'))", False),
        ("current_app", False),
    ],
)
def test_computed_variables_of_a_module(both: Callable[..., Sides], value: str, is_free: bool) -> None:
    """What is made of literals and the standard library cannot be anything of Flask; all else may be."""
    sides = both(
        "import os\n\nfrom flask import Flask, current_app, g, jsonify\nfrom werkzeug.local import LocalProxy\n\n"
        "app = Flask(__name__)\n\n\ndef make():\n    return 1\n\n\n"
        f"SETTING = {value}\n\n\n@app.route('/')\ndef view():\n    return jsonify(bool(SETTING))\n"
    )

    assert sides.rung("view") == "native"
    assert bool(sides.needs("view")) is not is_free
    before, after = sides.ask("GET", "/")
    assert after == before
