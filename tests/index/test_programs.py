"""Programs of several files, factories and house habits, compared with the map that Flask builds of them."""

from __future__ import annotations

import pytest

MAKE = "from flask import Flask\n"
VIEWS = "from flask import Blueprint\nbp = Blueprint('views', __name__)\n@bp.get('/x')\ndef x(): ...\n"
PROGRAMS = {
    "packages listed by pkgutil": (
        {
            "app.py": """\
from flask import Flask, Blueprint
import importlib
import pkgutil
import parts
app = Flask(__name__)
for _, name, is_package in pkgutil.iter_modules(parts.__path__):
    module = importlib.import_module(f'parts.{name}')
    for item in dir(module):
        item = getattr(module, item)
        if isinstance(item, Blueprint):
            app.register_blueprint(item)
""",
            "parts/__init__.py": "",
            "parts/one.py": """\
from flask import Blueprint
first = Blueprint('one', __name__)
@first.get('/1')
def view(): ...
""",
            "parts/two.py": """\
from flask import Blueprint
second = Blueprint('two', __name__)
@second.get('/2')
def view(): ...
other = 1
""",
        },
        "app:app",
    ),
    "packages walked": (
        {
            "shop/__init__.py": """\
from flask import Flask
from importlib import import_module
from pkgutil import walk_packages
def create_app():
    app = Flask(__name__)
    for info in walk_packages(__path__, prefix=__name__ + '.'):
        module = import_module(info.name)
        if hasattr(module, 'bp'):
            app.register_blueprint(module.bp)
    return app
""",
            "shop/admin/__init__.py": "",
            "shop/admin/views.py": """\
from flask import Blueprint
bp = Blueprint('admin', __name__, url_prefix='/admin')
@bp.get('/x')
def view(): ...
""",
        },
        "shop:create_app()",
    ),
    "modules found by werkzeug": (
        {
            "shop/__init__.py": """\
from flask import Flask
from werkzeug.utils import find_modules, import_string
def create_app():
    app = Flask(__name__)
    for name in find_modules('shop.blueprints'):
        module = import_string(name)
        app.register_blueprint(module.bp)
    return app
""",
            "shop/blueprints/__init__.py": "",
            "shop/blueprints/cats.py": """\
from flask import Blueprint
bp = Blueprint('cats', __name__)
@bp.get('/cats')
def view(): ...
""",
        },
        "shop:create_app()",
    ),
    "plugins listed by their folders": (
        {
            "shop/__init__.py": """\
import glob
import importlib
import os
from flask import Flask
def create_app():
    app = Flask(__name__)
    for path in sorted(glob.glob(os.path.join(os.path.dirname(__file__), 'plugins', '*'))):
        name = os.path.basename(path)
        if os.path.isdir(path) and not name.startswith('_'):
            importlib.import_module(f'.plugins.{name}', package='shop').load(app)
    return app
""",
            "shop/plugins/__init__.py": "",
            "shop/plugins/one/__init__.py": """\
def load(app):
    app.add_url_rule('/one', 'one', lambda: '')
""",
        },
        "shop:create_app()",
    ),
    "modules listed by their files": (
        {
            "shop/__init__.py": """\
import os
from importlib import import_module
from flask import Flask
app = Flask(__name__)
for name in os.listdir(os.path.dirname(os.path.abspath(__file__))):
    stem, ending = os.path.splitext(name)
    if ending == '.py' and stem != '__init__':
        import_module(f'shop.{stem}')
""",
            "shop/one.py": """\
from shop import app
@app.get('/1')
def one(): ...
""",
        },
        "shop:app",
    ),
    "classes of a module": (
        {
            "app.py": """\
import inspect
from flask import Flask
import views
app = Flask(__name__)
for name, cls in inspect.getmembers(views, inspect.isclass):
    if issubclass(cls, views.Base) and cls is not views.Base:
        app.add_url_rule('/' + name, view_func=cls.as_view(name))
""",
            "views.py": """\
from flask.views import MethodView
class Base(MethodView): ...
class One(Base):
    def get(self): ...
class Two(Base):
    def post(self): ...
""",
        },
        "app:app",
    ),
    "a blueprint class with a registration of its own": (
        {
            "app.py": """\
from flask import Flask, Blueprint
class Section(Blueprint):
    def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
        super().add_url_rule('/v1' + rule, endpoint, view_func, **options)
        super().add_url_rule('/latest' + rule, endpoint, view_func, **options)
app = Flask(__name__)
bp = Section('s', __name__)
@bp.route('/x', methods=['POST'])
def x(): ...
@bp.get('/y', endpoint='z')
def y(): ...
bp.add_url_rule('/w', view_func=x)
app.register_blueprint(bp)
""",
        },
        "app:app",
    ),
    "a helper that is called often": (
        {
            "app.py": """\
from flask import Flask
app = Flask(__name__)
def view(): ...
def scoped(rule):
    if rule.startswith('/v'):
        return '/scoped' + rule
    return rule
def add(rule, name, **options):
    app.add_url_rule(scoped(rule), name, view, **options)
for number in range(150):
    add(f'/v{number}', str(number))
""",
        },
        "app:app",
    ),
    "two views of one rule by a helper": (
        {
            "app.py": """\
from flask import Flask
app = Flask(__name__)
def both(rule, read, write):
    for view, method in ((read, 'GET'), (write, 'POST')):
        app.add_url_rule(rule, view_func=view, methods=[method])
def show(): ...
def save(): ...
both('/x', show, save)
""",
        },
        "app:app",
    ),
    "relative import": (
        {
            "shop/__init__.py": """\
from flask import Flask
from .views import bp
app = Flask(__name__)
app.register_blueprint(bp)
""",
            "shop/views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
        },
        "shop:app",
    ),
    "import of a module": (
        {
            "app.py": """\
from flask import Flask
import views
app = Flask(__name__)
app.register_blueprint(views.bp)
""",
            "views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
        },
        "app:app",
    ),
    "dotted import": (
        {
            "app.py": """\
from flask import Flask
import shop.api.views
app = Flask(__name__)
app.register_blueprint(shop.api.views.bp)
""",
            "shop/__init__.py": "",
            "shop/api/__init__.py": "",
            "shop/api/views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
        },
        "app:app",
    ),
    "dotted import with a name": (
        {
            "app.py": """\
from flask import Flask
import shop.views as v
app = Flask(__name__)
app.register_blueprint(v.bp)
""",
            "shop/__init__.py": "",
            "shop/views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
        },
        "app:app",
    ),
    "re-export": (
        {
            "app.py": """\
from flask import Flask
from shop import section
app = Flask(__name__)
app.register_blueprint(section)
""",
            "shop/__init__.py": """\
from .views import bp as section
""",
            "shop/views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
        },
        "app:app",
    ),
    "submodule as an attribute": (
        {
            "app.py": """\
from flask import Flask
from shop import views
app = Flask(__name__)
app.register_blueprint(views.bp)
""",
            "shop/__init__.py": "",
            "shop/views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
        },
        "app:app",
    ),
    "namespace package": (
        {
            "app.py": """\
from flask import Flask
from shop.views import bp
app = Flask(__name__)
app.register_blueprint(bp)
""",
            "shop/views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
        },
        "app:app",
    ),
    "import of a namespace package": (
        {
            "app.py": """\
from flask import Flask
import shop.views
app = Flask(__name__)
app.register_blueprint(shop.views.bp)
""",
            "shop/views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
        },
        "app:app",
    ),
    "star": (
        {
            "app.py": """\
from flask import Flask
from views import *
app = Flask(__name__)
app.register_blueprint(bp)
""",
            "views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
        },
        "app:app",
    ),
    "star with __all__": (
        {
            "app.py": """\
from flask import Flask
from views import *
app = Flask(__name__)
app.register_blueprint(_hidden)
""",
            "views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
_hidden = bp
bp = None
__all__ = ['_hidden']
""",
        },
        "app:app",
    ),
    "star of flask": (
        {
            "app.py": """\
from flask import *
app = Flask(__name__)
@app.route('/')
def i(): ...
""",
        },
        "app:app",
    ),
    "conditional import": (
        {
            "app.py": """\
from flask import Flask
import sys
if sys.version_info > (3,):
    from views import bp
else:
    from old import bp
app = Flask(__name__)
app.register_blueprint(bp)
""",
            "views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
        },
        "app:app",
    ),
    "import that may fail": (
        {
            "app.py": """\
from flask import Flask
try:
    from nowhere import bp
except ImportError:
    from views import bp
app = Flask(__name__)
app.register_blueprint(bp)
""",
            "views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
        },
        "app:app",
    ),
    "import of the project that has another way": (
        {
            "app.py": """\
from flask import Flask
try:
    from views import bp
except ImportError:
    bp = None
app = Flask(__name__)
app.register_blueprint(bp)
""",
            "views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
        },
        "app:app",
    ),
    "circular": (
        {
            "shop/__init__.py": """\
from flask import Flask
app = Flask(__name__)
from shop import views, admin  # noqa
""",
            "shop/views.py": """\
from shop import app
@app.route('/')
def index(): ...
""",
            "shop/admin.py": """\
from . import app
import shop.views
@app.route('/admin')
def admin(): ...
""",
        },
        "shop:app",
    ),
    "circular through a module that is run first": (
        {
            "a/__init__.py": "",
            "a/app.py": """\
from flask import Flask
app = Flask(__name__)
import a.views
""",
            "a/views.py": """\
import a.app as core
@core.app.route('/')
def index(): ...
""",
        },
        "a.app:app",
    ),
    "views import the application, the start imports the views": (
        {
            "core.py": """\
from flask import Flask
app = Flask(__name__)
""",
            "views.py": """\
from core import app
@app.get('/v')
def v(): ...
""",
            "main.py": """\
from core import app
import views
if __name__ == '__main__':
    app.run()
""",
        },
        "main:app",
    ),
    "imports inside the factory": (
        {
            "shop/__init__.py": """\
from flask import Flask
def create_app():
    app = Flask(__name__)
    from .views import bp
    app.register_blueprint(bp)
    from . import more
    app.register_blueprint(more.bp, name='more')
    return app
""",
            "shop/views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
            "shop/more.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/y')
def x(): ...
""",
        },
        "shop:create_app()",
    ),
    "views use current state of a factory": (
        {
            "shop/__init__.py": """\
from flask import Flask
def create_app():
    app = Flask(__name__)
    with app.app_context():
        from . import routes
    return app
""",
            "shop/routes.py": """\
from flask import current_app as app
@app.route('/')
def index(): ...
""",
        },
        "shop:create_app()",
    ),
    "blueprint is made in the package, views in modules": (
        {
            "app.py": """\
from flask import Flask
from shop import bp
app = Flask(__name__)
app.register_blueprint(bp, url_prefix='/s')
""",
            "shop/__init__.py": """\
from flask import Blueprint
bp = Blueprint('shop', __name__)
from shop import one, two
""",
            "shop/one.py": """\
from shop import bp
@bp.get('/1')
def one(): ...
""",
            "shop/two.py": """\
from . import bp
@bp.get('/2')
def two(): ...
""",
        },
        "app:app",
    ),
    "factory with parameters": (
        {
            "app.py": """\
from flask import Flask
def create_app(config, prefix='/api', *, debug=False):
    app = Flask(__name__)
    @app.get(prefix + '/x')
    def x(): ...
    return app
app = create_app({})
""",
        },
        "app:app",
    ),
    "helpers of the factory": (
        {
            "app.py": """\
from flask import Flask
def create_app():
    app = Flask(__name__)
    register(app)
    return app
def register(app):
    for each in BLUEPRINTS:
        app.register_blueprint(each)
from views import bp
BLUEPRINTS = (bp,)
""",
            "views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
        },
        "app:create_app()",
    ),
    "init_app of every module": (
        {
            "app.py": """\
from flask import Flask
import one, two
def create_app():
    app = Flask(__name__)
    for m in (one, two):
        m.init_app(app)
    return app
""",
            "one.py": """\
def init_app(app):
    @app.get('/1')
    def one(): ...
""",
            "two.py": """\
def init_app(app):
    app.add_url_rule('/2', 'two', two)
def two(): ...
""",
        },
        "app:create_app()",
    ),
    "modules by name": (
        {
            "app.py": """\
from flask import Flask
from importlib import import_module
def create_app():
    app = Flask(__name__)
    for name in ('one', 'two'):
        module = import_module(f'parts.{name}.views')
        app.register_blueprint(module.bp, name=name, url_prefix='/' + name)
    return app
""",
            "parts/one/views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
            "parts/two/views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
            "parts/__init__.py": "",
            "parts/one/__init__.py": "",
            "parts/two/__init__.py": "",
        },
        "app:create_app()",
    ),
    "relative import by name": (
        {
            "shop/__init__.py": """\
from flask import Flask
import importlib
app = Flask(__name__)
app.register_blueprint(getattr(importlib.import_module('.views', package=__name__), 'bp'))
""",
            "shop/views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
        },
        "shop:app",
    ),
    "werkzeug's import_string": (
        {
            "app.py": """\
from flask import Flask
from werkzeug.utils import import_string
app = Flask(__name__)
for name in ['views:bp', 'more.bp']:
    app.register_blueprint(import_string(name), name=name[:4])
""",
            "views.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/x')
def x(): ...
""",
            "more.py": """\
from flask import Blueprint
bp = Blueprint('views', __name__)
@bp.get('/y')
def x(): ...
""",
        },
        "app:app",
    ),
    "attribute of an object": (
        {
            "app.py": """\
from flask import Flask
class Server:
    def __init__(self, name):
        self.app = Flask(name)
        self.rules()
    def rules(self):
        self.app.add_url_rule('/x', 'x', self.x)
        self.add('/y', self.y)
    def add(self, rule, view):
        self.app.add_url_rule(rule, view_func=view)
    def x(self): ...
    def y(self): ...
server = Server(__name__)
app = server.app
""",
        },
        "app:app",
    ),
    "subclass of Flask": (
        {
            "app.py": """\
from flask import Flask
from base import Site
class Shop(Site):
    def rules(self):
        super().rules()
        self.add_url_rule('/shop', 'shop', lambda: '')
app = Shop(__name__)
""",
            "base.py": """\
from flask import Flask
class Site(Flask):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rules()
    def rules(self):
        self.add_url_rule('/site', 'site', self.page)
    def page(self): ...
""",
        },
        "app:app",
    ),
    "closures of a factory": (
        {
            "app.py": """\
from flask import Flask
def create_app(greeting='hi'):
    app = Flask(__name__)
    @app.route('/')
    def index(): return greeting
    def late(): return greeting
    app.add_url_rule('/late', view_func=late)
    return app
""",
        },
        "app:create_app()",
    ),
    "factory in another module": (
        {
            "wsgi.py": """\
from shop.factory import create_app as make
application = make()
""",
            "shop/__init__.py": "",
            "shop/factory.py": """\
from flask import Flask
def create_app():
    app = Flask('shop')
    return extend(app)
def extend(app):
    app.add_url_rule('/e', 'e', lambda: '')
    return app
""",
        },
        "wsgi:application",
    ),
    "factory wraps another": (
        {
            "app.py": """\
from flask import Flask
def base(name):
    app = Flask(name)
    app.add_url_rule('/b', 'b', lambda: '')
    return app
def create_app():
    app = base(__name__)
    app.add_url_rule('/c', 'c', lambda: '')
    return app
""",
        },
        "app:create_app()",
    ),
    "static factory of a class": (
        {
            "app.py": """\
from flask import Flask
class Factory:
    rules = ['/a', '/b']
    @classmethod
    def make(cls):
        app = Flask(__name__)
        for n, r in enumerate(cls.rules):
            app.add_url_rule(r, str(n), cls.view)
        return app
    @staticmethod
    def view(): ...
app = Factory.make()
""",
        },
        "app:app",
    ),
    "global statement": (
        {
            "app.py": """\
from flask import Flask
app = None
def init():
    global app
    app = Flask(__name__)
init()
@app.get('/')
def i(): ...
""",
        },
        "app:app",
    ),
    "walrus and ternary": (
        {
            "app.py": """\
from flask import Flask
if (app := Flask(__name__)):
    app.add_url_rule('/' if app else '/n', 'i', lambda: '')
""",
        },
        "app:app",
    ),
    "chained assignment": (
        {
            "app.py": """\
from flask import Flask
app = application = Flask(__name__)
@application.get('/')
def i(): ...
""",
        },
        "app:app",
    ),
    "annotated": (
        {
            "app.py": """\
from flask import Flask
app: Flask = Flask(__name__)
@app.get('/')
def i(): ...
""",
        },
        "app:app",
    ),
    "wsgi middleware": (
        {
            "app.py": """\
from flask import Flask
app = Flask(__name__)
app.wsgi_app = (lambda w: w)(app.wsgi_app)
@app.get('/')
def i(): ...
""",
        },
        "app:app",
    ),
    "settings decide": (
        {
            "app.py": """\
from flask import Flask
import settings
app = Flask(__name__)
app.config.from_object(settings)
app.add_url_rule(app.config['BASE'] + '/x', 'x', lambda: '')
app.add_url_rule(app.config.get('OTHER', '/o'), 'o', lambda: '')
""",
            "settings.py": """\
BASE = '/base'
""",
        },
        "app:app",
    ),
    "settings of a class chosen by name": (
        {
            "app.py": """\
from flask import Flask
from settings import config
def create_app(name='default'):
    app = Flask(__name__)
    app.config.from_object(config[name])
    app.add_url_rule(f"{app.config['BASE']}/x", 'x', lambda: '')
    return app
""",
            "settings.py": """\
class Base:
    BASE = '/base'
class Other(Base): ...
config = {'default': Other, 'base': Base}
""",
        },
        "app:create_app()",
    ),
    "a guard that is chosen in a loop": (
        {
            "app.py": """\
from flask import Flask
app = Flask(__name__)
def a(): ...
def guard(f):
    def inner(): ...
    return inner
for name, safe in [('x', True), ('y', False)]:
    if safe:
        app.add_url_rule('/' + name, name, a)
    else:
        app.add_url_rule('/g/' + name, name, guard(a))
""",
        },
        "app:app",
    ),
    "a helper that decides by its arguments": (
        {
            "app.py": """\
from flask import Flask
app = Flask(__name__)
def a(): ...
def add(rule, methods=None):
    if methods is None:
        return app.add_url_rule(rule, rule, a)
    app.add_url_rule(rule, rule, a, methods=methods)
add('/a')
add('/b', ['PUT'])
""",
        },
        "app:app",
    ),
    "data class of routes": (
        {
            "app.py": """\
from flask import Flask
from dataclasses import dataclass
from typing import NamedTuple
@dataclass
class Route:
    rule: str
    view: object
    methods: tuple = ('GET',)
class Named(NamedTuple):
    rule: str
    name: str = 'n'
app = Flask(__name__)
def a(): ...
for r in [Route('/a', a), Route(rule='/b', view=a, methods=('PUT',))]:
    app.add_url_rule(r.rule, r.rule, r.view, methods=r.methods)
for r in [Named('/c'), Named('/d', 'm')]:
    app.add_url_rule(r.rule, r.name, a)
""",
        },
        "app:app",
    ),
    "namedtuples": (
        {
            "app.py": """\
from flask import Flask
from collections import namedtuple
R = namedtuple('R', 'rule view')
S = namedtuple('S', ['rule'])
app = Flask(__name__)
def a(): ...
for r in (R('/a', a), R(view=a, rule='/b')):
    app.add_url_rule(r.rule, r.rule, r.view)
app.add_url_rule(S('/c').rule, 'c', a)
""",
        },
        "app:app",
    ),
    "routes collected by a decorator": (
        {
            "app.py": """\
from flask import Flask
ROUTES = []
def route(rule):
    def outer(f):
        ROUTES.append((rule, f))
        return f
    return outer
@route('/a')
def a(): ...
@route('/b')
def b(): ...
app = Flask(__name__)
for rule, f in ROUTES:
    app.add_url_rule(rule, view_func=f)
""",
        },
        "app:app",
    ),
    "routes collected in a dictionary": (
        {
            "app.py": """\
from flask import Flask
ROUTES = {}
def route(rule):
    def outer(f):
        ROUTES[rule] = f
        return f
    return outer
@route('/a')
def a(): ...
@route('/b')
def b(): ...
def create_app():
    app = Flask(__name__)
    for rule in ROUTES:
        app.add_url_rule(rule, view_func=ROUTES[rule])
    return app
""",
        },
        "app:create_app()",
    ),
    "generator of rules": (
        {
            "app.py": """\
from flask import Flask
def rules():
    yield '/a', 'a'
    for n in ('b', 'c'):
        yield '/' + n, n
    yield from [('/d', 'd')]
app = Flask(__name__)
for rule, name in rules():
    app.add_url_rule(rule, name, lambda: '')
""",
        },
        "app:app",
    ),
    "partial of a registration": (
        {
            "app.py": """\
from flask import Flask
from functools import partial
app = Flask(__name__)
post = partial(app.route, methods=['POST'])
@post('/a')
def a(): ...
add = partial(app.add_url_rule, methods=['PUT'])
add('/b', 'b', a)
""",
        },
        "app:app",
    ),
    "match statement": (
        {
            "app.py": """\
from flask import Flask
app = Flask(__name__)
for kind in ('a', 'b'):
    match kind:
        case 'a':
            app.add_url_rule('/a', 'a', lambda: '')
        case _:
            app.add_url_rule('/other', 'o', lambda: '')
""",
        },
        "app:app",
    ),
    "context manager": (
        {
            "app.py": """\
from flask import Flask
app = Flask(__name__)
with app.app_context():
    @app.get('/')
    def i(): ...
with app.test_request_context():
    app.add_url_rule('/t', 't', i)
""",
        },
        "app:app",
    ),
    "singleton": (
        {
            "app.py": """\
from flask import Flask
_app = None
def get_app():
    global _app
    if _app is None:
        _app = Flask(__name__)
    return _app
@get_app().route('/')
def i(): ...
@get_app().route('/j')
def j(): ...
app = get_app()
""",
        },
        "app:app",
    ),
    "cached": (
        {
            "app.py": """\
from flask import Flask
from functools import lru_cache, cache
@cache
def get_app():
    return Flask(__name__)
@get_app().route('/')
def i(): ...
app = get_app()
""",
        },
        "app:app",
    ),
    "source folder": (
        {
            "app.py": """\
import sys, os
sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))
from inner import app
""",
            "lib/inner.py": """\
from flask import Flask
app = Flask(__name__)
@app.get('/')
def i(): ...
""",
        },
        "app:app",
    ),
    "older import path": (
        {
            "app.py": """\
from flask.app import Flask
from flask.blueprints import Blueprint
app = Flask(__name__)
bp = Blueprint('b', __name__)
@bp.get('/')
def i(): ...
app.register_blueprint(bp)
""",
        },
        "app:app",
    ),
    "house module that hands flask on": (
        {
            "compat.py": """\
from flask import Flask as App, Blueprint as Section
""",
            "app.py": """\
from compat import App, Section
app = App(__name__)
bp = Section('s', __name__)
@bp.get('/')
def i(): ...
app.register_blueprint(bp)
""",
        },
        "app:app",
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(name, assert_same_map) -> None:
    files, app = PROGRAMS[name]
    assert_same_map(files, app)
