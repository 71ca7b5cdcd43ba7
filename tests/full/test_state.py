"""Settings, loggers and commands of an application that leaves Flask."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

SETTINGS = {
    "app.py": '''
import json
import os

import click
from flask import Flask, jsonify

app = Flask(__name__)
app.config["GREETING"] = "hello"
app.config.from_object("settings.Production")
app.config.from_pyfile("more.cfg")
app.config.from_pyfile("none.cfg", silent=True)
app.config.from_file("more.json", load=json.load)
app.config.from_mapping({"MAPPED": 1, "small": 2}, GIVEN=True)
app.config.from_prefixed_env("SHOP")
app.config.setdefault("GREETING", "unused")
app.secret_key = "dev"


@app.route("/")
def index():
    return jsonify(
        greeting=app.config["GREETING"],
        pages=app.config.get("PAGES", 10),
        debug=app.debug,
        key=app.secret_key,
        none=app.config.get("NONE"),
    )


@app.route("/all")
def everything():
    app.logger.info("all of it")
    return jsonify(sorted(f"{key}={value}" for key, value in app.config.items()))


@app.route("/some")
def some():
    return app.config.get_namespace("MAIL_")


@app.cli.command()
@click.argument("name")
def greet(name):
    """Say hello."""
    click.echo(f"{app.config['GREETING']} {name}")


@app.cli.group()
def shop():
    """The shop."""


@shop.command("open")
def open_shop():
    click.echo("open")


if __name__ == "__main__":
    app.run(host=app.config["HOST"], port=app.config.get("PORT"), debug=app.debug)
''',
    "settings.py": """
class Base:
    PAGES = 5
    lower = 1


class Production(Base):
    MAIL_SERVER = "mail"
    MAIL_PORT = 25
    HOST = "0.0.0.0"
""",
    "more.cfg": "GREETING = 'good day'\nnot_this = 1\nFOLDER = __file__ and 1\n",
    "more.json": '{"FROM_JSON": [1, 2], "not this": 3}',
    "requirements.txt": "flask>=3.0\n",
}
FACTORY = {
    "app.py": """
import os

from flask import Flask
from views import bp


def create_app(test_config=None):
    app = Flask(__name__, instance_relative_config=True)
    app.config.from_mapping(SECRET_KEY="dev", DATABASE=os.path.join(app.instance_path, "shop.sqlite"))
    if test_config is None:
        app.config.from_pyfile("config.py", silent=True)
    else:
        app.config.from_mapping(test_config)
    os.makedirs(app.instance_path, exist_ok=True)

    @app.route("/hello")
    def hello():
        return os.path.basename(app.config["DATABASE"]) + app.name

    app.register_blueprint(bp)
    return app
""",
    "views.py": """
from flask import Blueprint

bp = Blueprint("pages", __name__)


@bp.route("/")
def index():
    return "index"
""",
    "instance/config.py": "DATABASE = 'from the instance'\n",
}


def test_settings_are_loaded_as_before(pair: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_NESTED__A__B", "[1]")
    monkeypatch.setenv("SHOP_TEXT", "True")
    made = pair(SETTINGS)
    for path in ["/", "/some", "/all"]:
        before, after = made.ask("GET", path)
        assert after == before, path
    text = made.sources["app.py"]
    assert 'app.state.config["GREETING"] = "hello"' in text
    assert 'app.state.config["SECRET_KEY"] = "dev"' in text
    assert 'host=app.state.config["HOST"],' in text
    assert 'port=int(app.state.config.get("PORT") or 5000),' in text
    assert not made.again.changes


def test_commands_are_clicks(pair: Callable[..., Any]) -> None:
    from click.testing import CliRunner

    made = pair(SETTINGS)
    runner = CliRunner()
    assert runner.invoke(made.fastapi.state.cli, ["greet", "Ann"]).output == "good day Ann\n"
    assert runner.invoke(made.fastapi.state.cli, ["shop", "open"]).output == "open\n"


@pytest.mark.parametrize("config", [None, {"DATABASE": "given", "lower": 1}])
def test_a_factory_with_settings(pair: Callable[..., Any], config: Any) -> None:
    made = pair(FACTORY, lambda module: module.create_app(config))
    for path in ["/hello", "/"]:
        before, after = made.ask("GET", path)
        assert after == before, path


def test_the_logger_is_the_same(pair: Callable[..., Any]) -> None:
    """A level and handlers are those of the logger with the application's name, in a process of its own."""
    app = "from flask import Flask\n\napp = Flask(__name__)\napp.debug = True\n\n\n@app.get('/')\ndef index():\n"
    app += "    app.logger.debug('seen <%s>', 1)\n    return app.logger.name\n"
    made = pair(app)
    assert made.ask("GET", "/")[0] == made.ask("GET", "/")[1]
    ask = {
        "flask": "app.test_client().get('/')",
        "fastapi": "__import__('fastapi.testclient').testclient.TestClient(app).get('/')",
    }
    shown = []
    for folder, request in ask.items():
        found = list(made.run.project.root.parent.glob(folder))
        code = f"from app import app; {request}; import logging; print([logging.getLogger('app').level])"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=found[0], capture_output=True, text=True, check=True, timeout=60
        )
        lines = [line for line in done.stderr.splitlines() if "seen" in line]
        shown.append(json.dumps([done.stdout, [line.partition("]")[2] for line in lines]]))
    assert shown[0] == shown[1]
    assert "DEBUG in app: seen <1>" in shown[0]
