"""Applications as larger projects make them: factories with arguments, settings, functions that they are handed to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT = {
    "shop/__init__.py": '''
import os

from flask import Flask

from config import config


def create_app(config_name=None, **overrides):
    """Make the application."""
    if config_name is None:
        config_name = os.environ.get("APP_ENV", "default")
    app = Flask(__name__)
    app.config.from_object(config[config_name])
    app.config.update(overrides)

    from shop.api import api as api_blueprint
    from shop.main import main

    app.register_blueprint(api_blueprint, url_prefix="/api/v1")
    app.register_blueprint(main)
    register_errors(app)
    from .more import more

    more(app, "x")
    return app


def register_errors(app):
    @app.errorhandler(404)
    def not_found(error):
        return {"error": "not found"}, 404
''',
    "shop/api/__init__.py": """
from flask import Blueprint

api = Blueprint("api", __name__)

from shop.api import errors, items
""",
    "shop/api/items.py": """
from flask import abort, jsonify, request

from . import api

ITEMS = {1: "one"}


@api.route("/items", methods=["GET", "POST"])
def items():
    if request.method == "POST":
        data = request.get_json()
        number = max(ITEMS) + 1
        ITEMS[number] = data["name"]
        return jsonify(id=number), 201
    return jsonify(items=ITEMS)


@api.route("/items/<int:number>")
def item(number):
    if number not in ITEMS:
        abort(404)
    return jsonify(name=ITEMS[number])
""",
    "shop/api/errors.py": """
from flask import jsonify

from . import api


@api.app_errorhandler(500)
def broken(error):
    return jsonify(error="broken"), 500


@api.errorhandler(400)
def bad(error):
    return jsonify(error=error.description), 400
""",
    "shop/main.py": """
from flask import Blueprint

main = Blueprint("main", __name__)


@main.before_app_request
def log_request():
    pass


@main.route("/health")
def health():
    return "ok"
""",
    "config.py": """
import os


class Config:
    SECRET_KEY = os.environ.get("SECRET_KEY", "dev")
    PAGE_SIZE = 10

    @staticmethod
    def init_app(app):
        pass


class Development(Config):
    DEBUG = True


class Production(Config):
    PAGE_SIZE = 20

    @classmethod
    def init_app(cls, app):
        Config.init_app(app)
        app.logger.info("production")


config = {"development": Development, "production": Production, "default": Development}
""",
    "app.py": """
import os

from shop import create_app

app = create_app(os.getenv("APP_ENV", "default"))


@app.cli.command("greet")
def greet():
    print("hello")


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("PORT", 5000)), debug=app.config["DEBUG"])
""",
    "requirements.txt": "flask>=3.0\n",
    "Procfile": "web: gunicorn -w 4 --threads 2 app:app\n",
    "shop/more.py": """
from flask import request


def more(app, title):
    @app.before_request
    def guard():
        if request.headers.get("X-Stop"):
            return {"stopped": title}, 403

    @app.after_request
    def stamp(response):
        response.headers["X-Pages"] = str(app.config["PAGE_SIZE"])
        return response
""",
}


@pytest.mark.parametrize("name", ["default", "production"])
def test_a_factory_that_hands_its_application_on(
    pair: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("APP_ENV", name)
    made = pair(PROJECT)
    for path in ["/api/v1/items", "/api/v1/items/1", "/api/v1/items/9", "/health", "/none", "/api/v1/none"]:
        for method in ("GET", "POST", "PUT", "HEAD", "OPTIONS"):
            for headers in ({}, {"X-Stop": "1"}, {"Content-Type": "application/json"}):
                before, after = made.ask(method, path, b'{"name": "two"}', headers)
                assert after == before, f"{method} {path} {headers}"
    assert not made.again.changes
