"""Folders of static files answer as Flask's, of the application and of blueprints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN = """
from flask import Flask, url_for

app = Flask(__name__)


@app.route("/")
def index():
    return url_for("static", filename="css/site.css")


@app.route("/static/<name>", methods=["POST"])
def upload(name):
    return f"posted {name}"
"""
BLUEPRINT = {
    "app.py": """
from flask import Flask
from shop.views import bp

app = Flask(__name__, static_folder="files", static_url_path="/assets/")
app.register_blueprint(bp, url_prefix="/shop")


if __name__ == "__main__":
    app.run()
""",
    "files/css/site.css": "a {}",
    "shop/__init__.py": "",
    "shop/views.py": """
from flask import Blueprint, url_for

bp = Blueprint("shop", __name__, static_folder="pictures")


@bp.route("/")
def index():
    return url_for("static", filename="css/site.css") + url_for(".static", filename="a b.txt")
""",
    "shop/pictures/a b.txt": "picture",
}
AT_ROOT = """
from flask import Flask

app = Flask(__name__, static_folder="dist", static_url_path="")


@app.route("/")
def index():
    return "index"


@app.route("/api/<name>")
def api(name):
    return name
"""
RANGES = [{}, {"Range": "bytes=1-3"}, {"Range": "bytes=9-"}, {"Range": "bytes=0-1,2-3"}, {"Range": "x=1"}]


def _headers(answer: Any) -> Any:
    """Everything but what holds times and paths, which differ between the two folders."""
    status, headers, data = answer
    return status, [(name, "" if name in {"etag", "last-modified"} else value) for name, value in headers], data


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("headers", RANGES)
def test_files_of_an_application(pair: Callable[..., Any], method: str, headers: dict[str, str]) -> None:
    made = pair({"app.py": PLAIN, "static/css/site.css": "a {}", "static/a.txt": "text", "secret.txt": "no"})
    assert 'app.mount("/static", FlaskStaticFiles(directory="static"), name="static")' in made.sources["app.py"]
    for path in ["css/site.css", "a.txt", "", "css", "none.txt", "..%2fsecret.txt", "css%2f..%2fa.txt"]:
        before, after = made.whole(method, f"/static/{path}", headers)
        assert _headers(after) == _headers(before), path
    assert made.ask("GET", "/")[0] == made.ask("GET", "/")[1]


def test_unchanged_files_are_not_sent_again(pair: Callable[..., Any]) -> None:
    made = pair({"app.py": PLAIN, "static/a.txt": "text"})
    before, after = made.whole("GET", "/static/a.txt", {})
    for headers in ["etag", "last-modified"]:
        name = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}[headers]
        mine, theirs = (dict(each[1])[headers] for each in (before, after))
        assert mine
        assert made.whole("GET", "/static/a.txt", {name: theirs})[1][0] == 304
        assert made.whole("GET", "/static/a.txt", {name: mine})[0][0] == 304


def test_files_of_a_blueprint_and_under_another_url(pair: Callable[..., Any]) -> None:
    made = pair(BLUEPRINT)
    for path in [
        *("/", "/shop/", "/assets/css/site.css", "/shop/pictures/a%20b.txt", "/static/css/site.css", "/pictures/a"),
        *("/shop/pictures/none", "/assets/..%2fapp.py", "/shop/static/a"),
    ]:
        before, after = made.whole("GET", path, {})
        assert _headers(after) == _headers(before), path
    for path in ["/static/css/site.css", "/assets/x", "/shop/pictures/a"]:
        before, after = made.whole("POST", path, {})
        assert after == before, path


def test_files_at_the_root(pair: Callable[..., Any]) -> None:
    made = pair({"app.py": AT_ROOT, "dist/app.js": "1", "dist/api/x": "2"})
    for path in ["/", "/app.js", "/api/x", "/api/x/y", "/none", "/api/", "/static/x"]:
        before, after = made.whole("GET", path, {})
        assert _headers(after) == _headers(before), path
