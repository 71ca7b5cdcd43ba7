"""What functions touch: proxies of Flask under any name, other functions, and what chains of calls reach."""

from __future__ import annotations

import pytest

from flask2fastapi.model.facts import Proxy

USES = {
    "name": (
        """\
from flask import request
def f():
    return request.args
""",
        [("request", "args")],
    ),
    "another name": (
        """\
from flask import request as r, g as store
def f():
    return r.args, store.user
""",
        [("request", "args"), ("g", "user")],
    ),
    "module": (
        """\
import flask
def f():
    return flask.request.args.get('x')
""",
        [("request", "args")],
    ),
    "module under another name": (
        """\
import flask as fl
def f():
    return fl.session['x']
""",
        [("session", None)],
    ),
    "import inside": (
        """\
def f():
    from flask import request
    return request.json
""",
        [("request", "json")],
    ),
    "import of several inside": (
        """\
def f():
    from flask import g, session as s
    return g.a, s.b
""",
        [("g", "a"), ("session", "b")],
    ),
    "import of the module inside": (
        """\
def f():
    import flask as fl
    return fl.g.x
""",
        [("g", "x")],
    ),
    "import around": (
        """\
def outer():
    from flask import request
    def f():
        return request.form
    return f
""",
        [("request", "form")],
    ),
    "from globals": (
        """\
from flask.globals import request
def f():
    return request.path
""",
        [("request", "path")],
    ),
    "star": (
        """\
from flask import *
def f():
    return request.path
""",
        [("request", "path")],
    ),
    "write": (
        """\
from flask import g
def f():
    g.user = 1
""",
        [("g", "user")],
    ),
    "deletion and items": (
        """\
from flask import session
def f():
    del session['x']
    session['y'] = 1
""",
        [("session", None), ("session", None)],
    ),
    "passed on": (
        """\
from flask import request
def f():
    return print(request)
""",
        [("request", None)],
    ),
    "getattr": (
        """\
from flask import g
def f():
    return getattr(g, 'x')
""",
        [("g", None)],
    ),
    "f-string": (
        """\
from flask import request
def f():
    return f'{request.path}'
""",
        [("request", "path")],
    ),
    "lambda": (
        """\
from flask import request
def f():
    return sorted([], key=lambda x: request.path)
""",
        [("request", "path")],
    ),
    "comprehension": (
        """\
from flask import g
def f():
    return [x for x in g.items if g.all]
""",
        [("g", "items"), ("g", "all")],
    ),
    "walrus": (
        """\
from flask import request
def f():
    if (x := request.args):
        return x
""",
        [("request", "args")],
    ),
    "current_app": (
        """\
from flask import current_app as app
def f():
    return app.config['X']
""",
        [("current_app", "config")],
    ),
    "match": (
        """\
from flask import request
def f():
    match request.method:
        case 'GET':
            return 1
""",
        [("request", "method")],
    ),
    "with": (
        """\
from flask import current_app
def f():
    with current_app.app_context():
        pass
""",
        [("current_app", "app_context")],
    ),
    "assigned at module level": (
        """\
import flask
req = flask.request
def f():
    return req.args
""",
        [("request", "args")],
    ),
    "hidden by a parameter": (
        """\
from flask import request
def f(request):
    return request.args
""",
        [],
    ),
    "hidden by an assignment": (
        """\
from flask import g
def f():
    g = {}
    return g.x
""",
        [],
    ),
    "hidden by a loop": (
        """\
from flask import g
def f():
    for g in ():
        g.x
""",
        [],
    ),
    "hidden by an exception": (
        """\
from flask import g
def f():
    try:
        pass
    except ValueError as g:
        g.x
""",
        [],
    ),
    "hidden by the function around": (
        """\
from flask import g
def outer(g):
    def f():
        return g.x
    return f
""",
        [],
    ),
    "hidden by a lambda's parameter": (
        """\
from flask import g
def f():
    return map(lambda g: g.x, [])
""",
        [],
    ),
    "hidden by a match": (
        """\
from flask import g
def f(v):
    match v:
        case [g]:
            return g.x
""",
        [],
    ),
    "global": (
        """\
from flask import g
def f():
    global g
    g = g
    return g.x
""",
        [("g", None), ("g", "x")],
    ),
    "not a name of a class around": (
        """\
from flask import g
class C:
    g = 1
    def f(self):
        return g.x
""",
        [("g", "x")],
    ),
    "another request": (
        """\
from django import request
def f():
    return request.args
""",
        [],
    ),
    "decorator and default are not the function's": (
        """\
from flask import g
@deco(g.x)
def f(a=g.y):
    pass
""",
        [],
    ),
}


@pytest.mark.parametrize("name", USES)
def test_proxies_that_a_function_uses(name, index_of) -> None:
    program, expected = USES[name]
    index = index_of({"app.py": program})
    found = [(use.proxy.value, use.attribute) for use in index.proxy_uses if (use.function or "").endswith(("f", ".f"))]
    (function,) = [fact for key, fact in index.functions.items() if key.rpartition(":")[2].rpartition(".")[2] == "f"]

    assert found == expected
    assert {proxy.value for proxy in function.proxies} == {proxy for proxy, _ in expected}


def test_a_proxy_use_names_the_innermost_function(index_of) -> None:
    program = """
from flask import Flask, request
app = Flask(__name__)
form = request.form
@app.route("/")
def view():
    def inner():
        return request.args
    return inner()
def other():
    return request.path
class C:
    kept = request.host
"""
    uses = {use.attribute: use for use in index_of({"app.py": program}).proxy_uses}

    assert {name: (use.function, use.in_view) for name, use in uses.items()} == {
        "form": (None, False),
        "args": ("app:view.<locals>.inner", True),
        "path": ("app:other", False),
        "host": (None, False),
    }
    assert (uses["args"].span.line, uses["args"].span.column, uses["args"].span.end_column) == (8, 15, 27)


CHAIN = {
    "app.py": """
from flask import Flask, g
from helpers import outermost, Service, service, Base
import helpers as h
app = Flask(__name__)
@app.route("/1")
def through_three():
    return outermost()
@app.route("/2")
def passed_on():
    return map(h.innermost, [])
@app.route("/3")
def made():
    return Service()
@app.route("/4")
def of_an_object():
    return service.load()
@app.route("/5")
def nothing():
    return len("x")
@app.route("/6")
def by_import_inside():
    from helpers import innermost as x
    return x()
class Item(Base):
    def get(self):
        return self.inherited()
    def put(self):
        return super().put()
    def post(self):
        return self.own()
    def own(self):
        return g.x
def create():
    def helper():
        return outermost()
    def closure():
        return helper()
    return closure
def decorator(f):
    def inner():
        return outermost()
    return inner
""",
    "helpers.py": """
from flask import request, session, current_app
def outermost():
    return middle()
def middle():
    return innermost()
def innermost():
    return request.args, again()
def again():
    return outermost()
class Service:
    def __init__(self):
        current_app.config
    def load(self):
        return session["x"]
service = Service()
class Base:
    def inherited(self):
        return session["x"]
    def put(self):
        return current_app.name
""",
}
REACHED = {
    "through_three": {"request"},
    "passed_on": {"request"},
    "made": {"current_app"},
    "of_an_object": {"session"},
    "nothing": set(),
    "by_import_inside": {"request"},
    "Item.get": {"session"},
    "Item.put": {"current_app"},
    "Item.post": {"g"},
    "create.<locals>.closure": {"request"},
    "create": {"request"},
    "decorator": {"request"},
}


@pytest.mark.parametrize("name", REACHED)
def test_proxies_that_a_function_reaches(name, index_of) -> None:
    reaches = index_of(CHAIN).reaches

    assert {proxy.value for proxy in reaches.get(f"app:{name}", ())} == REACHED[name]


def test_what_a_function_calls_and_uses(index_of) -> None:
    program = """
import time, requests
from flask import jsonify, redirect as to
from flask_login import login_required, current_user
from flask_sqlalchemy import SQLAlchemy
from acme import work
db = SQLAlchemy()
async def view(a, /, b: int, *rest, c: "str" = "", **more):
    time.sleep(1)
    requests.get("x")
    work.start()
    db.session.commit()
    helper(callback)
    return jsonify(current_user.name), to("/")
def helper(f): ...
def callback(): ...
"""
    function = index_of({"app.py": program}).functions["app:view"]

    assert function.is_async
    assert {"app:helper", "app:callback", "time.sleep", "requests.get", "acme.work.start"} <= set(function.calls)
    assert function.blocking == ("requests.get", "time.sleep")
    assert {"flask.jsonify", "flask.redirect", "flask_login.current_user.name"} <= function.flask_names
    assert "flask_sqlalchemy.SQLAlchemy" in function.flask_names
    assert [(p.name, p.required, p.kind, p.annotation) for p in function.parameters] == [
        ("a", True, "positional_only", None),
        ("b", True, "positional_or_keyword", "int"),
        ("rest", False, "var_positional", None),
        ("c", False, "keyword_only", "'str'"),
        ("more", False, "var_keyword", None),
    ]


def test_keys_are_qualified_names(index_of) -> None:
    program = """
class Outer:
    class Inner:
        def method(self):
            def local():
                class Deep:
                    def last(self): ...
    if True:
        def conditional(self): ...
def f():
    if True:
        def g(): ...
    return lambda: 0
"""
    assert set(index_of({"pkg/mod.py": program, "pkg/__init__.py": ""}).functions) == {
        "pkg.mod:Outer.Inner.method",
        "pkg.mod:Outer.Inner.method.<locals>.local",
        "pkg.mod:Outer.Inner.method.<locals>.local.<locals>.Deep.last",
        "pkg.mod:Outer.conditional",
        "pkg.mod:f",
        "pkg.mod:f.<locals>.g",
    }


def test_either_definition_of_a_name_counts(index_of) -> None:
    program = "from flask import g\nif x:\n    def f():\n        return g.a\nelse:\n    def f():\n        return 1\n"

    assert index_of({"app.py": program}).functions["app:f"].proxies == {Proxy.G}


SCHEMAS = """
from marshmallow import Schema
from flask_marshmallow import Marshmallow
from apiflask import Schema as Shape
ma = Marshmallow()
class Plain(Schema): ...
class Child(Plain): ...
class Auto(ma.SQLAlchemyAutoSchema): ...
class Api(Shape): ...
class Other: ...
"""


def test_schemas(index_of) -> None:
    found = {schema.name: schema.base for schema in index_of({"app.py": SCHEMAS}).schemas}

    assert {name: base.rpartition(".")[2] for name, base in found.items()} == {
        "app.Plain": "Schema",
        "app.Child": "Schema",
        "app.Auto": "SQLAlchemyAutoSchema",
        "app.Api": "Schema",
    }
    assert found["app.Plain"] == "marshmallow.Schema"
