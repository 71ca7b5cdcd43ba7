"""Programs of several files, factories and house habits, compared with the map that Flask builds of the same program."""

from __future__ import annotations

import pytest

MAKE = "from flask import Flask\n"
VIEWS = "from flask import Blueprint\nbp = Blueprint('views', __name__)\n@bp.get('/x')\ndef x(): ...\n"
PROGRAMS = {
    "relative import": (
        {"shop/__init__.py": MAKE + "from .views import bp\napp = Flask(__name__)\napp.register_blueprint(bp)", "shop/views.py": VIEWS},
        "shop:app",
    ),
    "import of a module": (
        {"app.py": MAKE + "import views\napp = Flask(__name__)\napp.register_blueprint(views.bp)", "views.py": VIEWS},
        "app:app",
    ),
    "dotted import": (
        {
            "app.py": MAKE + "import shop.api.views\napp = Flask(__name__)\napp.register_blueprint(shop.api.views.bp)",
            "shop/__init__.py": "", "shop/api/__init__.py": "", "shop/api/views.py": VIEWS,
        },
        "app:app",
    ),
    "dotted import with a name": (
        {
            "app.py": MAKE + "import shop.views as v\napp = Flask(__name__)\napp.register_blueprint(v.bp)",
            "shop/__init__.py": "", "shop/views.py": VIEWS,
        },
        "app:app",
    ),
    "re-export": (
        {
            "app.py": MAKE + "from shop import section\napp = Flask(__name__)\napp.register_blueprint(section)",
            "shop/__init__.py": "from .views import bp as section", "shop/views.py": VIEWS,
        },
        "app:app",
    ),
    "submodule as an attribute": (
        {
            "app.py": MAKE + "from shop import views\napp = Flask(__name__)\napp.register_blueprint(views.bp)",
            "shop/__init__.py": "", "shop/views.py": VIEWS,
        },
        "app:app",
    ),
    "namespace package": (
        {"app.py": MAKE + "from shop.views import bp\napp = Flask(__name__)\napp.register_blueprint(bp)", "shop/views.py": VIEWS},
        "app:app",
    ),
    "import of a namespace package": (
        {"app.py": MAKE + "import shop.views\napp = Flask(__name__)\napp.register_blueprint(shop.views.bp)", "shop/views.py": VIEWS},
        "app:app",
    ),
    "star": (
        {"app.py": MAKE + "from views import *\napp = Flask(__name__)\napp.register_blueprint(bp)", "views.py": VIEWS},
        "app:app",
    ),
    "star with __all__": (
        {
            "app.py": MAKE + "from views import *\napp = Flask(__name__)\napp.register_blueprint(_hidden)",
            "views.py": VIEWS + "_hidden = bp\nbp = None\n__all__ = ['_hidden']",
        },
        "app:app",
    ),
    "star of flask": ({"app.py": "from flask import *\napp = Flask(__name__)\n@app.route('/')\ndef i(): ..."}, "app:app"),
    "conditional import": (
        {
            "app.py": MAKE + "import sys\nif sys.version_info > (3,):\n    from views import bp\nelse:\n    from old import bp\n"
            "app = Flask(__name__)\napp.register_blueprint(bp)",
            "views.py": VIEWS,
        },
        "app:app",
    ),
    "import that may fail": (
        {
            "app.py": MAKE + "try:\n    from nowhere import bp\nexcept ImportError:\n    from views import bp\n"
            "app = Flask(__name__)\napp.register_blueprint(bp)",
            "views.py": VIEWS,
        },
        "app:app",
    ),
    "import of the project that has another way": (
        {
            "app.py": MAKE + "try:\n    from views import bp\nexcept ImportError:\n    bp = None\n"
            "app = Flask(__name__)\napp.register_blueprint(bp)",
            "views.py": VIEWS,
        },
        "app:app",
    ),
    "circular": (
        {
            "shop/__init__.py": MAKE + "app = Flask(__name__)\nfrom shop import views, admin  # noqa",
            "shop/views.py": "from shop import app\n@app.route('/')\ndef index(): ...",
            "shop/admin.py": "from . import app\nimport shop.views\n@app.route('/admin')\ndef admin(): ...",
        },
        "shop:app",
    ),
    "circular through a module that is run first": (
        {
            "a/__init__.py": "",
            "a/app.py": MAKE + "app = Flask(__name__)\nimport a.views",
            "a/views.py": "import a.app\n@a.app.app.route('/')\ndef index(): ...",
        },
        "a.app:app",
    ),
    "views import the application, the start imports the views": (
        {
            "core.py": MAKE + "app = Flask(__name__)",
            "views.py": "from core import app\n@app.get('/v')\ndef v(): ...",
            "main.py": "from core import app\nimport views\nif __name__ == '__main__':\n    app.run()",
        },
        "main:app",
    ),
    "imports inside the factory": (
        {
            "shop/__init__.py": MAKE + "def create_app():\n    app = Flask(__name__)\n    from .views import bp\n"
            "    app.register_blueprint(bp)\n    from . import more\n    app.register_blueprint(more.bp, name='more')\n    return app",
            "shop/views.py": VIEWS,
            "shop/more.py": VIEWS.replace("'/x'", "'/y'"),
        },
        "shop:create_app()",
    ),
    "views use current state of a factory": (
        {
            "shop/__init__.py": MAKE + "def create_app():\n    app = Flask(__name__)\n    with app.app_context():\n"
            "        from . import routes\n    return app",
            "shop/routes.py": "from flask import current_app as app\n@app.route('/')\ndef index(): ...",
        },
        "shop:create_app()",
    ),
    "blueprint is made in the package, views in modules": (
        {
            "app.py": MAKE + "from shop import bp\napp = Flask(__name__)\napp.register_blueprint(bp, url_prefix='/s')",
            "shop/__init__.py": "from flask import Blueprint\nbp = Blueprint('shop', __name__)\nfrom shop import one, two",
            "shop/one.py": "from shop import bp\n@bp.get('/1')\ndef one(): ...",
            "shop/two.py": "from . import bp\n@bp.get('/2')\ndef two(): ...",
        },
        "app:app",
    ),
    "factory with parameters": (
        {
            "app.py": MAKE + "def create_app(config, prefix='/api', *, debug=False):\n    app = Flask(__name__)\n"
            "    @app.get(prefix + '/x')\n    def x(): ...\n    return app\napp = create_app({})",
        },
        "app:app",
    ),
    "helpers of the factory": (
        {
            "app.py": MAKE + "def create_app():\n    app = Flask(__name__)\n    register(app)\n    return app\n"
            "def register(app):\n    for each in BLUEPRINTS:\n        app.register_blueprint(each)\n"
            "from views import bp\nBLUEPRINTS = (bp,)",
            "views.py": VIEWS,
        },
        "app:create_app()",
    ),
    "init_app of every module": (
        {
            "app.py": MAKE + "import one, two\ndef create_app():\n    app = Flask(__name__)\n    for m in (one, two):\n"
            "        m.init_app(app)\n    return app",
            "one.py": "def init_app(app):\n    @app.get('/1')\n    def one(): ...",
            "two.py": "def init_app(app):\n    app.add_url_rule('/2', 'two', two)\ndef two(): ...",
        },
        "app:create_app()",
    ),
    "modules by name": (
        {
            "app.py": MAKE + "from importlib import import_module\ndef create_app():\n    app = Flask(__name__)\n"
            "    for name in ('one', 'two'):\n        module = import_module(f'parts.{name}.views')\n"
            "        app.register_blueprint(module.bp, name=name, url_prefix='/' + name)\n    return app",
            "parts/one/views.py": VIEWS, "parts/two/views.py": VIEWS,
            "parts/__init__.py": "", "parts/one/__init__.py": "", "parts/two/__init__.py": "",
        },
        "app:create_app()",
    ),
    "relative import by name": (
        {
            "shop/__init__.py": MAKE + "import importlib\napp = Flask(__name__)\n"
            "app.register_blueprint(getattr(importlib.import_module('.views', package=__name__), 'bp'))",
            "shop/views.py": VIEWS,
        },
        "shop:app",
    ),
    "werkzeug's import_string": (
        {
            "app.py": MAKE + "from werkzeug.utils import import_string\napp = Flask(__name__)\n"
            "for name in ['views:bp', 'more.bp']:\n    app.register_blueprint(import_string(name), name=name[:4])",
            "views.py": VIEWS, "more.py": VIEWS.replace("'/x'", "'/y'"),
        },
        "app:app",
    ),
    "attribute of an object": (
        {
            "app.py": MAKE + "class Server:\n    def __init__(self, name):\n        self.app = Flask(name)\n        self.rules()\n"
            "    def rules(self):\n        self.app.add_url_rule('/x', 'x', self.x)\n        self.add('/y', self.y)\n"
            "    def add(self, rule, view):\n        self.app.add_url_rule(rule, view_func=view)\n"
            "    def x(self): ...\n    def y(self): ...\nserver = Server(__name__)\napp = server.app",
        },
        "app:app",
    ),
    "subclass of Flask": (
        {
            "app.py": MAKE + "from base import Site\nclass Shop(Site):\n    def rules(self):\n        super().rules()\n"
            "        self.add_url_rule('/shop', 'shop', lambda: '')\napp = Shop(__name__)",
            "base.py": MAKE + "class Site(Flask):\n    def __init__(self, *args, **kwargs):\n"
            "        super().__init__(*args, **kwargs)\n        self.rules()\n    def rules(self):\n"
            "        self.add_url_rule('/site', 'site', self.page)\n    def page(self): ...",
        },
        "app:app",
    ),
    "closures of a factory": (
        {
            "app.py": MAKE + "def create_app(greeting='hi'):\n    app = Flask(__name__)\n    @app.route('/')\n    def index(): return greeting\n"
            "    def late(): return greeting\n    app.add_url_rule('/late', view_func=late)\n    return app",
        },
        "app:create_app()",
    ),
    "factory in another module": (
        {
            "wsgi.py": "from shop.factory import create_app as make\napplication = make()",
            "shop/__init__.py": "", "shop/factory.py": MAKE + "def create_app():\n    app = Flask('shop')\n    return extend(app)\n"
            "def extend(app):\n    app.add_url_rule('/e', 'e', lambda: '')\n    return app",
        },
        "wsgi:application",
    ),
    "factory wraps another": (
        {
            "app.py": MAKE + "def base(name):\n    app = Flask(name)\n    app.add_url_rule('/b', 'b', lambda: '')\n    return app\n"
            "def create_app():\n    app = base(__name__)\n    app.add_url_rule('/c', 'c', lambda: '')\n    return app",
        },
        "app:create_app()",
    ),
    "static factory of a class": (
        {
            "app.py": MAKE + "class Factory:\n    rules = ['/a', '/b']\n    @classmethod\n    def make(cls):\n        app = Flask(__name__)\n"
            "        for n, r in enumerate(cls.rules):\n            app.add_url_rule(r, str(n), cls.view)\n        return app\n"
            "    @staticmethod\n    def view(): ...\napp = Factory.make()",
        },
        "app:app",
    ),
    "global statement": (
        {
            "app.py": MAKE + "app = None\ndef init():\n    global app\n    app = Flask(__name__)\ninit()\n@app.get('/')\ndef i(): ...",
        },
        "app:app",
    ),
    "walrus and ternary": (
        {"app.py": MAKE + "if (app := Flask(__name__)):\n    app.add_url_rule('/' if app else '/n', 'i', lambda: '')"},
        "app:app",
    ),
    "chained assignment": ({"app.py": MAKE + "app = application = Flask(__name__)\n@application.get('/')\ndef i(): ..."}, "app:app"),
    "annotated": ({"app.py": MAKE + "app: Flask = Flask(__name__)\n@app.get('/')\ndef i(): ..."}, "app:app"),
    "wsgi middleware": (
        {"app.py": MAKE + "app = Flask(__name__)\napp.wsgi_app = (lambda w: w)(app.wsgi_app)\n@app.get('/')\ndef i(): ..."},
        "app:app",
    ),
    "settings decide": (
        {
            "app.py": MAKE + "import settings\napp = Flask(__name__)\napp.config.from_object(settings)\n"
            "app.add_url_rule(app.config['BASE'] + '/x', 'x', lambda: '')\n"
            "app.add_url_rule(app.config.get('OTHER', '/o'), 'o', lambda: '')",
            "settings.py": "BASE = '/base'",
        },
        "app:app",
    ),
    "settings of a class chosen by name": (
        {
            "app.py": MAKE + "from settings import config\ndef create_app(name='default'):\n    app = Flask(__name__)\n"
            "    app.config.from_object(config[name])\n    app.add_url_rule(f\"{app.config['BASE']}/x\", 'x', lambda: '')\n    return app",
            "settings.py": "class Base:\n    BASE = '/base'\nclass Other(Base): ...\nconfig = {'default': Other, 'base': Base}",
        },
        "app:create_app()",
    ),
    "a guard that is chosen in a loop": (
        {
            "app.py": MAKE + "app = Flask(__name__)\ndef a(): ...\ndef guard(f):\n    def inner(): ...\n    return inner\n"
            "for name, safe in [('x', True), ('y', False)]:\n    if safe:\n        app.add_url_rule('/' + name, name, a)\n"
            "    else:\n        app.add_url_rule('/g/' + name, name, guard(a))",
        },
        "app:app",
    ),
    "a helper that decides by its arguments": (
        {
            "app.py": MAKE + "app = Flask(__name__)\ndef a(): ...\ndef add(rule, methods=None):\n    if methods is None:\n"
            "        return app.add_url_rule(rule, rule, a)\n    app.add_url_rule(rule, rule, a, methods=methods)\n"
            "add('/a')\nadd('/b', ['PUT'])",
        },
        "app:app",
    ),
    "data class of routes": (
        {
            "app.py": MAKE + "from dataclasses import dataclass\nfrom typing import NamedTuple\n@dataclass\nclass Route:\n    rule: str\n    view: object\n"
            "    methods: tuple = ('GET',)\nclass Named(NamedTuple):\n    rule: str\n    name: str = 'n'\napp = Flask(__name__)\ndef a(): ...\n"
            "for r in [Route('/a', a), Route(rule='/b', view=a, methods=('PUT',))]:\n"
            "    app.add_url_rule(r.rule, r.rule, r.view, methods=r.methods)\n"
            "for r in [Named('/c'), Named('/d', 'm')]:\n    app.add_url_rule(r.rule, r.name, a)",
        },
        "app:app",
    ),
    "namedtuples": (
        {
            "app.py": MAKE + "from collections import namedtuple\nR = namedtuple('R', 'rule view')\nS = namedtuple('S', ['rule'])\n"
            "app = Flask(__name__)\ndef a(): ...\nfor r in (R('/a', a), R(view=a, rule='/b')):\n    app.add_url_rule(r.rule, r.rule, r.view)\n"
            "app.add_url_rule(S('/c').rule, 'c', a)",
        },
        "app:app",
    ),
    "routes collected by a decorator": (
        {
            "app.py": MAKE + "ROUTES = []\ndef route(rule):\n    def outer(f):\n        ROUTES.append((rule, f))\n        return f\n"
            "    return outer\n@route('/a')\ndef a(): ...\n@route('/b')\ndef b(): ...\napp = Flask(__name__)\n"
            "for rule, f in ROUTES:\n    app.add_url_rule(rule, view_func=f)",
        },
        "app:app",
    ),
    "routes collected in a dictionary": (
        {
            "app.py": MAKE + "ROUTES = {}\ndef route(rule):\n    def outer(f):\n        ROUTES[rule] = f\n        return f\n"
            "    return outer\n@route('/a')\ndef a(): ...\n@route('/b')\ndef b(): ...\ndef create_app():\n    app = Flask(__name__)\n"
            "    for rule in ROUTES:\n        app.add_url_rule(rule, view_func=ROUTES[rule])\n    return app",
        },
        "app:create_app()",
    ),
    "generator of rules": (
        {
            "app.py": MAKE + "def rules():\n    yield '/a', 'a'\n    for n in ('b', 'c'):\n        yield '/' + n, n\n    yield from [('/d', 'd')]\n"
            "app = Flask(__name__)\nfor rule, name in rules():\n    app.add_url_rule(rule, name, lambda: '')",
        },
        "app:app",
    ),
    "partial of a registration": (
        {
            "app.py": MAKE + "from functools import partial\napp = Flask(__name__)\npost = partial(app.route, methods=['POST'])\n"
            "@post('/a')\ndef a(): ...\nadd = partial(app.add_url_rule, methods=['PUT'])\nadd('/b', 'b', a)",
        },
        "app:app",
    ),
    "match statement": (
        {
            "app.py": MAKE + "app = Flask(__name__)\nfor kind in ('a', 'b'):\n    match kind:\n        case 'a':\n"
            "            app.add_url_rule('/a', 'a', lambda: '')\n        case _:\n            app.add_url_rule('/other', 'o', lambda: '')",
        },
        "app:app",
    ),
    "context manager": (
        {
            "app.py": MAKE + "app = Flask(__name__)\nwith app.app_context():\n    @app.get('/')\n    def i(): ...\n"
            "with app.test_request_context():\n    app.add_url_rule('/t', 't', i)",
        },
        "app:app",
    ),
    "singleton": (
        {
            "app.py": MAKE + "_app = None\ndef get_app():\n    global _app\n    if _app is None:\n        _app = Flask(__name__)\n"
            "    return _app\n@get_app().route('/')\ndef i(): ...\n@get_app().route('/j')\ndef j(): ...\napp = get_app()",
        },
        "app:app",
    ),
    "cached": (
        {
            "app.py": MAKE + "from functools import lru_cache, cache\n@cache\ndef get_app():\n    return Flask(__name__)\n"
            "@get_app().route('/')\ndef i(): ...\napp = get_app()",
        },
        "app:app",
    ),
    "source folder": (
        {"app.py": "import sys, os\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))\nfrom inner import app", "lib/inner.py": MAKE + "app = Flask(__name__)\n@app.get('/')\ndef i(): ..."},
        "app:app",
    ),
    "older import path": (
        {"app.py": "from flask.app import Flask\nfrom flask.blueprints import Blueprint\napp = Flask(__name__)\nbp = Blueprint('b', __name__)\n@bp.get('/')\ndef i(): ...\napp.register_blueprint(bp)"},
        "app:app",
    ),
    "house module that hands flask on": (
        {
            "compat.py": "from flask import Flask as App, Blueprint as Section",
            "app.py": "from compat import App, Section\napp = App(__name__)\nbp = Section('s', __name__)\n@bp.get('/')\ndef i(): ...\n"
            "app.register_blueprint(bp)",
        },
        "app:app",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(name, assert_same_map) -> None:
    files, app = PROGRAMS[name]
    assert_same_map(files, app)
