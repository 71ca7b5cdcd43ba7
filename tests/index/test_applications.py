"""What the index says of applications: their keys, factories, names and who calls them."""

from __future__ import annotations

import pytest

FACTORY = """
from flask import Flask
def create_app(config=None, *, testing: bool = False):
    app = Flask(__name__, static_folder="assets", instance_relative_config=True)
    @app.get("/")
    def index(): ...
    return app
"""


def test_application_at_module_level(index_of) -> None:
    (app,) = index_of({"shop/__init__.py": "import flask\nserver = flask.Flask('shop', static_url_path='')\n"}).apps

    assert (app.key, app.module, app.path, app.variable) == ("shop:server", "shop", "shop/__init__.py", "server")
    assert (app.factory, app.flask_class, app.import_name) == (None, "flask.Flask", "shop")
    assert app.options == {"static_url_path": ""}
    assert app.aliases == ("shop.server",)
    assert (app.span.line, app.span.column, app.span.end_column) == (2, 9, 48)


def test_application_of_a_factory(index_of) -> None:
    (app,) = index_of({"shop/app.py": FACTORY, "shop/__init__.py": ""}).apps

    assert (app.key, app.factory) == ("shop.app:create_app.<locals>.app", "shop.app:create_app")
    assert app.import_name == "shop.app"
    assert app.options == {"static_folder": "assets", "instance_relative_config": True}
    assert [(p.name, p.required, p.kind, p.annotation) for p in app.factory_parameters] == [
        ("config", False, "positional_or_keyword", None),
        ("testing", False, "keyword_only", "bool"),
    ]


def test_application_that_is_returned_at_once(index_of) -> None:
    (app,) = index_of({"app.py": "from flask import Flask\ndef make():\n    return Flask(__name__)\n"}).apps

    assert (app.key, app.variable, app.factory) == ("app:make.<locals>.app", "app", "app:make")


def test_application_that_is_an_attribute(index_of) -> None:
    program = """
from flask import Flask
class Server:
    def __init__(self):
        self.app = Flask(__name__)
Server()
"""
    (app,) = index_of({"app.py": program}).apps

    assert (app.variable, app.factory) == ("self.app", "app:Server.__init__")


def test_application_of_a_class_of_the_project(index_of) -> None:
    program = "from flask import Flask\nclass Shop(Flask):\n    pass\napp = Shop(__name__)\n"
    (app,) = index_of({"app.py": program}).apps

    assert app.flask_class == "app.Shop"


CALLS = {
    "assigned": ("from app import create_app\napp = create_app()\n", ("app", "", True)),
    "literal arguments": (
        "from app import create_app\napp = create_app('dev', testing=True)\n",
        ("app", "'dev', testing=True", True),
    ),
    "environment": (
        "import os\nfrom app import create_app\napp = create_app(os.getenv('MODE') or 'dev')\n",
        ("app", "os.getenv('MODE') or 'dev'", True),
    ),
    "environment by item": (
        "import os\nimport app\nserver = app.create_app(os.environ['MODE'])\n",
        ("server", "os.environ['MODE']", True),
    ),
    "something else": ("from app import create_app\nfrom conf import C\napp = create_app(C)\n", ("app", "C", False)),
    "main block": (
        "from app import create_app\nif __name__ == '__main__':\n    app = create_app()\n    app.run()\n",
        (None, "", True),
    ),
    "main block without a name": (
        "from app import create_app\nif __name__ == '__main__':\n    create_app().run()\n",
        (None, "", True),
    ),
    "wrapped": ("from app import create_app\napp = wrap(create_app())\n", (None, "", True)),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_calls_of_a_factory(name, index_of) -> None:
    program, expected = CALLS[name]
    (app,) = index_of({"app.py": FACTORY, "wsgi.py": program}).apps
    (call,) = app.calls

    assert (call.variable, call.arguments, call.literal) == expected
    assert (call.module, call.path) == ("wsgi", "wsgi.py")
    assert call.line == 1 + next(n for n, line in enumerate(program.splitlines()) if "create_app(" in line)


def test_names_of_the_finished_application(index_of) -> None:
    files = {
        "app.py": FACTORY,
        "wsgi.py": "from app import create_app\napplication = create_app()\nserver = application\n",
        "run.py": "from wsgi import application\nif __name__ == '__main__':\n    local = application\n",
        "tests/conftest.py": "from app import create_app\ndef client():\n    return create_app().test_client()\n",
    }
    (app,) = index_of(files).apps

    assert app.aliases == ("wsgi.application", "wsgi.server")
    assert [call.path for call in app.calls] == ["wsgi.py"]


def test_applications_of_sibling_folders_keep_apart(index_of) -> None:
    program = "from flask import Flask\napp = Flask(__name__)\n@app.get('/{}')\ndef view(): ...\n"
    index = index_of({"one/app.py": program.replace("{}", "1"), "two/app.py": program.replace("{}", "2")})

    assert sorted(app.key for app in index.apps) == ["one.app:app", "two.app:app"]
    assert {(route.app, route.rule) for route in index.routes} == {("one.app:app", "/1"), ("two.app:app", "/2")}


CONDITIONAL = """
import os
from flask import Flask
app = Flask(__name__)
@app.get("/always")
def always(): ...
if os.environ.get("DEBUG"):
    @app.get("/debug")
    def debug(): ...
else:
    app.add_url_rule("/live", "live", always)
try:
    import nowhere
except ImportError:
    app.add_url_rule("/fallback", "fallback", always)
else:
    app.add_url_rule("/extra", "extra", always)
for name in os.environ:
    app.add_url_rule("/" + name, name, always)
if __name__ == "__main__":
    app.add_url_rule("/main", "main", always)
"""


def test_what_may_not_be_registered_is_conditional(index_of) -> None:
    index = index_of({"app.py": CONDITIONAL})
    conditional = {route.rule: route.conditional for route in index.route_facts}

    assert conditional == {
        "/always": False,
        "/debug": True,
        "/live": True,
        "/fallback": True,
        "/extra": False,
        "?": True,
        "/main": True,
    }


def test_a_switch_of_a_factory_hides_nothing(index_of) -> None:
    program = """
from flask import Flask
def create_app(debug=False):
    app = Flask(__name__)
    if debug:
        app.add_url_rule("/debug", "debug", lambda: "")
    return app
app = create_app()
"""
    (route,) = index_of({"app.py": program}).routes

    assert (route.rule, route.fact.conditional) == ("/debug", True)


def test_modules_and_their_imports(index_of) -> None:
    files = {
        "shop/__init__.py": "from . import views\n",
        "shop/views.py": "def late():\n    from shop.models import Item\n    import os\n",
        "shop/models.py": "import shop.views\n",
    }
    modules = {module.name: module for module in index_of(files).modules}

    assert modules["shop"].is_package
    assert modules["shop"].imports == ("shop.views",)
    assert modules["shop.views"].imports == ("shop.models",)
    assert "shop.views" in modules["shop.models"].imports


def test_route_facts_name_the_place(index_of) -> None:
    program = """\
from flask import Flask
app = Flask(__name__)

@app.get('/é')  # ß
@app.post(
    '/b')
def view():
    return ''
"""
    first, second = sorted(index_of({"app.py": program}).route_facts, key=lambda route: route.span)

    assert (first.rule, first.span.line, first.span.column, first.span.end_column) == ("/é", 4, 1, 14)
    assert (second.rule, second.span.line, second.span.end_line) == ("/b", 5, 6)
    assert first.view_span == second.view_span
    assert (first.view_span.line, first.view_span.end_line) == (4, 8)
    assert first.key != second.key
