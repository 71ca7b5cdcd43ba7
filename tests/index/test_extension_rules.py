"""Rules of the extensions that register classes, and those that extensions add of their own.

What is expected was taken down from the maps of real applications: Flask-RESTful 0.3.10, flask-restx 1.3.2,
flask-smorest 0.47.0, APIFlask 3.1.2, flasgger 0.9.7.1, flask-apispec 0.11.4, APIFairy 1.5.1, Flask-DebugToolbar 0.16.0,
flask-swagger-ui 5.34.0, Flask-Dance 7.1.0.
"""

from __future__ import annotations

import pytest

HEAD = """\
from flask import Flask, Blueprint
from flask.views import MethodView
"""
PROGRAMS = {
    "restful": (
        """\
from flask_restful import Api, Resource
app = Flask(__name__)
api = Api(app, prefix='/api')
class Item(Resource):
    def get(self, n=None): ...
    def put(self, n): ...
class LongName(Resource):
    def post(self): ...
api.add_resource(Item, '/items', '/items/<int:n>')
api.add_resource(LongName, '/long', endpoint='short', methods=['POST', 'GET'])
@api.resource('/deco')
class Deco(Resource):
    def delete(self): ...
""",
        [
            ("/api/deco", ("DELETE",), "deco"),
            ("/api/items", ("GET", "PUT"), "item"),
            ("/api/items/<int:n>", ("GET", "PUT"), "item"),
            ("/api/long", ("GET", "POST"), "short"),
        ],
    ),
    "restful on a blueprint": (
        """\
from flask_restful import Api, Resource
app = Flask(__name__)
bp = Blueprint('v1', __name__, url_prefix='/v1')
api = Api(bp)
class Item(Resource):
    def get(self): ...
api.add_resource(Item, '/items/')
app.register_blueprint(bp, url_prefix='/v2')
""",
        [
            ("/v2/items/", ("GET",), "v1.item"),
        ],
    ),
    "restful init_app": (
        """\
from flask_restful import Api, Resource
api = Api()
class Base(Resource):
    def get(self): ...
class Item(Base):
    def post(self): ...
api.add_resource(Item, '/items')
app = Flask(__name__)
api.init_app(app)
""",
        [
            ("/items", ("GET", "POST"), "item"),
        ],
    ),
    "restful methods of the class": (
        """\
from flask_restful import Api, Resource
app = Flask(__name__)
api = Api(app)
class Item(Resource):
    methods = ['GET']
    def get(self): ...
    def post(self): ...
api.add_resource(Item, '/items')
""",
        [
            ("/items", ("GET",), "item"),
        ],
    ),
    "restx": (
        """\
from flask_restx import Api, Resource
app = Flask(__name__)
api = Api(app)
@api.route('/hello', '/hallo')
class HelloWorld(Resource):
    def get(self): ...
class APIKeyHTTP2(Resource):
    def get(self): ...
api.add_resource(APIKeyHTTP2, '/key', endpoint='key')
""",
        [
            ("/", ("GET",), "doc"),
            ("/", ("GET",), "root"),
            ("/hallo", ("GET",), "hello_world"),
            ("/hello", ("GET",), "hello_world"),
            ("/key", ("GET",), "key"),
            ("/swagger.json", ("GET",), "specs"),
        ],
    ),
    "restx namespaces": (
        """\
from flask_restx import Api, Namespace, Resource
app = Flask(__name__)
api = Api(app, prefix='/api', doc='/docs/')
ns = Namespace('cats', path='/c')
other = api.namespace('dogs', description='x')
@ns.route('/')
class CatList(Resource):
    def get(self): ...
    def post(self): ...
@other.route('/<int:n>', endpoint='one_dog')
class Dog(Resource):
    def get(self, n): ...
api.add_namespace(ns)
""",
        [
            ("/api", ("GET",), "root"),
            ("/api/c/", ("GET", "POST"), "cats_cat_list"),
            ("/api/dogs/<int:n>", ("GET",), "one_dog"),
            ("/api/swagger.json", ("GET",), "specs"),
            ("/docs/", ("GET",), "doc"),
        ],
    ),
    "restx path of the registration": (
        """\
from flask_restx import Api, Namespace, Resource
app = Flask(__name__)
api = Api(app, doc=False)
ns = Namespace('cats')
@ns.route('')
class Cat(Resource):
    def get(self): ...
api.add_namespace(ns, path='/v1/cats')
""",
        [
            ("/", ("GET",), "root"),
            ("/swagger.json", ("GET",), "specs"),
            ("/v1/cats", ("GET",), "cats_cat"),
        ],
    ),
    "restx on a blueprint": (
        """\
from flask_restx import Api, Resource
app = Flask(__name__)
bp = Blueprint('api', __name__, url_prefix='/api/v1')
api = Api(bp, doc='/doc/', title='x')
ns = api.namespace('things')
@ns.route('/')
class Thing(Resource):
    def get(self): ...
app.register_blueprint(bp)
""",
        [
            ("/api/v1/", ("GET",), "api.root"),
            ("/api/v1/doc/", ("GET",), "api.doc"),
            ("/api/v1/swagger.json", ("GET",), "api.specs"),
            ("/api/v1/things/", ("GET",), "api.things_thing"),
        ],
    ),
    "restx without document": (
        """\
from flask_restx import Api, Resource
app = Flask(__name__)
api = Api(add_specs=False, doc=False)
api.init_app(app)
@api.route('/x')
class X(Resource):
    def get(self): ...
""",
        [
            ("/", ("GET",), "root"),
            ("/swagger.json", ("GET",), "specs"),
            ("/x", ("GET",), "x"),
        ],
    ),
    "restx same class twice": (
        """\
from flask_restx import Api, Namespace, Resource
app = Flask(__name__)
api = Api(app, prefix='/p')
ns = api.namespace('n')
@ns.route('/a')
@ns.route('/b', '/c')
class Twice(Resource):
    def get(self): ...
@api.route('/d')
@api.route('/e')
class Again(Resource):
    def get(self): ...
""",
        [
            ("/", ("GET",), "doc"),
            ("/p", ("GET",), "root"),
            ("/p/d", ("GET",), "again_2"),
            ("/p/e", ("GET",), "again"),
            ("/p/n/a", ("GET",), "n_twice_2"),
            ("/p/n/b", ("GET",), "n_twice"),
            ("/p/n/c", ("GET",), "n_twice"),
            ("/p/swagger.json", ("GET",), "specs"),
        ],
    ),
    "smorest": (
        """\
from flask_smorest import Api, Blueprint
app = Flask(__name__)
app.config['API_TITLE'] = 'x'
app.config['API_VERSION'] = 'v1'
app.config['OPENAPI_VERSION'] = '3.0.2'
app.config['OPENAPI_URL_PREFIX'] = '/docs'
app.config['OPENAPI_SWAGGER_UI_PATH'] = '/swagger'
app.config['OPENAPI_SWAGGER_UI_URL'] = 'https://cdn/x/'
api = Api(app)
blp = Blueprint('pets', 'pets', url_prefix='/pets')
@blp.route('/')
class Pets(MethodView):
    @blp.response(200)
    def get(self): ...
    def post(self): ...
@blp.route('/f', methods=['PUT'])
@blp.response(204)
def f(): ...
api.register_blueprint(blp)
""",
        [
            ("/docs/openapi.json", ("GET",), "api-docs.openapi_json"),
            ("/docs/swagger", ("GET",), "api-docs.openapi_swagger_ui"),
            ("/pets/", ("GET", "POST"), "pets.Pets"),
            ("/pets/f", ("PUT",), "pets.f"),
        ],
    ),
    "smorest without pages": (
        """\
from flask_smorest import Api, Blueprint
class Config:
    API_TITLE = 'x'
    API_VERSION = 'v1'
    OPENAPI_VERSION = '3.0.2'
app = Flask(__name__)
app.config.from_object(Config)
api = Api()
api.init_app(app)
blp = Blueprint('pets', 'pets')
@blp.route('/p/<int:n>')
class Pet(MethodView):
    def get(self, n): ...
api.register_blueprint(blp, url_prefix='/q')
""",
        [
            ("/q/p/<int:n>", ("GET",), "pets.Pet"),
        ],
    ),
    "apiflask": (
        """\
from apiflask import APIFlask, APIBlueprint
app = APIFlask(__name__)
bp = APIBlueprint('b', __name__, url_prefix='/b')
@app.get('/')
def index(): ...
@bp.post('/x')
def x(): ...
app.register_blueprint(bp)
""",
        [
            ("/", ("GET",), "index"),
            ("/b/x", ("POST",), "b.x"),
            ("/docs", ("GET",), "openapi.docs"),
            ("/docs/oauth2-redirect", ("GET",), "openapi.swagger_ui_oauth_redirect"),
            ("/openapi.json", ("GET",), "openapi.spec"),
        ],
    ),
    "apiflask class view": (
        """\
from apiflask import APIFlask
from apiflask.views import MethodView
app = APIFlask(__name__, docs_path='/d', spec_path='/o.yaml', openapi_blueprint_url_prefix='/api')
class Pet(MethodView):
    def get(self): ...
    def delete(self): ...
app.add_url_rule('/pet', view_func=Pet.as_view('pet'))
""",
        [
            ("/api/d", ("GET",), "openapi.docs"),
            ("/api/docs/oauth2-redirect", ("GET",), "openapi.swagger_ui_oauth_redirect"),
            ("/api/o.yaml", ("GET",), "openapi.spec"),
            ("/pet", ("DELETE", "GET"), "pet"),
        ],
    ),
    "apiflask without documentation": (
        """\
from apiflask import APIFlask
app = APIFlask(__name__, enable_openapi=False)
@app.route('/x', methods=['GET', 'POST'])
def x(): ...
""",
        [
            ("/x", ("GET", "POST"), "x"),
        ],
    ),
    "apiflask without pages": (
        """\
from apiflask import APIFlask
app = APIFlask(__name__, docs_path=None)
@app.get('/x')
def x(): ...
""",
        [
            ("/openapi.json", ("GET",), "openapi.spec"),
            ("/x", ("GET",), "x"),
        ],
    ),
    "flasgger": (
        """\
from flasgger import Swagger
app = Flask(__name__)
Swagger(app)
@app.get('/x')
def x(): ...
""",
        [
            ("/apidocs/", ("GET",), "flasgger.apidocs"),
            ("/apidocs/index.html", ("GET",), "flasgger.<lambda>"),
            ("/apispec_1.json", ("GET",), "flasgger.apispec_1"),
            ("/oauth2-redirect.html", ("GET",), "flasgger.oauth_redirect"),
            ("/x", ("GET",), "x"),
        ],
    ),
    "flasgger configured": (
        """\
from flasgger import Swagger
app = Flask(__name__)
config = {'headers': [], 'specs': [
    {'endpoint': 'spec', 'route': '/spec.json', 'rule_filter': lambda r: True, 'model_filter': lambda t: True}],
          'static_url_path': '/flasgger_static', 'swagger_ui': True, 'specs_route': '/docs/'}
swagger = Swagger(app, config=config)
""",
        [
            ("/apidocs/index.html", ("GET",), "flasgger.<lambda>"),
            ("/docs/", ("GET",), "flasgger.apidocs"),
            ("/oauth2-redirect.html", ("GET",), "flasgger.oauth_redirect"),
            ("/spec.json", ("GET",), "flasgger.spec"),
        ],
    ),
    "flasgger init_app": (
        """\
from flasgger import Swagger
swagger = Swagger()
app = Flask(__name__)
swagger.init_app(app)
""",
        [
            ("/apidocs/", ("GET",), "flasgger.apidocs"),
            ("/apidocs/index.html", ("GET",), "flasgger.<lambda>"),
            ("/apispec_1.json", ("GET",), "flasgger.apispec_1"),
            ("/oauth2-redirect.html", ("GET",), "flasgger.oauth_redirect"),
        ],
    ),
    "flasgger merged": (
        """\
from flasgger import Swagger
app = Flask(__name__)
swagger = Swagger(app, config={**Swagger.DEFAULT_CONFIG, 'specs_route': '/d/'})
""",
        [
            ("/apidocs/index.html", ("GET",), "flasgger.<lambda>"),
            ("/apispec_1.json", ("GET",), "flasgger.apispec_1"),
            ("/d/", ("GET",), "flasgger.apidocs"),
            ("/oauth2-redirect.html", ("GET",), "flasgger.oauth_redirect"),
        ],
    ),
    "apispec": (
        """\
from flask_apispec import FlaskApiSpec, MethodResource
app = Flask(__name__)
docs = FlaskApiSpec(app)
class Pet(MethodResource):
    def get(self): ...
app.add_url_rule('/pet', view_func=Pet.as_view('pet'))
""",
        [
            ("/pet", ("GET",), "pet"),
            ("/swagger-ui/", ("GET",), "flask-apispec.swagger-ui"),
            ("/swagger/", ("GET",), "flask-apispec.swagger-json"),
        ],
    ),
    "apispec configured": (
        """\
from flask_apispec.extension import FlaskApiSpec
docs = FlaskApiSpec()
app = Flask(__name__)
app.config.update({'APISPEC_SWAGGER_URL': '/s/', 'APISPEC_SWAGGER_UI_URL': None})
docs.init_app(app)
""",
        [
            ("/s/", ("GET",), "flask-apispec.swagger-json"),
        ],
    ),
    "apifairy": (
        """\
from apifairy import APIFairy
app = Flask(__name__)
app.config['APIFAIRY_UI_PATH'] = '/d'
apifairy = APIFairy(app)
""",
        [
            ("/apispec.json", ("GET",), "apifairy.json"),
            ("/d", ("GET",), "apifairy.docs"),
        ],
    ),
    "swagger ui": (
        """\
from flask_swagger_ui import get_swaggerui_blueprint
app = Flask(__name__)
swagger = get_swaggerui_blueprint('/docs', '/static/swagger.json', config={'app_name': 'x'})
app.register_blueprint(swagger)
other = get_swaggerui_blueprint('/docs', '/x.json', blueprint_name='other')
app.register_blueprint(other, url_prefix='/other')
""",
        [
            ("/docs/", ("GET",), "swagger_ui.show"),
            ("/docs/<path:path>", ("GET",), "swagger_ui.show"),
            ("/other/", ("GET",), "other.show"),
            ("/other/<path:path>", ("GET",), "other.show"),
        ],
    ),
    "dance": (
        """\
from flask_dance.contrib.github import make_github_blueprint
from flask_dance.consumer import OAuth2ConsumerBlueprint
app = Flask(__name__)
app.register_blueprint(make_github_blueprint(client_id='x', client_secret='y'), url_prefix='/login')
acme = OAuth2ConsumerBlueprint('acme', __name__, client_id='x', login_url='/in', url_prefix='/a')
app.register_blueprint(acme)
""",
        [
            ("/a/acme/authorized", ("GET",), "acme.authorized"),
            ("/a/in", ("GET",), "acme.login"),
            ("/login/github", ("GET",), "github.login"),
            ("/login/github/authorized", ("GET",), "github.authorized"),
        ],
    ),
    "debug toolbar": (
        """\
from flask_debugtoolbar import DebugToolbarExtension
app = Flask(__name__)
app.config['SECRET_KEY'] = 'x'
app.debug = True
toolbar = DebugToolbarExtension(app)
""",
        [
            ("/_debug_toolbar/views/sqlalchemy/sql_explain", ("GET", "POST"), "debugtoolbar.sql_select"),
            ("/_debug_toolbar/views/sqlalchemy/sql_select", ("GET", "POST"), "debugtoolbar.sql_select"),
            ("/_debug_toolbar/views/template/<key>", ("GET",), "debugtoolbar.template_editor"),
            ("/_debug_toolbar/views/template/<key>", ("POST",), "debugtoolbar.template_preview"),
            ("/_debug_toolbar/views/template/<key>/save", ("POST",), "debugtoolbar.save_template"),
        ],
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_rules_of_extensions(name, index_of, rows) -> None:
    program, expected = PROGRAMS[name]

    assert rows(index_of({"app.py": HEAD + program})) == expected


def test_rules_that_an_extension_adds_are_marked(index_of) -> None:
    program = "from flasgger import Swagger\napp = Flask(__name__)\n@app.get('/x')\ndef x(): ...\nSwagger(app)\n"
    kinds = {route.rule: route.kind.value for route in index_of({"app.py": HEAD + program}).route_facts}

    assert kinds["/x"] == "decorator"
    assert kinds["/apidocs/"] == "extension"


def test_a_toolbar_for_debugging_is_conditional(index_of) -> None:
    program, _ = PROGRAMS["debug toolbar"]

    assert all(route.conditional for route in index_of({"app.py": HEAD + program}).route_facts)
