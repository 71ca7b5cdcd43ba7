"""Decorators made by the package ``decorator``: the parameters of views can be seen through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask2fastapi_codemods import CODEMODS

from flask2fastapi.config import Config
from flask2fastapi.migrate.reading import read_project
from flask2fastapi.migrate.run import plan_run

if TYPE_CHECKING:
    from pathlib import Path

APP = """from {module} import decorator
from flask import Flask, jsonify

app = Flask(__name__)


@decorator
def stamped(view, *args, **kwargs):
    response = view(*args, **kwargs)
    response.headers["X-A"] = "stamped"
    return response


@app.route("/<int:n>")
@stamped
def numbered(n):
    return jsonify(n=n)
"""


@pytest.mark.parametrize(("module", "rung"), [("decorator", "native"), ("somewhere", "mounted")])
def test_views_behind_them_run_in_flasks_context(tmp_path: Path, module: str, rung: str) -> None:
    """With their bodies as they were: only running tells what the decorator does with their answers."""
    (tmp_path / "app.py").write_text(APP.format(module=module))

    run = plan_run(read_project(tmp_path, Config()), CODEMODS)

    (plan,) = run.plan.routes
    assert str(plan.rung) == rung
    after = "".join((change.after or b"").decode() for change in run.changes if change.path == "app.py")
    kept = "@in_flask_context\n@stamped\ndef numbered(n: int):\n    return jsonify(n=n)\n"
    assert (kept in after) == (rung == "native")
