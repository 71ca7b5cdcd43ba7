"""Views that return what is no response are answered by handlers of status 500 alone, as Flask has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.native.conftest import Sides

APP = """
from flask import Flask, jsonify

app = Flask(__name__)


@app.errorhandler(KIND)
def handled(error):
    return jsonify(error=type(error).__name__), getattr(error, "code", None) or 400


@app.route("/")
def index():
    return None


@app.route("/raising")
def raising():
    raise TypeError
"""


@pytest.mark.parametrize("kind", ["Exception", "TypeError", "500"])
def test_no_response_is_an_error_of_the_server(both: Callable[..., Sides], kind: str) -> None:
    sides = both(APP.replace("KIND", kind))
    for path in ("/", "/raising"):
        before, after = sides.ask("GET", path)
        assert after == before, path
