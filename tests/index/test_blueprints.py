"""Blueprints: prefixes, names and nesting, compared with the map that Flask builds of the same program."""

from __future__ import annotations

import itertools

import pytest

PREFIXES = (None, "", "/", "/a", "/a/", "a", "/<x>", "/a//")
RULES = ("/", "/r", "/r/")
HEAD = "from flask import Flask, Blueprint\nfrom flask.views import MethodView\napp = Flask(__name__)\n"
PROGRAMS = {
    "endpoint with prefix": """\
bp = Blueprint('b', __name__)
@bp.get('/x', endpoint='y')
def x(): ...
app.register_blueprint(bp)
""",
    "keywords": """\
bp = Blueprint(import_name=__name__, name='b')
@bp.get('/x')
def x(): ...
app.register_blueprint(blueprint=bp, url_prefix='/p')
""",
    "registered twice": """\
bp = Blueprint('b', __name__, url_prefix='/one')
@bp.get('/x')
def x(): ...
app.register_blueprint(bp)
app.register_blueprint(bp, url_prefix='/two', name='other')
""",
    "in a loop": """\
a = Blueprint('a', __name__, url_prefix='/a')
b = Blueprint('b', __name__)
@a.get('/x')
@b.get('/y')
def x(): ...
for bp in (a, b):
    app.register_blueprint(bp)
""",
    "in a loop with prefixes": """\
a = Blueprint('a', __name__)
b = Blueprint('b', __name__)
@a.get('/x')
@b.get('/y')
def x(): ...
for bp, p in {a: '/a', b: None}.items():
    app.register_blueprint(bp, url_prefix=p)
""",
    "made in a loop": """\
def v(): ...
for n in ('a', 'b'):
    bp = Blueprint(n, __name__, url_prefix='/' + n)
    bp.add_url_rule('/x', 'v', v)
    app.register_blueprint(bp)
""",
    "made by a function": """\
def make(name):
    bp = Blueprint(name, __name__)
    @bp.get('/' + name)
    def x(): ...
    return bp
app.register_blueprint(make('a'))
app.register_blueprint(make('b'), url_prefix='/b')
""",
    "in a list built by append": """\
ALL = []
a = Blueprint('a', __name__)
@a.get('/x')
def x(): ...
ALL.append(a)
for each in ALL:
    app.register_blueprint(each)
""",
    "a subclass": """\
class Section(Blueprint):
    def __init__(self, name):
        super().__init__(name, __name__, url_prefix='/' + name)
bp = Section('s')
@bp.get('/x')
def x(): ...
app.register_blueprint(bp)
""",
    "a subclass with its own registration": """\
class Section(Blueprint):
    def page(self, rule):
        return self.route('/p' + rule)
bp = Section('s', __name__)
@bp.page('/x')
def x(): ...
app.register_blueprint(bp)
""",
    "class view": """\
class V(MethodView):
    def get(self): ...
bp = Blueprint('b', __name__, url_prefix='/b')
bp.add_url_rule('/v', view_func=V.as_view('v'))
app.register_blueprint(bp)
""",
    "register helper": """\
def register(bp, routes, view_func, **o):
    for r in routes:
        bp.add_url_rule(r, view_func=view_func, **o)
bp = Blueprint('b', __name__)
def v(): ...
register(bp, routes=['/v', '/w'], view_func=v, methods=['GET', 'POST'])
class V(MethodView):
    def put(self): ...
register(bp, routes=['/m'], view_func=V.as_view('m'))
app.register_blueprint(bp)
""",
    "three levels": """\
a, b, c = (Blueprint(n, __name__, url_prefix='/' + n) for n in 'abc')
@c.get('/x')
def x(): ...
b.register_blueprint(c)
a.register_blueprint(b, url_prefix='/q')
app.register_blueprint(a)
""",
    "one child of two parents": """\
a, b, c = [Blueprint(n, __name__, url_prefix='/' + n) for n in 'abc']
@c.get('/x')
def x(): ...
a.register_blueprint(c)
b.register_blueprint(c)
app.register_blueprint(a)
app.register_blueprint(b)
""",
    "names of nested ones": """\
a = Blueprint('a', __name__)
b = Blueprint('b', __name__)
@b.get('/x')
def x(): ...
a.register_blueprint(b, name='z')
app.register_blueprint(a, name='y')
""",
    "subdomain": """\
bp = Blueprint('b', __name__, subdomain='api')
@bp.get('/x')
def x(): ...
app.register_blueprint(bp)
""",
    "record": """\
bp = Blueprint('b', __name__)
@bp.record
def setup(state):
    state.app.add_url_rule('/r', 'r', lambda: '')
@bp.get('/x')
def x(): ...
app.register_blueprint(bp)
""",
    "record_once with the state's rule": """\
bp = Blueprint('b', __name__, url_prefix='/p')
@bp.record_once
def setup(state):
    state.add_url_rule('/r', 'r', lambda: '')
app.register_blueprint(bp)
""",
    "registered on itself by a method": """\
class Views:
    def __init__(self):
        self.bp = Blueprint('v', __name__)
        self.bp.add_url_rule('/x', 'x', self.x)
    def x(self): ...
app.register_blueprint(Views().bp)
""",
}


def argument(prefix: str | None) -> str:
    return "" if prefix is None else f", url_prefix={prefix!r}"


def accepted(own: str | None, given: str | None) -> bool:
    """Whether Flask takes these prefixes: a rule must begin with a slash."""
    return ((own if given is None else given) or "/").startswith("/")


@pytest.mark.parametrize(("own", "given"), [pair for pair in itertools.product(PREFIXES, PREFIXES) if accepted(*pair)])
def test_prefix_of_a_blueprint(own, given, assert_same_map) -> None:
    views = "".join(f"@bp.route({rule!r}, endpoint='e{n}')\ndef v{n}(**k): ...\n" for n, rule in enumerate(RULES))
    program = (
        f"{HEAD}bp = Blueprint('bp', __name__{argument(own)})\n{views}app.register_blueprint(bp{argument(given)})\n"
    )

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
    program = """
from flask import Flask, Blueprint
def create_app():
    app = Flask(__name__)
    inner = Blueprint("inner", __name__, url_prefix="/i", template_folder="t")
    app.register_blueprint(inner)
    return app
outer = Blueprint("outer", __name__)
"""
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
