"""Blueprints: prefixes, names and nesting, compared with the map that Flask builds of the same program."""

from __future__ import annotations

import itertools

import pytest

PREFIXES = (None, "", "/", "/a", "/a/", "a", "/<x>", "/a//")
RULES = ("/", "/r", "/r/")
BLUEPRINT = "bp = Blueprint('bp', __name__{own})\n@bp.route({rule!r})\ndef view(**k): ...\n"
HEAD = "from flask import Flask, Blueprint\nfrom flask.views import MethodView\napp = Flask(__name__)\n"
PROGRAMS = {
    "endpoint with prefix": "bp = Blueprint('b', __name__)\n@bp.get('/x', endpoint='y')\ndef x(): ...\napp.register_blueprint(bp)",
    "keywords": "bp = Blueprint(import_name=__name__, name='b')\n@bp.get('/x')\ndef x(): ...\n"
    "app.register_blueprint(blueprint=bp, url_prefix='/p')",
    "registered twice": "bp = Blueprint('b', __name__, url_prefix='/one')\n@bp.get('/x')\ndef x(): ...\n"
    "app.register_blueprint(bp)\napp.register_blueprint(bp, url_prefix='/two', name='other')",
    "in a loop": "a = Blueprint('a', __name__, url_prefix='/a')\nb = Blueprint('b', __name__)\n@a.get('/x')\n@b.get('/y')\n"
    "def x(): ...\nfor bp in (a, b):\n    app.register_blueprint(bp)",
    "in a loop with prefixes": "a = Blueprint('a', __name__)\nb = Blueprint('b', __name__)\n@a.get('/x')\n@b.get('/y')\n"
    "def x(): ...\nfor bp, p in {a: '/a', b: None}.items():\n    app.register_blueprint(bp, url_prefix=p)",
    "made in a loop": "def v(): ...\nfor n in ('a', 'b'):\n    bp = Blueprint(n, __name__, url_prefix='/' + n)\n"
    "    bp.add_url_rule('/x', 'v', v)\n    app.register_blueprint(bp)",
    "made by a function": "def make(name):\n    bp = Blueprint(name, __name__)\n    @bp.get('/' + name)\n    def x(): ...\n"
    "    return bp\napp.register_blueprint(make('a'))\napp.register_blueprint(make('b'), url_prefix='/b')",
    "in a list built by append": "ALL = []\na = Blueprint('a', __name__)\n@a.get('/x')\ndef x(): ...\nALL.append(a)\n"
    "for each in ALL:\n    app.register_blueprint(each)",
    "a subclass": "class Section(Blueprint):\n    def __init__(self, name):\n        super().__init__(name, __name__, url_prefix='/' + name)\n"
    "bp = Section('s')\n@bp.get('/x')\ndef x(): ...\napp.register_blueprint(bp)",
    "a subclass with its own registration": "class Section(Blueprint):\n    def page(self, rule):\n        return self.route('/p' + rule)\n"
    "bp = Section('s', __name__)\n@bp.page('/x')\ndef x(): ...\napp.register_blueprint(bp)",
    "class view": "class V(MethodView):\n    def get(self): ...\nbp = Blueprint('b', __name__, url_prefix='/b')\n"
    "bp.add_url_rule('/v', view_func=V.as_view('v'))\napp.register_blueprint(bp)",
    "register helper": "def register(bp, routes, view_func, **o):\n    for r in routes:\n"
    "        bp.add_url_rule(r, view_func=view_func, **o)\nbp = Blueprint('b', __name__)\ndef v(): ...\n"
    "register(bp, routes=['/v', '/w'], view_func=v, methods=['GET', 'POST'])\n"
    "class V(MethodView):\n    def put(self): ...\nregister(bp, routes=['/m'], view_func=V.as_view('m'))\n"
    "app.register_blueprint(bp)",
    "three levels": "a, b, c = (Blueprint(n, __name__, url_prefix='/' + n) for n in 'abc')\n@c.get('/x')\ndef x(): ...\n"
    "b.register_blueprint(c)\na.register_blueprint(b, url_prefix='/q')\napp.register_blueprint(a)",
    "one child of two parents": "a, b, c = [Blueprint(n, __name__, url_prefix='/' + n) for n in 'abc']\n@c.get('/x')\ndef x(): ...\n"
    "a.register_blueprint(c)\nb.register_blueprint(c)\napp.register_blueprint(a)\napp.register_blueprint(b)",
    "names of nested ones": "a = Blueprint('a', __name__)\nb = Blueprint('b', __name__)\n@b.get('/x')\ndef x(): ...\n"
    "a.register_blueprint(b, name='z')\napp.register_blueprint(a, name='y')",
    "subdomain": "bp = Blueprint('b', __name__, subdomain='api')\n@bp.get('/x')\ndef x(): ...\napp.register_blueprint(bp)",
    "record": "bp = Blueprint('b', __name__)\n@bp.record\ndef setup(state):\n    state.app.add_url_rule('/r', 'r', lambda: '')\n"
    "@bp.get('/x')\ndef x(): ...\napp.register_blueprint(bp)",
    "record_once with the state's rule": "bp = Blueprint('b', __name__, url_prefix='/p')\n@bp.record_once\ndef setup(state):\n"
    "    state.add_url_rule('/r', 'r', lambda: '')\napp.register_blueprint(bp)",
    "registered on itself by a method": "class Views:\n    def __init__(self):\n        self.bp = Blueprint('v', __name__)\n"
    "        self.bp.add_url_rule('/x', 'x', self.x)\n    def x(self): ...\napp.register_blueprint(Views().bp)",
}


def argument(prefix: str | None) -> str:
    return "" if prefix is None else f", url_prefix={prefix!r}"


def accepted(*prefixes: str | None) -> bool:
    """Whether Flask takes these prefixes: a rule must begin with a slash."""
    return next((p for p in prefixes if p), "/").startswith("/")


@pytest.mark.parametrize(("own", "given"), list(itertools.product(PREFIXES, PREFIXES)))
def test_prefix_of_a_blueprint(own, given, assert_same_map) -> None:
    if not accepted(own if given is None else given):
        pytest.xfail("Flask refuses it")
    views = "".join(f"@bp.route({rule!r}, endpoint='e{n}')\ndef v{n}(**k): ...\n" for n, rule in enumerate(RULES))
    program = f"{HEAD}bp = Blueprint('bp', __name__{argument(own)})\n{views}app.register_blueprint(bp{argument(given)})\n"

    assert_same_map({"app.py": program})


NESTED = [None, "", "/", "/a", "/a/"]


@pytest.mark.parametrize(("outer", "inner"), list(itertools.product(NESTED, NESTED)))
@pytest.mark.parametrize("given", [None, "/g", "/g/", "", "/"])
def test_prefix_of_a_nested_blueprint(outer, inner, given, assert_same_map) -> None:
    program = (
        f"{HEAD}out = Blueprint('out', __name__{argument(outer)})\nbp = Blueprint('bp', __name__{argument(inner)})\n"
        "@bp.route('/r')\ndef r(): ...\n@bp.route('/')\ndef s(): ...\n@out.route('/o')\ndef o(): ...\n"
        f"out.register_blueprint(bp{argument(given)})\napp.register_blueprint(out)\n"
    )

    assert_same_map({"app.py": program})


@pytest.mark.parametrize("name", PROGRAMS)
def test_blueprints(name, assert_same_map) -> None:
    assert_same_map({"app.py": HEAD + PROGRAMS[name]})


def test_an_empty_rule_is_the_prefix(assert_same_map) -> None:
    program = "bp = Blueprint('b', __name__, url_prefix='/p')\n@bp.route('')\ndef x(): ...\napp.register_blueprint(bp)"
    assert_same_map({"app.py": HEAD + program})


def test_facts_of_a_blueprint(index_of) -> None:
    program = (
        "from flask import Flask, Blueprint\ndef create_app():\n    app = Flask(__name__)\n"
        "    inner = Blueprint('inner', __name__, url_prefix='/i', template_folder='t')\n    app.register_blueprint(inner)\n"
        "    return app\nouter = Blueprint('outer', __name__)\n"
    )
    index = index_of({"shop/__init__.py": program})
    by_name = {bp.name: bp for bp in index.blueprints}

    assert by_name["outer"].key == "shop:outer"
    assert by_name["outer"].function is None
    assert by_name["inner"].key == "shop:create_app.<locals>.inner"
    assert by_name["inner"].function == "shop:create_app"
    assert by_name["inner"].url_prefix == "/i"
    assert by_name["inner"].options == {"url_prefix": "/i", "template_folder": "t"}
    (registration,) = index.registrations
    assert (registration.parent, registration.child) == ("shop:create_app.<locals>.app", by_name["inner"].key)
