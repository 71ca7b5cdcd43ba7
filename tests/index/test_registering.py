"""Every way in which one file puts a rule into the URL map, compared with the map that Flask builds."""

from __future__ import annotations

import pytest

HEAD = "from flask import Flask, Blueprint, request\nfrom flask.views import View, MethodView\napp = Flask(__name__)\n"
DECORATORS = {
    "plain": "@app.route('/')\ndef index(): ...",
    "methods": "@app.route('/', methods=['POST', 'put'])\ndef index(): ...",
    "methods as tuple and set": "@app.route('/a', methods=('POST',))\n@app.route('/b', methods={'POST'})\ndef index(): ...",
    "several rules": "@app.route('/')\n@app.route('/page/<int:page>', defaults={'sort': 'x'})\ndef index(page=1): ...",
    "endpoint": "@app.route('/', endpoint='home')\ndef index(): ...",
    "rule by keyword": "@app.route(rule='/x', methods=['GET'])\ndef index(): ...",
    "shortcuts": "@app.get('/')\ndef a(): ...\n@app.post('/')\ndef b(): ...\n@app.put('/')\ndef c(): ...\n"
    "@app.patch('/')\ndef d(): ...\n@app.delete('/')\ndef e(): ...",
    "head only": "@app.route('/', methods=['HEAD'])\ndef index(): ...",
    "options beside": "@app.route('/', methods=['GET', 'OPTIONS'])\ndef index(): ...",
    "async view": "@app.route('/')\nasync def index(): ...",
    "methods from a constant": "BOTH = ['GET', 'POST']\n@app.route('/', methods=BOTH)\ndef index(): ...",
    "methods added": "BOTH = ['GET'] + ['POST']\n@app.route('/', methods=BOTH)\ndef index(): ...",
    "rule from a constant": "BASE = '/api/v1'\n@app.route(BASE + '/x')\ndef index(): ...",
    "rule formatted": "V = 2\n@app.route(f'/v{V}/x')\ndef a(): ...\n@app.route('/w%s/x' % V)\ndef b(): ...\n"
    "@app.route('/{}/y'.format(V))\ndef c(): ...",
    "implicit concatenation": "@app.route('/a'\n    '/b')\ndef index(): ...",
    "decorator by assignment": "route = app.route\n@route('/')\ndef index(): ...",
    "decorator called by hand": "def index(): ...\napp.route('/')(index)",
    "lambda": "app.route('/', endpoint='x')(lambda: 'x')\napp.add_url_rule('/y', 'y', lambda: 'y')",
    "another name for Flask": "import flask\nimport flask as f\n@app.route('/')\ndef index(): return f.jsonify()",
    "app renamed": "application = app\n@application.route('/')\ndef index(): ...",
    "methods set on the function": "def index(): ...\nindex.methods = ['POST']\napp.add_url_rule('/', view_func=index)",
    "methods None": "@app.route('/', methods=None)\ndef index(): ...",
    "options of the rule": "@app.route('/', strict_slashes=False, provide_automatic_options=False)\ndef index(): ...",
    "keywords unpacked": "O = {'methods': ['PUT']}\n@app.route('/', **O)\ndef index(): ...",
    "static method of a class": "class Views:\n    @staticmethod\n    @app.route('/')\n    def index(): ...",
    "function in a function": "def setup():\n    @app.route('/')\n    def index(): ...\nsetup()",
    "not ascii": "@app.route('/füße/<x>')\ndef straße(x): ...",
    "a decorator between": "import functools\ndef guard(f):\n    @functools.wraps(f)\n    def inner(*a): return f(*a)\n"
    "    return inner\n@app.route('/')\n@guard\ndef index(): ...",
    "a decorator without wraps": "def guard(f):\n    def inner(*a): return f(*a)\n    return inner\n"
    "@app.route('/')\n@guard\ndef index(): ...",
    "a decorator with arguments": "import functools\ndef role(name):\n    def outer(f):\n        @functools.wraps(f)\n"
    "        def inner(*a): return f(*a)\n        return inner\n    return outer\n"
    "@app.route('/')\n@role('x')\ndef index(): ...",
    "update_wrapper": "import functools\ndef guard(f):\n    def inner(*a): return f(*a)\n"
    "    return functools.update_wrapper(inner, f)\n@app.route('/')\n@guard\ndef index(): ...",
    "name set by hand": "def guard(f):\n    def inner(*a): return f(*a)\n    inner.__name__ = f.__name__\n    return inner\n"
    "@app.route('/')\n@guard\ndef index(): ...",
    "a decorator that returns the view": "def mark(f):\n    f.marked = True\n    return f\n"
    "@app.route('/')\n@mark\ndef index(): ...",
    "a decorator that is a class": "class Guard:\n    def __init__(self, f): self.f = f; self.__name__ = f.__name__\n"
    "    def __call__(self, *a): return self.f(*a)\n@app.route('/')\n@Guard\ndef index(): ...",
    "a decorator made with an object": "class Auth:\n    def required(self, f): return f\nauth = Auth()\n"
    "@app.route('/')\n@auth.required\ndef index(): ...",
    "a route decorator of the house": "def page(rule, **o):\n    def outer(f):\n        return app.route('/p' + rule, **o)(f)\n"
    "    return outer\n@page('/x', methods=['POST'])\ndef index(): ...",
    "a route decorator of the house with wraps": "import functools\ndef api(rule):\n    def outer(f):\n"
    "        @app.route('/api' + rule)\n        @functools.wraps(f)\n        def inner(*a): return f(*a)\n"
    "        return inner\n    return outer\n@api('/x')\ndef first(): ...\n@api('/y')\ndef second(): ...",
    "route below a decorator": "def mark(f): return f\n@mark\n@app.route('/')\ndef index(): ...",
}
RULES = {
    "positional": "def index(): ...\napp.add_url_rule('/', 'home', index)",
    "keywords": "def index(): ...\napp.add_url_rule(rule='/', endpoint='home', view_func=index, methods=['POST'])",
    "no endpoint": "def index(): ...\napp.add_url_rule('/', view_func=index)",
    "a view that is wrapped here": "import functools\ndef guard(f):\n    @functools.wraps(f)\n    def inner(): return f()\n"
    "    return inner\ndef index(): ...\napp.add_url_rule('/', view_func=guard(index))",
    "alias": "@app.route('/')\ndef index(): ...\napp.add_url_rule('/again', 'index')",
    "alias first": "app.add_url_rule('/', endpoint='index')\n@app.endpoint('index')\ndef anything(): ...",
    "view function set by hand": "app.add_url_rule('/', 'index')\ndef index(): ...\napp.view_functions['index'] = index",
    "build only": "@app.route('/')\ndef index(): ...\napp.add_url_rule('/cdn/<f>', endpoint='cdn', build_only=True)",
    "rule objects": "from werkzeug.routing import Rule\napp.url_map.add(Rule('/x', endpoint='x', methods=['GET']))\n"
    "@app.endpoint('x')\ndef x(): ...",
    "partial": "import functools\ndef index(n): ...\napp.add_url_rule('/', 'i', functools.partial(index, 1))",
    "bound method": "class C:\n    def index(self): ...\nc = C()\napp.add_url_rule('/', view_func=c.index)",
    "in a class that is given the app": "class C:\n    def __init__(self, a):\n        a.add_url_rule('/', 'x', self.index)\n"
    "    def index(self): ...\nC(app)",
    "helper with a table": "def a(): ...\ndef b(): ...\nTABLE = [('/a', a, ['GET']), ('/b', b, ['POST'])]\n"
    "for rule, view, methods in TABLE:\n    app.add_url_rule(rule, view_func=view, methods=methods)",
    "loop over a dictionary": "def a(): ...\ndef b(): ...\nTABLE = {'/a': a, '/b': b}\n"
    "for rule, view in TABLE.items():\n    app.add_url_rule(rule, view_func=view)",
    "loop over zip": "def a(): ...\ndef b(): ...\n"
    "for rule, view in zip(['/a', '/b'], (a, b)):\n    app.add_url_rule(rule, view.__name__ + 'x', view)",
    "loop over enumerate": "def a(): ...\n"
    "for n, rule in enumerate(('/a', '/b'), start=1):\n    app.add_url_rule(rule, f'e{n}', a)",
    "loop over range": "def a(): ...\nfor n in range(3):\n    app.add_url_rule(f'/v{n}', f'e{n}', a)",
    "loop over dicts": "def a(): ...\nfor each in [dict(rule='/a', endpoint='a'), {'rule': '/b', 'endpoint': 'b'}]:\n"
    "    app.add_url_rule(view_func=a, **each)",
    "comprehension": "def a(): ...\n[app.add_url_rule(r, r[1:], a) for r in ('/x', '/y')]",
    "loop in a function": "def a(): ...\ndef rules(names):\n    for name in names:\n"
    "        app.add_url_rule('/' + name, name, a)\nrules(['x', 'y'])\nrules(('z',))",
    "nested loops": "def a(): ...\nfor v in ('v1', 'v2'):\n    for r in ['x', 'y']:\n"
    "        app.add_url_rule(f'/{v}/{r}', v + r, a)",
    "loop with a condition": "def a(): ...\nfor r in ['x', 'y', 'x']:\n    if r == 'y':\n        continue\n"
    "    app.add_url_rule('/' + r, r, a)\n    break",
    "map of lambdas": "for r, f in [('x', lambda: 1), ('y', lambda: 2)]:\n    app.add_url_rule('/' + r, r, f)",
    "views by name": "def view_a(): ...\ndef view_b(): ...\nfor n in 'ab':\n"
    "    app.add_url_rule('/' + n, n, globals()['view_' + n])",
}
CLASSES = {
    "method view": "class Item(MethodView):\n    def get(self): ...\n    def post(self): ...\n"
    "app.add_url_rule('/i', view_func=Item.as_view('item'))",
    "method view with a variable": "class Item(MethodView):\n    def delete(self): ...\n"
    "view = Item.as_view('item')\napp.add_url_rule('/i', view_func=view)\n"
    "app.add_url_rule('/i/<x>', view_func=view, methods=['DELETE'])",
    "inherited": "class Base(MethodView):\n    def get(self): ...\nclass Mixin:\n    def put(self): ...\n"
    "class Item(Mixin, Base):\n    def post(self): ...\napp.add_url_rule('/i', view_func=Item.as_view('item'))",
    "view": "class Page(View):\n    def dispatch_request(self): ...\napp.add_url_rule('/i', view_func=Page.as_view('p'))",
    "view with methods": "class Page(View):\n    methods = ['GET', 'POST']\n    def dispatch_request(self): ...\n"
    "app.add_url_rule('/i', view_func=Page.as_view('p'))",
    "methods inherited": "class Page(View):\n    methods = ['POST']\n    def dispatch_request(self): ...\n"
    "class Other(Page): ...\napp.add_url_rule('/i', view_func=Other.as_view('p'))",
    "methods on a method view": "class Item(MethodView):\n    methods = ['GET']\n    def get(self): ...\n    def post(self): ...\n"
    "app.add_url_rule('/i', view_func=Item.as_view('item'))",
    "decorators of the class": "def guard(f): return f\nclass Item(MethodView):\n    decorators = [guard]\n"
    "    def get(self): ...\napp.add_url_rule('/i', view_func=Item.as_view('item'))",
    "arguments for the class": "class Item(MethodView):\n    init_every_request = False\n"
    "    def __init__(self, m): ...\n    def get(self): ...\napp.add_url_rule('/i', view_func=Item.as_view('item', 3))",
    "wrapped": "import functools\ndef guard(f):\n    @functools.wraps(f)\n    def inner(): return f()\n    return inner\n"
    "class Item(MethodView):\n    def get(self): ...\n    def post(self): ...\n"
    "app.add_url_rule('/i', view_func=guard(Item.as_view('item')))",
    "endpoint given": "class Item(MethodView):\n    def get(self): ...\n"
    "app.add_url_rule('/i', 'other', Item.as_view('item'))",
    "name from the class": "class Item(MethodView):\n    def get(self): ...\n"
    "app.add_url_rule('/i', view_func=Item.as_view(Item.__name__.lower()))",
    "registration of a resource": "class Item(MethodView):\n    def get(self, x=None): ...\n    def post(self): ...\n"
    "    def put(self, x): ...\ndef resource(view, endpoint, url, pk='id', pk_type='int'):\n"
    "    f = view.as_view(endpoint)\n    app.add_url_rule(url, defaults={pk: None}, view_func=f, methods=['GET'])\n"
    "    app.add_url_rule(url, view_func=f, methods=['POST'])\n"
    "    app.add_url_rule(f'{url}<{pk_type}:{pk}>', view_func=f, methods=['GET', 'PUT'])\nresource(Item, 'item', '/i/', 'x')",
    "register class method": "class Base(MethodView):\n    @classmethod\n    def register(cls, a, rule):\n"
    "        a.add_url_rule(rule, view_func=cls.as_view(cls.__name__))\nclass Item(Base):\n    def get(self): ...\n"
    "Item.register(app, '/i')",
    "route on as_view": "class Item(MethodView):\n    def get(self): ...\napp.route('/i')(Item.as_view('item'))",
    "methods assigned in the class body by a loop": "class Item(MethodView):\n    def get(self): ...\n    post = get\n"
    "app.add_url_rule('/i', view_func=Item.as_view('item'))",
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
