"""Booting a real Flask application in a child process and reading what it holds."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flask2fastapi.errors import TargetError
from flask2fastapi.verify.boot import TargetBootError, read_app

DEMO = Path(__file__).parents[2] / "fixtures" / "projects" / "books" / "flask"
APP = """\
from flask import Flask, Blueprint
print("noise on standard output")
bp = Blueprint("shop", __name__, url_prefix="/shop")

@bp.route("/items/<int:item_id>", methods=["GET", "DELETE"])
def item(item_id): return ""

@bp.before_request
def guard(): ...

def create_app(name="x"):
    app = Flask(__name__)
    app.register_blueprint(bp)
    app.errorhandler(404)(lambda error: ("", 404))
    app.teardown_request(lambda error: None)
    return app

def create_with(name): return create_app(name)
number = 5
"""


def boot(tmp_path: Path, spec: str, source: str = APP, timeout: float = 60.0):
    """Write one module and boot it."""
    (tmp_path / "shop.py").write_text(source)
    return read_app(tmp_path, sys.executable, spec, timeout=timeout)


@pytest.mark.parametrize("spec", ["shop:create_app", "shop:create_app('y')", "shop", "shop.py"])
def test_an_application_is_read_as_it_lives(tmp_path: Path, spec: str) -> None:
    """Rules with methods and places, hooks with their blueprint, and handlers; what the target prints does no harm."""
    app = boot(tmp_path, spec)

    rule = next(rule for rule in app.rules if rule.endpoint == "shop.item")
    assert (rule.rule, rule.methods) == ("/shop/items/<int:item_id>", ("DELETE", "GET", "HEAD", "OPTIONS"))
    assert rule.blueprint == "shop"
    assert rule.view is not None
    assert (rule.view.path, rule.view.line) == ("shop.py", 5)
    assert ("before_request", "shop", "shop.guard") in [(h.kind, h.blueprint, h.function.name) for h in app.hooks]
    assert [handler.code for handler in app.handlers] == [404]
    assert [rule.rule for rule in app.rules if rule.is_static] == ["/static/<path:filename>"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("shop:missing", "no name 'missing'"),
        ("shop:number", "is a int, not a Flask application"),
        ("shop:create_with", "needs arguments"),
        ("shop:not a name", "neither a name nor a call"),
        ("nowhere", "No module named 'nowhere'"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(tmp_path: Path, spec: str, message: str) -> None:
    """A wrong specification is the user's to mend: the error is one line that names it."""
    with pytest.raises(TargetBootError, match=message) as caught:
        boot(tmp_path, spec)

    assert len(str(caught.value).splitlines()) == 1
    assert spec in str(caught.value)


def test_a_target_that_raises_keeps_its_traceback(tmp_path: Path) -> None:
    """The line is the target's last word; all of its traceback is at hand."""
    with pytest.raises(TargetBootError, match="ValueError: no database") as caught:
        boot(tmp_path, "shop", "def connect():\n    raise ValueError('no database')\nconnect()\n")

    assert "in connect" in caught.value.traceback


@pytest.mark.parametrize("source", ["import os; os._exit(3)", "import sys; sys.exit('stop')"])
def test_a_target_that_leaves_is_no_crash_of_ours(tmp_path: Path, source: str) -> None:
    """A module that ends its process while being imported is reported like any other that does not boot."""
    with pytest.raises(TargetBootError):
        boot(tmp_path, "shop", source)


def test_a_target_that_hangs_is_ended(tmp_path: Path) -> None:
    """The deadline is ours, and is named."""
    with pytest.raises(TargetBootError, match="within 1 seconds"):
        boot(tmp_path, "shop", "import time; time.sleep(60)", timeout=1)


def test_a_missing_interpreter_is_named(tmp_path: Path) -> None:
    """An interpreter that is not there is no boot failure of the application."""
    with pytest.raises(TargetError, match="cannot be started"):
        read_app(tmp_path, tmp_path / "python9", "shop")


def test_a_fixture_project_boots() -> None:
    """A project of several modules is imported from its own folder."""
    app = read_app(DEMO, sys.executable, "app:app")

    assert len([rule for rule in app.rules if not rule.is_static]) > 4
