"""Decorators that stand between a request and a view: a guard that is not named would be lost."""

from __future__ import annotations

import pytest

HEAD = """\
import functools
from flask import Flask, Blueprint
from flask.views import MethodView, View
from flask_login import login_required
from flask_httpauth import HTTPBasicAuth
from flask_limiter import Limiter
from flask_restful import Api, Resource
app = Flask(__name__)
auth = HTTPBasicAuth()
limiter = Limiter(app)
def role(name):
    def outer(f):
        @functools.wraps(f)
        def inner(*a): return f(*a)
        return inner
    return outer
def guard(f):
    @functools.wraps(f)
    def inner(*a): return f(*a)
    return inner
def view(): ...
"""
PROGRAMS = {
    "on a function": (
        """\
@app.route('/')
@login_required
@role('x')
def index(): ...
""",
        ["flask_login.login_required", "app.role"],
    ),
    "of an object": (
        """\
@app.route('/')
@auth.login_required
@limiter.limit('1/day')
def index(): ...
""",
        ["flask_httpauth.HTTPBasicAuth.login_required", "flask_limiter.Limiter.limit"],
    ),
    "where it is registered": (
        """\
app.add_url_rule('/', view_func=guard(view))
""",
        ["app.guard"],
    ),
    "where it is registered, with arguments": (
        """\
app.add_url_rule('/', view_func=role('x')(view))
""",
        ["app.role.<locals>.outer"],
    ),
    "where it is registered, foreign": (
        """\
app.add_url_rule('/', view_func=login_required(view))
""",
        ["flask_login.login_required"],
    ),
    "where it is registered, of an object": (
        """\
app.add_url_rule('/', view_func=auth.login_required(view))
""",
        ["flask_httpauth.HTTPBasicAuth.login_required"],
    ),
    "where it is registered, several": (
        """\
app.add_url_rule('/', view_func=login_required(guard(view)))
""",
        ["flask_login.login_required", "app.guard"],
    ),
    "foreign with arguments": (
        """\
import acme
app.add_url_rule('/', view_func=acme.role('x')(view))
""",
        ["acme.role"],
    ),
    "in a helper": (
        """\
def route(rule):
    def outer(f):
        @app.route(rule)
        @login_required
        @functools.wraps(f)
        def inner(*a): return f(*a)
        return f
    return outer
@route('/')
def index(): ...
""",
        ["app.route", "app.route.<locals>.outer", "flask_login.login_required"],
    ),
    "of a class": (
        """\
class V(MethodView):
    decorators = [login_required, role('x')]
    def get(self): ...
app.add_url_rule('/', view_func=V.as_view('v'))
""",
        ["flask_login.login_required", "app.role"],
    ),
    "of a base class": (
        """\
class Base(MethodView):
    decorators = (guard,)
class V(Base):
    def get(self): ...
app.add_url_rule('/', view_func=V.as_view('v'))
""",
        ["app.guard"],
    ),
    "list that is not written out": (
        """\
from conf import ALL
class V(MethodView):
    decorators = ALL
    def get(self): ...
app.add_url_rule('/', view_func=V.as_view('v'))
""",
        ["conf.ALL"],
    ),
    "of a method": (
        """\
class V(MethodView):
    @login_required
    def get(self): ...
    @auth.login_required
    def post(self): ...
app.add_url_rule('/', view_func=V.as_view('v'))
""",
        ["flask_login.login_required", "flask_httpauth.HTTPBasicAuth.login_required"],
    ),
    "on an inherited method": (
        """\
class Base(MethodView):
    @guard
    def get(self): ...
class V(Base): ...
app.add_url_rule('/', view_func=V.as_view('v'))
""",
        ["app.guard"],
    ),
    "around a class view": (
        """\
class V(MethodView):
    def get(self): ...
app.add_url_rule('/', view_func=login_required(V.as_view('v')))
""",
        ["flask_login.login_required"],
    ),
    "of a resource": (
        """\
api = Api(app)
class V(Resource):
    method_decorators = [login_required]
    def get(self): ...
api.add_resource(V, '/')
""",
        ["flask_login.login_required"],
    ),
    "by method": (
        """\
api = Api(app)
class V(Resource):
    method_decorators = {'get': [login_required]}
    def get(self): ...
api.add_resource(V, '/')
""",
        ["{'get': [login_required]}"],
    ),
    "of an API": (
        """\
api = Api(app, decorators=[login_required, auth.login_required])
class V(Resource):
    def get(self): ...
api.add_resource(V, '/')
""",
        ["flask_login.login_required", "flask_restful.Api.decorators"],
    ),
    "none": (
        """\
@app.route('/')
def index(): ...
""",
        [],
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_decorators_of_a_route(name, index_of) -> None:
    program, expected = PROGRAMS[name]
    (route,) = index_of({"app.py": HEAD + program}).route_facts

    assert [each.name for each in route.decorators] == expected
    assert route.view is not None


def test_decorators_name_their_place(index_of) -> None:
    program = "@app.route('/')\n@login_required\n@role('x')\ndef index(): ...\n"
    (route,) = index_of({"app.py": HEAD + program}).route_facts
    first = HEAD.count("\n") + 2

    assert [(each.span.line, each.span.column, each.called) for each in route.decorators] == [
        (first, 1, False),
        (first + 1, 1, True),
    ]
