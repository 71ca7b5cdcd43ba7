"""Every way in which one file puts a rule into the URL map, compared with the map that Flask builds."""

from __future__ import annotations

import pytest

HEAD = "from flask import Flask, Blueprint, request\nfrom flask.views import View, MethodView\napp = Flask(__name__)\n"
DECORATORS = {
    "plain": """\
@app.route('/')
def index(): ...
""",
    "methods": """\
@app.route('/', methods=['POST', 'put'])
def index(): ...
""",
    "methods as tuple and set": """\
@app.route('/a', methods=('POST',))
@app.route('/b', methods={'POST'})
def index(): ...
""",
    "several rules": """\
@app.route('/')
@app.route('/page/<int:page>', defaults={'sort': 'x'})
def index(page=1): ...
""",
    "endpoint": """\
@app.route('/', endpoint='home')
def index(): ...
""",
    "rule by keyword": """\
@app.route(rule='/x', methods=['GET'])
def index(): ...
""",
    "shortcuts": """\
@app.get('/')
def a(): ...
@app.post('/')
def b(): ...
@app.put('/')
def c(): ...
@app.patch('/')
def d(): ...
@app.delete('/')
def e(): ...
""",
    "head only": """\
@app.route('/', methods=['HEAD'])
def index(): ...
""",
    "options beside": """\
@app.route('/', methods=['GET', 'OPTIONS'])
def index(): ...
""",
    "async view": """\
@app.route('/')
async def index(): ...
""",
    "methods from a constant": """\
BOTH = ['GET', 'POST']
@app.route('/', methods=BOTH)
def index(): ...
""",
    "methods added": """\
BOTH = ['GET'] + ['POST']
@app.route('/', methods=BOTH)
def index(): ...
""",
    "rule from a constant": """\
BASE = '/api/v1'
@app.route(BASE + '/x')
def index(): ...
""",
    "rule formatted": """\
V = 2
@app.route(f'/v{V}/x')
def a(): ...
@app.route('/w%s/x' % V)
def b(): ...
@app.route('/{}/y'.format(V))
def c(): ...
""",
    "rule with a converter formatted": """\
@app.route('/{}/<int:n>'.format('x'))
def a(n): ...
@app.route('/%s/<int:n>' % 'y')
def b(n): ...
for kind in ('v', 'w'):
    app.add_url_rule(f'/{kind}/<any(a, b):n>/<path:p>', kind, a)
""",
    "implicit concatenation": """\
@app.route('/a'
    '/b')
def index(): ...
""",
    "decorator by assignment": """\
route = app.route
@route('/')
def index(): ...
""",
    "decorator called by hand": """\
def index(): ...
app.route('/')(index)
""",
    "lambda": """\
app.route('/', endpoint='x')(lambda: 'x')
app.add_url_rule('/y', 'y', lambda: 'y')
""",
    "another name for Flask": """\
import flask
import flask as f
@app.route('/')
def index(): return f.jsonify()
""",
    "app renamed": """\
application = app
@application.route('/')
def index(): ...
""",
    "methods set on the function": """\
def index(): ...
index.methods = ['POST']
app.add_url_rule('/', view_func=index)
""",
    "methods None": """\
@app.route('/', methods=None)
def index(): ...
""",
    "options of the rule": """\
@app.route('/', strict_slashes=False, provide_automatic_options=False)
def index(): ...
""",
    "keywords unpacked": """\
O = {'methods': ['PUT']}
@app.route('/', **O)
def index(): ...
""",
    "static method of a class": """\
class Views:
    @staticmethod
    @app.route('/')
    def index(): ...
""",
    "function in a function": """\
def setup():
    @app.route('/')
    def index(): ...
setup()
""",
    "not ascii": """\
@app.route('/füße/<x>')
def straße(x): ...
""",
    "a decorator between": """\
import functools
def guard(f):
    @functools.wraps(f)
    def inner(*a): return f(*a)
    return inner
@app.route('/')
@guard
def index(): ...
""",
    "a decorator without wraps": """\
def guard(f):
    def inner(*a): return f(*a)
    return inner
@app.route('/')
@guard
def index(): ...
""",
    "a decorator with arguments": """\
import functools
def role(name):
    def outer(f):
        @functools.wraps(f)
        def inner(*a): return f(*a)
        return inner
    return outer
@app.route('/')
@role('x')
def index(): ...
""",
    "update_wrapper": """\
import functools
def guard(f):
    def inner(*a): return f(*a)
    return functools.update_wrapper(inner, f)
@app.route('/')
@guard
def index(): ...
""",
    "name set by hand": """\
def guard(f):
    def inner(*a): return f(*a)
    inner.__name__ = f.__name__
    return inner
@app.route('/')
@guard
def index(): ...
""",
    "a decorator that returns the view": """\
def mark(f):
    f.marked = True
    return f
@app.route('/')
@mark
def index(): ...
""",
    "a decorator that is a class": """\
class Guard:
    def __init__(self, f): self.f = f; self.__name__ = f.__name__
    def __call__(self, *a): return self.f(*a)
@app.route('/')
@Guard
def index(): ...
""",
    "a decorator made with an object": """\
class Auth:
    def required(self, f): return f
auth = Auth()
@app.route('/')
@auth.required
def index(): ...
""",
    "a route decorator of the house": """\
def page(rule, **o):
    def outer(f):
        return app.route('/p' + rule, **o)(f)
    return outer
@page('/x', methods=['POST'])
def index(): ...
""",
    "a route decorator of the house with wraps": """\
import functools
def api(rule):
    def outer(f):
        @app.route('/api' + rule)
        @functools.wraps(f)
        def inner(*a): return f(*a)
        return inner
    return outer
@api('/x')
def first(): ...
@api('/y')
def second(): ...
""",
    "route below a decorator": """\
def mark(f): return f
@mark
@app.route('/')
def index(): ...
""",
}
RULES = {
    "positional": """\
def index(): ...
app.add_url_rule('/', 'home', index)
""",
    "keywords": """\
def index(): ...
app.add_url_rule(rule='/', endpoint='home', view_func=index, methods=['POST'])
""",
    "no endpoint": """\
def index(): ...
app.add_url_rule('/', view_func=index)
""",
    "a view that is wrapped here": """\
import functools
def guard(f):
    @functools.wraps(f)
    def inner(): return f()
    return inner
def index(): ...
app.add_url_rule('/', view_func=guard(index))
""",
    "alias": """\
@app.route('/')
def index(): ...
app.add_url_rule('/again', 'index')
""",
    "alias first": """\
app.add_url_rule('/', endpoint='index')
@app.endpoint('index')
def anything(): ...
""",
    "view function set by hand": """\
app.add_url_rule('/', 'index')
def index(): ...
app.view_functions['index'] = index
""",
    "build only": """\
@app.route('/')
def index(): ...
app.add_url_rule('/cdn/<f>', endpoint='cdn', build_only=True)
""",
    "rule objects": """\
from werkzeug.routing import Rule
app.url_map.add(Rule('/x', endpoint='x', methods=['GET']))
@app.endpoint('x')
def x(): ...
""",
    "partial": """\
import functools
def index(n): ...
app.add_url_rule('/', 'i', functools.partial(index, 1))
""",
    "bound method": """\
class C:
    def index(self): ...
c = C()
app.add_url_rule('/', view_func=c.index)
""",
    "in a class that is given the app": """\
class C:
    def __init__(self, a):
        a.add_url_rule('/', 'x', self.index)
    def index(self): ...
C(app)
""",
    "helper with a table": """\
def a(): ...
def b(): ...
TABLE = [('/a', a, ['GET']), ('/b', b, ['POST'])]
for rule, view, methods in TABLE:
    app.add_url_rule(rule, view_func=view, methods=methods)
""",
    "loop over a dictionary": """\
def a(): ...
def b(): ...
TABLE = {'/a': a, '/b': b}
for rule, view in TABLE.items():
    app.add_url_rule(rule, view_func=view)
""",
    "loop over zip": """\
def a(): ...
def b(): ...
for rule, view in zip(['/a', '/b'], (a, b)):
    app.add_url_rule(rule, view.__name__ + 'x', view)
""",
    "loop over enumerate": """\
def a(): ...
for n, rule in enumerate(('/a', '/b'), start=1):
    app.add_url_rule(rule, f'e{n}', a)
""",
    "loop over range": """\
def a(): ...
for n in range(3):
    app.add_url_rule(f'/v{n}', f'e{n}', a)
""",
    "loop over dicts": """\
def a(): ...
for each in [dict(rule='/a', endpoint='a'), {'rule': '/b', 'endpoint': 'b'}]:
    app.add_url_rule(view_func=a, **each)
""",
    "comprehension": """\
def a(): ...
[app.add_url_rule(r, r[1:], a) for r in ('/x', '/y')]
""",
    "loop in a function": """\
def a(): ...
def rules(names):
    for name in names:
        app.add_url_rule('/' + name, name, a)
rules(['x', 'y'])
rules(('z',))
""",
    "nested loops": """\
def a(): ...
for v in ('v1', 'v2'):
    for r in ['x', 'y']:
        app.add_url_rule(f'/{v}/{r}', v + r, a)
""",
    "loop with a condition": """\
def a(): ...
for r in ['x', 'y', 'x']:
    if r == 'y':
        continue
    app.add_url_rule('/' + r, r, a)
    break
""",
    "map of lambdas": """\
for r, f in [('x', lambda: 1), ('y', lambda: 2)]:
    app.add_url_rule('/' + r, r, f)
""",
    "views by name": """\
def view_a(): ...
def view_b(): ...
for n in 'ab':
    app.add_url_rule('/' + n, n, globals()['view_' + n])
""",
}
CLASSES = {
    "method view": """\
class Item(MethodView):
    def get(self): ...
    def post(self): ...
app.add_url_rule('/i', view_func=Item.as_view('item'))
""",
    "method view with a variable": """\
class Item(MethodView):
    def delete(self): ...
view = Item.as_view('item')
app.add_url_rule('/i', view_func=view)
app.add_url_rule('/i/<x>', view_func=view, methods=['DELETE'])
""",
    "inherited": """\
class Base(MethodView):
    def get(self): ...
class Mixin:
    def put(self): ...
class Item(Mixin, Base):
    def post(self): ...
app.add_url_rule('/i', view_func=Item.as_view('item'))
""",
    "view": """\
class Page(View):
    def dispatch_request(self): ...
app.add_url_rule('/i', view_func=Page.as_view('p'))
""",
    "view with methods": """\
class Page(View):
    methods = ['GET', 'POST']
    def dispatch_request(self): ...
app.add_url_rule('/i', view_func=Page.as_view('p'))
""",
    "methods inherited": """\
class Page(View):
    methods = ['POST']
    def dispatch_request(self): ...
class Other(Page): ...
app.add_url_rule('/i', view_func=Other.as_view('p'))
""",
    "methods on a method view": """\
class Item(MethodView):
    methods = ['GET']
    def get(self): ...
    def post(self): ...
app.add_url_rule('/i', view_func=Item.as_view('item'))
""",
    "decorators of the class": """\
def guard(f): return f
class Item(MethodView):
    decorators = [guard]
    def get(self): ...
app.add_url_rule('/i', view_func=Item.as_view('item'))
""",
    "arguments for the class": """\
class Item(MethodView):
    init_every_request = False
    def __init__(self, m): ...
    def get(self): ...
app.add_url_rule('/i', view_func=Item.as_view('item', 3))
""",
    "wrapped": """\
import functools
def guard(f):
    @functools.wraps(f)
    def inner(): return f()
    return inner
class Item(MethodView):
    def get(self): ...
    def post(self): ...
app.add_url_rule('/i', view_func=guard(Item.as_view('item')))
""",
    "endpoint given": """\
class Item(MethodView):
    def get(self): ...
app.add_url_rule('/i', 'other', Item.as_view('item'))
""",
    "name from the class": """\
class Item(MethodView):
    def get(self): ...
app.add_url_rule('/i', view_func=Item.as_view(Item.__name__.lower()))
""",
    "registration of a resource": """\
class Item(MethodView):
    def get(self, x=None): ...
    def post(self): ...
    def put(self, x): ...
def resource(view, endpoint, url, pk='id', pk_type='int'):
    f = view.as_view(endpoint)
    app.add_url_rule(url, defaults={pk: None}, view_func=f, methods=['GET'])
    app.add_url_rule(url, view_func=f, methods=['POST'])
    app.add_url_rule(f'{url}<{pk_type}:{pk}>', view_func=f, methods=['GET', 'PUT'])
resource(Item, 'item', '/i/', 'x')
""",
    "register class method": """\
class Base(MethodView):
    @classmethod
    def register(cls, a, rule):
        a.add_url_rule(rule, view_func=cls.as_view(cls.__name__))
class Item(Base):
    def get(self): ...
Item.register(app, '/i')
""",
    "route on as_view": """\
class Item(MethodView):
    def get(self): ...
app.route('/i')(Item.as_view('item'))
""",
    "methods assigned in the class body by a loop": """\
class Item(MethodView):
    def get(self): ...
    post = get
app.add_url_rule('/i', view_func=Item.as_view('item'))
""",
}


@pytest.mark.parametrize("name", DECORATORS)
def test_decorators(name, assert_same_map) -> None:
    assert_same_map({"app.py": HEAD + DECORATORS[name]})


@pytest.mark.parametrize("name", RULES)
def test_rules_added_by_calls(name, assert_same_map) -> None:
    assert_same_map({"app.py": HEAD + RULES[name]})


@pytest.mark.parametrize("name", CLASSES)
def test_class_views(name, assert_same_map) -> None:
    assert_same_map({"app.py": HEAD + CLASSES[name]})


def test_a_view_is_named_with_what_it_is_wrapped_in(index_of) -> None:
    program = """
import functools
def guard(f):
    @functools.wraps(f)
    def inner(): return f()
    return inner
class Item(MethodView):
    def get(self): ...
    def post(self): ...
@app.route("/x")
@guard
def x(): ...
app.add_url_rule("/i", view_func=guard(Item.as_view("item")))
"""
    index = index_of({"app.py": HEAD + program})
    by_rule = {route.rule: route for route in index.route_facts}

    assert by_rule["/x"].view == "app:x"
    assert [each.name for each in by_rule["/x"].decorators] == ["app.guard"]
    assert by_rule["/i"].view == "app:Item"
    assert by_rule["/i"].view_methods == (("GET", "app:Item.get"), ("POST", "app:Item.post"))
    assert [each.name for each in by_rule["/i"].decorators] == ["app.guard"]


def test_what_cannot_be_read_is_named_not_guessed(index_of) -> None:
    program = """
import os
@app.route(os.environ["PREFIX"] + "/x", methods=os.environ["M"].split(), strict_slashes=bool(os.environ.get("S")))
def x(): ...
"""
    (route,) = index_of({"app.py": HEAD + program}).route_facts

    assert route.rule == "?"
    assert set(route.unread_options) == {"rule", "methods", "strict_slashes"}
