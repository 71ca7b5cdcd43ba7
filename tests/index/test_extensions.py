"""Extensions: which objects of a program are some, and on which application they are set up."""

from __future__ import annotations

import pytest

HEAD = "from flask import Flask, Blueprint\nfrom flask.views import MethodView\n"
SET_UP = {
    "constructor": (
        """\
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
db = SQLAlchemy(app)
""",
        [("flask_sqlalchemy.SQLAlchemy", "db", "app:app")],
    ),
    "constructor by keyword": (
        """\
from flask_mail import Mail
app = Flask(__name__)
mail = Mail(app=app)
""",
        [("flask_mail.Mail", "mail", "app:app")],
    ),
    "without a variable": (
        """\
from flask_migrate import Migrate
app = Flask(__name__)
Migrate(app)
""",
        [("flask_migrate.Migrate", None, "app:app")],
    ),
    "init_app": (
        """\
from flask_mail import Mail
mail = Mail()
app = Flask(__name__)
mail.init_app(app)
""",
        [("flask_mail.Mail", "mail", None), ("flask_mail.Mail", "mail", "app:app")],
    ),
    "init_app in a factory": (
        """\
from flask_mail import Mail
mail = Mail()
def create_app():
    app = Flask(__name__)
    init(app)
    return app
def init(app):
    for each in (mail,):
        each.init_app(app)
""",
        [("flask_mail.Mail", "mail", None), ("flask_mail.Mail", "mail", "app:create_app.<locals>.app")],
    ),
    "old import path": (
        """\
from flask.ext.mail import Mail
app = Flask(__name__)
mail = Mail(app)
""",
        [("flask_mail.Mail", "mail", "app:app")],
    ),
    "not named for Flask": (
        """\
from flasgger import Swagger
app = Flask(__name__)
Swagger(app)
""",
        [("flasgger.Swagger", None, "app:app")],
    ),
    "function": (
        """\
import acme
app = Flask(__name__)
acme.instrument(app, level=1)
""",
        [("acme.instrument", None, "app:app")],
    ),
    "method of something foreign": (
        """\
import acme
tracer = acme.Tracer()
app = Flask(__name__)
tracer.watch(app)
""",
        [("acme.Tracer", "tracer", "app:app")],
    ),
    "never given an app": (
        """\
from flask_httpauth import HTTPBasicAuth
auth = HTTPBasicAuth()
""",
        [("flask_httpauth.HTTPBasicAuth", "auth", None)],
    ),
    "subclass of the project": (
        """\
from flask_jwt_extended import JWTManager
class Tokens(JWTManager): ...
app = Flask(__name__)
tokens = Tokens(app)
""",
        [("flask_jwt_extended.JWTManager", "tokens", "app:app")],
    ),
    "class of the project that is followed": (
        """\
class Guard:
    def init_app(self, app):
        app.before_request(self.check)
    def check(self): ...
app = Flask(__name__)
Guard().init_app(app)
""",
        [],
    ),
    "unknown thing": (
        """\
from conf import setup
app = Flask(__name__)
setup[0](app)
""",
        [("setup[0]", None, "app:app")],
    ),
    "form fields": (
        """\
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
class Form(FlaskForm):
    name = StringField('x')
    file = FileField('y', validators=[FileRequired()])
form = Form()
""",
        [],
    ),
    "mixins": (
        """\
from flask_login import UserMixin
from flask_sqlalchemy import SQLAlchemy
db = SQLAlchemy()
class User(UserMixin, db.Model):
    id = db.Column(db.Integer)
root = User()
""",
        [("flask_sqlalchemy.SQLAlchemy", "db", None)],
    ),
    "messages": (
        """\
from flask_mail import Message
def send(app):
    message = Message('x')
    return message
first = Message('y')
""",
        [],
    ),
    "parsers and fields": (
        """\
from flask_restful import reqparse, fields
parser = reqparse.RequestParser()
shape = {'id': fields.Integer()}
""",
        [],
    ),
    "in a function without an application": (
        """\
from flask_caching import Cache
def helper():
    cache = Cache()
    return cache
helper()
""",
        [],
    ),
    "servers": (
        """\
from waitress import serve
app = Flask(__name__)
serve(app, port=80)
""",
        [],
    ),
    "built-in functions": (
        """\
app = Flask(__name__)
print(app)
assert isinstance(app, Flask)
vars(app)
""",
        [],
    ),
}


@pytest.mark.parametrize("name", SET_UP)
def test_extensions(name, index_of) -> None:
    program, expected = SET_UP[name]
    found = index_of({"app.py": HEAD + program}).extensions

    assert [(each.name, each.variable, each.app) for each in found] == expected
