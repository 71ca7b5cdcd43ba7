"""Pages of a FastAPI application are, to the byte, those that Flask renders of the same templates."""

# ruff: noqa: E501 - lines of templates
from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import flask
import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from flask import Flask

from flask2fastapi.support.full_app_context import keep_app_context
from flask2fastapi.support.full_config import FlaskConfig
from flask2fastapi.support.full_context import g
from flask2fastapi.support.full_flash import flash
from flask2fastapi.support.full_hooks import RequestHooks
from flask2fastapi.support.full_http import keep_flask_http
from flask2fastapi.support.full_session import FlaskSession, session
from flask2fastapi.support.full_templates import (
    FlaskTemplates,
    render_template,
    render_template_string,
    stream_template,
    stream_template_string,
)

if TYPE_CHECKING:
    from pathlib import Path

Ask = Callable[..., httpx.Response]
FILES = {
    "templates/base.html": "<title>{% block title %}{{ config['NAME'] }}{% endblock %}</title>{{ site }}|{% block body %}{% endblock %}",
    "templates/page.html": """{% extends "base.html" %}{% from "_macros.html" import link, who %}
{% block body %}
{{ title }} {{ title|safe }} {{ data|tojson }} {{ rich|tojson }} {{ title|shout }} {{ title|backwards }} {{ 4 is odd_one }}
{{ link('shop.item', number=3, q='a b') }} {{ who() }} {{ twice(4) }} {{ version }} {{ url_for('page', _external=True) }}
{{ url_for('static', filename='a b.css') }} {{ url_for('.page', _anchor='x') }}
{% for category, message in get_flashed_messages(with_categories=true) %}[{{ category }}: {{ message }}]{% endfor %}
{% with messages = get_flashed_messages(category_filter=['error']) %}{{ messages }}{% endwith %}
{{ session.user }} {{ session.get('none') }} {{ session['user'] }} {{ g.user }} {{ g.get('x', 1) }} {{ 'user' in g }}
{{ request.path }} {{ request.args.get('x') }} {{ request.args.x }} {{ request.method }} {{ request.endpoint }}
{{ request.form.a }} {{ request.url }} {{ request.blueprint }} {{ config.NAME }} {{ config.get('DEBUG') }}
{{ missing }} {{ missing is defined }} {{ shared }} {{ given }} {{ of_shop }} {% if session %}in{% endif %}
{% include "part.txt" %}{% include ["none.html", "part.html"] %}{% set x = namespace(a=1) %}{{ x.a }}
{{ "<i>" ~ title }} {{ ["a", "<"]|join(",") }} {{ title|e }} {% autoescape false %}{{ title }}{% endautoescape %}
{% endblock %}""",
    "templates/_macros.html": """{% macro link(name) %}<a href="{{ url_for(name, **kwargs) }}">{{ request.path }}</a>{% endmacro %}
{% macro who() %}{{ g.user }}/{{ session.user }}/{{ config.NAME }}/{{ get_flashed_messages()|length }}{% endmacro %}""",
    "templates/part.html": "part {{ title }}\n",
    "templates/part.txt": "text {{ title }}\n",
    "templates/error.html": "{{ undefined.attribute }}",
    **{
        f"templates/v.{end}": "{{ title }}\n\n"
        for end in ("txt", "svg", "xml", "html.j2", "xhtml", "htm", "HTML", "js")
    },
    "shop/pages/shop/item.html": """{% extends "base.html" %}{% block body %}{{ number }} {{ url_for('.item', number=number + 1) }}
{{ url_for('page') }} {{ of_shop }} {{ shared }} {{ request.blueprint }} {{ request.view_args }}{% endblock %}""",
    "shop/pages/part.html": "of the shop",
    "late/only.html": "late {{ site }} {{ of_shop }}",
}
VALUES: dict[str, Any] = {
    "title": "T <b> & '\"",
    "data": {"b": "</script>&'\"\u00e9\u2603", "a": [1, None, True, 1.5]},
    "rich": [
        dt.datetime(2024, 1, 2, tzinfo=dt.UTC),
        dt.date(2024, 1, 2),
        uuid.UUID(int=1),
        decimal.Decimal("1.50"),
    ],
    "given": "view's",
}
NAMED = [f"v.{end}" for end in ("txt", "svg", "xml", "html.j2", "xhtml", "htm", "HTML", "js")]
STRINGS = [
    "{{ title }}",
    "{{ request.path }} {{ g.user }}",
    "{% include 'part.html' %}",
    "{{ given }}{{ shared }}",
    "a\n",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path


def helpers(owner: Any, shop: Callable[[Any], Any]) -> None:
    """What both sides register alike."""
    owner.template_filter("shout")(lambda text: text.upper())
    owner.template_test("odd_one")(lambda number: number % 2)

    def backwards(text: str) -> str:
        return text[::-1]

    def twice(number: int) -> int:
        return 2 * number

    owner.template_filter()(backwards)
    owner.template_global()(twice)

    owner.context_processor(lambda: {"site": "site", "given": "processor's", "shared": "first", "of_shop": "no"})
    owner.context_processor(lambda: {"shared": "second"})
    shop(lambda: {"of_shop": "yes", "given": "shop's"})


def flask_app(folder: Path) -> Flask:
    app = Flask(__name__, root_path=str(folder))
    app.config.update(NAME="<N>", SECRET_KEY="dev")
    shop = flask.Blueprint("shop", __name__, root_path=str(folder / "shop"), template_folder="pages")
    late = flask.Blueprint("late", __name__, root_path=str(folder), template_folder="late")
    helpers(app, shop.context_processor)
    app.jinja_env.globals["version"] = "V1"
    app.before_request(lambda: setattr(flask.g, "user", "<bob>"))

    @app.route("/page", methods=["GET", "POST"])
    def page() -> str:
        flask.session["user"] = "<u>"
        flask.flash("m<1>")
        flask.flash("m2", "error")
        return flask.render_template("page.html", **VALUES)

    @app.get("/named/<path:name>")
    def named(name: str) -> str:
        names: list[Any] = name.split(",")
        return flask.render_template(names, **VALUES)

    @app.get("/text/<int:number>")
    def text(number: int) -> str:
        return flask.render_template_string(STRINGS[number], **VALUES)

    @app.get("/streamed/<int:number>")
    def streamed(number: int) -> Any:
        parts = flask.stream_template_string(STRINGS[number], **VALUES) if number else flask.stream_template("v.txt")
        return flask.Response(parts)

    @shop.get("/item/<int:number>")
    def item(number: int) -> str:
        return flask.render_template("shop/item.html", number=number, given=1)

    app.register_blueprint(shop)
    app.register_blueprint(late)
    return app


def fastapi_app(folder: Path) -> FastAPI:
    app = FastAPI(redirect_slashes=False, openapi_url=None)
    keep_flask_http(app)
    app.state.config = FlaskConfig(__name__)
    app.state.config.update(NAME="<N>", SECRET_KEY="dev")
    keep_app_context(app)
    hooks = RequestHooks(app)
    app.add_middleware(FlaskSession)
    templates = FlaskTemplates(app, folder / "templates")
    helpers(templates, lambda function: templates.context_processor(function, "shop"))
    templates.env.globals["version"] = "V1"
    hooks.before_request(lambda _request: setattr(g, "user", "<bob>"))
    shop = APIRouter()

    @app.api_route("/page", methods=["GET", "POST"], response_class=HTMLResponse)
    def page(request: Request) -> Any:
        session["user"] = "<u>"
        flash("m<1>")
        flash("m2", "error")
        return render_template("page.html", **VALUES)

    @app.get("/named/{name:path}", response_class=HTMLResponse)
    def named(name: str) -> Any:
        return render_template(name.split(","), **VALUES)

    @app.get("/text/{number:int}", response_class=HTMLResponse)
    async def text(number: int) -> Any:
        return render_template_string(STRINGS[number], **VALUES)

    @app.get("/streamed/{number:int}")
    def streamed(number: int) -> Any:
        parts = stream_template_string(STRINGS[number], **VALUES) if number else stream_template("v.txt")
        return StreamingResponse(parts, media_type="text/html")

    @shop.get("/item/{number:int}", name="shop.item", response_class=HTMLResponse)
    async def item(number: int) -> Any:
        return render_template("shop/item.html", number=number, given=1)

    app.include_router(shop)
    templates.add_folder(folder / "shop/pages")
    templates.add_folder(folder / "late")
    return app


PAGES = [("GET", "/page?x=<1>"), ("POST", "/page"), ("GET", "/item/3"), ("GET", "/named/none.html,part.html")]
PAGES += [("GET", f"/named/{name}") for name in (*NAMED, "only.html", "none.html", "error.html", "none,none")]
PAGES += [("GET", f"/{kind}/{number}") for number in range(len(STRINGS)) for kind in ("text", "streamed")]


def test_pages_are_flasks(ask: Ask, folder: Path) -> None:
    before, after = flask_app(folder), fastapi_app(folder)
    for method, url in PAGES:
        form = {"content": b"a=<f>", "headers": {"content-type": "application/x-www-form-urlencoded"}}
        options = form if method == "POST" else {}
        old, new = ask(before, method, url, **options), ask(after, method, url, **options)
        assert (url, new.status_code, new.text) == (url, old.status_code, old.text)
        assert new.headers["content-type"] == old.headers["content-type"]
        assert new.headers.get("vary") == old.headers.get("vary"), url
        assert ("set-cookie" in new.headers) is ("set-cookie" in old.headers)
    assert "yes" in ask(after, "GET", "/item/3").text
    assert ask(after, "GET", "/named/error.html").status_code == 500


@pytest.mark.parametrize("config", [{}, {"DEBUG": True}, {"DEBUG": True, "TEMPLATES_AUTO_RELOAD": False}])
def test_templates_are_read_again_where_flask_reads_them_again(tmp_path: Path, config: dict[str, Any]) -> None:
    flask_app, app = Flask(__name__), FastAPI()
    flask_app.config.update(config)
    app.state.config = config
    assert FlaskTemplates(app, tmp_path, trim_blocks=True).env.auto_reload is flask_app.jinja_env.auto_reload
    assert app.state.templates.env.trim_blocks
