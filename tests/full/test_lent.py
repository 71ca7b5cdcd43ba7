"""Rules without a view that lend a name to the URL of another, in applications that leave Flask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

APP = """
from flask import Flask, redirect, url_for


def create_app():
    app = Flask(__name__)
    from pages import bp

    app.register_blueprint(bp)
    app.add_url_rule("/posts", endpoint="posts")
    return app
"""
PAGES = """
from flask import Blueprint, redirect, url_for

bp = Blueprint("pages", __name__)


@bp.route("/posts", methods=["GET", "POST"])
def index():
    return url_for("posts", page=2, _anchor="end") + url_for("pages.index")


@bp.route("/away")
def away():
    return redirect(url_for("posts"))


@bp.route("/outside")
def outside():
    return url_for("posts", _external=True) + url_for("posts", _method="GET")
"""


def test_it_builds_the_url_and_serves_nothing(pair: Callable[..., Any]) -> None:
    made = pair({"app.py": APP, "pages.py": PAGES}, lambda module: module.create_app())
    for path in ("/posts", "/posts/", "/away", "/outside", "/", "//posts"):
        for method in ("GET", "HEAD", "POST", "OPTIONS", "PUT"):
            before, after = made.ask(method, path)
            assert after == before, (method, path)
    assert 'app.router.routes.append(BuildOnly("/posts", "posts"))' in made.sources["app.py"]
    assert {row.rung.value for row in made.run.plan.routes} == {"native"}
    assert not made.again.changes
    names = {row.route.endpoint for row in made.again.plan.routes}
    assert names == {"pages.index", "pages.away", "pages.outside"}


@pytest.mark.parametrize(
    "becomes",
    [
        'app.add_url_rule("/other", endpoint="posts")\n',
        'app.add_url_rule("/posts", endpoint="posts", methods=["GET", "DELETE"])\n',
        'app.add_url_rule("/posts", endpoint="pages.index")\n',
        'app.add_url_rule("/posts", endpoint="posts", strict_slashes=False)\n',
        'app.add_url_rule("/posts", endpoint="posts")\n    app.view_functions["posts"] = print\n',
    ],
)
def test_rules_that_are_more_than_a_name_keep_flask(planned: Callable[..., Any], becomes: str) -> None:
    text = APP.replace('app.add_url_rule("/posts", endpoint="posts")\n', becomes)
    assert becomes in text
    (front,) = planned({"app.py": text, "pages.py": PAGES}).plan.fronts
    assert front.state == "hybrid"


def test_a_rule_that_comes_first_keeps_flask(planned: Callable[..., Any]) -> None:
    """It would be asked first, and answer 500."""
    rule = '    app.add_url_rule("/posts", endpoint="posts")\n'
    text = APP.replace(rule, "").replace("    from pages", f"{rule}    from pages")
    run = planned({"app.py": text, "pages.py": PAGES})
    (front,) = run.plan.fronts
    assert front.state == "hybrid"
    assert {row.route.endpoint: row.rung.value for row in run.plan.routes}["posts"] == "mounted"
