"""Who serves a request, and how it is answered: an application before and after some of its views moved."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from flask import Flask, url_for
from flask import request as flask_request
from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from flask2fastapi.support.hybrid import serve_rest_with_flask
from flask2fastapi.support.moved import moved

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

KEPT_HEADERS = ("content-type", "content-length", "location", "set-cookie")


class FlaskPath(Convertor[str]):
    regex = "[^/].*?"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("flaskpath", FlaskPath())
RULES: dict[str, tuple[str, str, list[str], dict[str, Any]]] = {
    "index": ("/", "/", ["GET"], {}),
    "leaf": ("/leaf", "/leaf", ["GET"], {}),
    "branch": ("/branch/", "/branch/", ["GET"], {}),
    "lenient": ("/lenient", "/lenient", ["GET"], {"strict_slashes": False}),
    "item": ("/items/<int:key>", "/items/{key:int}", ["GET", "DELETE"], {}),
    "any_item": ("/items/<key>", "/items/{key}", ["GET"], {}),
    "new": ("/items/new", "/items/new", ["GET", "POST"], {}),
    "file": ("/files/<path:key>", "/files/{key:flaskpath}", ["GET"], {}),
    "uuid": ("/u/<uuid:key>", "/u/{key:uuid}", ["GET"], {}),
    "float": ("/float/<float:key>", "/float/{key:float}", ["GET"], {}),
    "limited": ("/limited/<int(min=5):key>", "/limited/{key:int}", ["GET"], {}),
    "post": ("/post", "/post", ["POST"], {}),
    "own_options": ("/own", "/own", ["GET", "OPTIONS"], {"provide_automatic_options": False}),
}
PATHS = [
    *("/", "/leaf", "/leaf/", "/branch", "/branch/", "/branch?x=1", "/branch//", "/lenient", "/lenient/", "/post"),
    *(
        "/items/5",
        "/items/-5",
        "/items/new",
        "/items/٣",
        "/items/a%2Fb",
        "/items/",
        "/items//5",
        "/files/a/b.txt",
        "/own",
    ),
    *("/files/", "/files//a", f"/u/{uuid.UUID(int=7)}", f"/u/{uuid.UUID(int=7).hex}", "/float/1.5", "/float/1"),
    *("/limited/4", "/limited/5", "/nowhere", "/LEAF", "/static/none.css", "/items/é"),
]
METHODS = ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "BREW"]
EACH = [[], ["item"], ["any_item", "leaf", "lenient"], list(RULES)]


def make(native: list[str]) -> tuple[Flask, FastAPI]:
    """The application with some of its views moved to FastAPI, which are included in the order of their names."""
    flask_app = Flask(__name__)
    router = APIRouter()
    for name, (rule, path, methods, options) in sorted(RULES.items()):
        view, operation = flask_view(name), fastapi_operation(name)
        if name in native:
            router.add_api_route(path, operation, methods=methods, name=name)
            flask_app.add_url_rule(rule, name, moved(operation), methods=methods, **options)
        else:
            flask_app.add_url_rule(rule, name, view, methods=methods, **options)
    app = FastAPI(openapi_url=None)
    app.include_router(router)
    return flask_app, serve_rest_with_flask(app, flask_app)


def flask_view(name: str) -> Callable[..., str]:
    def view(**values: object) -> str:
        return f"{name} {flask_request.method} {values.get('key')!r}"

    return view


def fastapi_operation(name: str) -> Callable[..., HTMLResponse]:
    def operation(request: Request) -> HTMLResponse:
        return HTMLResponse(f"{name} {request.method} {request.path_params.get('key')!r}")

    return operation


def seen(response: httpx.Response) -> dict[str, Any]:
    """What a client sees, but for the order of methods."""
    headers = {name: response.headers.get(name) for name in KEPT_HEADERS}
    allow = set(response.headers["allow"].split(", ")) if "allow" in response.headers else None
    return {"status": response.status_code, "body": response.content, "allow": allow, **headers}


@pytest.mark.parametrize("native", EACH, ids=lambda names: f"{len(names)} native")
@pytest.mark.parametrize("path", PATHS)
def test_answers_are_flasks(path: str, native: list[str], ask: Callable[..., httpx.Response]) -> None:
    """Precedence, converters, slashes, merged slashes, HEAD, OPTIONS and 405 stay what they were, whoever serves."""
    before, _ = make([])
    _, after = make(native)

    for method in METHODS:
        assert seen(ask(after, method, path)) == seen(ask(before, method, path)), method


def test_moved_views_are_served_by_fastapi(ask: Callable[..., httpx.Response]) -> None:
    """Flask alone could not answer: its own test client meets the stubs."""
    flask_app, app = make(list(RULES))

    assert flask_app.test_client().get("/items/5").status_code == 503
    assert ask(app, "GET", "/items/5").text == "item GET 5"


def test_hosts_and_subdomains_decide_too(ask: Callable[..., httpx.Response]) -> None:
    """With host matching a route is served on its host only, Flask's page elsewhere."""
    flask_app = Flask(__name__, host_matching=True, static_folder=None)
    flask_app.add_url_rule("/", "shop", moved(fastapi_operation("shop")), host="shop.example")
    flask_app.add_url_rule("/", "blog", flask_view("blog"), host="<key>.blog.example")
    app = FastAPI(openapi_url=None)
    app.add_api_route("/", fastapi_operation("shop"), name="shop")
    serve_rest_with_flask(app, flask_app)
    hosts = ("shop.example", "ann.blog.example", "else.example")
    found = [ask(app, "GET", "/", base_url=f"http://{host}") for host in hosts]

    assert [answer.text for answer in found[:2]] == ["shop GET None", "blog GET 'ann'"]
    assert found[2].status_code == 404


def test_subdomains_are_bound_as_flask_binds_them(ask: Callable[..., httpx.Response]) -> None:
    """A moved route of a subdomain answers there, and is unknown on the bare domain."""
    flask_app = Flask(__name__, subdomain_matching=True, static_folder=None)
    flask_app.config["SERVER_NAME"] = "shop.example"
    flask_app.add_url_rule("/", "api", moved(fastapi_operation("api")), subdomain="api")
    app = FastAPI(openapi_url=None)
    app.add_api_route("/", fastapi_operation("api"), name="api")
    serve_rest_with_flask(app, flask_app)

    assert ask(app, "GET", "/", base_url="http://api.shop.example").text == "api GET None"
    assert ask(app, "GET", "/", base_url="http://shop.example").status_code == 404


def test_one_endpoint_may_have_several_rules(ask: Callable[..., httpx.Response]) -> None:
    """Each rule reaches the route with its own parameters; Flask's redirect for defaults stays."""
    flask_app = Flask(__name__)
    app = FastAPI(openapi_url=None)
    for rule, path, options in [("/p/", "/p/", {"defaults": {"key": 1}}), ("/p/<int:key>", "/p/{key:int}", {})]:
        flask_app.add_url_rule(rule, "page", moved(fastapi_operation("page")), **options)
        app.add_api_route(path, fastapi_operation("page"), name="page")
    serve_rest_with_flask(app, flask_app)
    answers = [ask(app, "GET", path) for path in ("/p/", "/p/2", "/p/1")]

    assert [answer.text for answer in answers[:2]] == ["page GET None", "page GET 2"]
    assert (answers[2].status_code, answers[2].headers["location"]) == (308, "http://localhost/p/")


def test_the_rule_that_matched_chooses_among_routes_of_one_name(ask: Callable[..., httpx.Response]) -> None:
    """The first route that matches by FastAPI's order may be that of another rule."""
    flask_app = Flask(__name__)
    app = FastAPI(openapi_url=None)
    for rule, path in [("/q/<path:rest>", "/q/{rest:path}"), ("/q/<int:key>", "/q/{key:int}")]:
        flask_app.add_url_rule(rule, "q", moved(fastapi_operation("q")))
        app.add_api_route(path, fastapi_operation("q"), name="q")
    serve_rest_with_flask(app, flask_app)

    assert ask(app, "GET", "/q/5").text == "q GET 5"


def test_an_endpoint_may_be_split_between_the_two(ask: Callable[..., httpx.Response]) -> None:
    """A method that has no operation yet is still Flask's, under the same endpoint."""
    flask_app = Flask(__name__)
    flask_app.add_url_rule("/x", "x", flask_view("x"), methods=["GET", "POST"])
    app = FastAPI(openapi_url=None)
    app.add_api_route("/x", lambda: PlainTextResponse("FastAPI"), name="x", methods=["GET"])
    serve_rest_with_flask(app, flask_app)

    assert [ask(app, method, "/x").text for method in ("GET", "POST")] == ["FastAPI", "x POST None"]


def test_a_route_that_only_shares_its_name_takes_nothing(ask: Callable[..., httpx.Response]) -> None:
    """FastAPI names routes after functions: `index` of a new page must not answer for Flask's `index`."""
    _, app = make([])
    app.add_api_route("/new/{page}", lambda page: page, name="index")

    assert ask(app, "GET", "/").text == "index GET None"


def test_new_routes_and_documentation_need_no_flask(ask: Callable[..., httpx.Response]) -> None:
    """What only FastAPI has is served, mounts and prefixes too; Flask's own paths keep precedence."""
    flask_app = Flask(__name__)
    flask_app.add_url_rule("/leaf", "leaf", flask_view("leaf"))
    app = serve_rest_with_flask(FastAPI(), flask_app)
    router = APIRouter(prefix="/v2")
    router.add_api_route("/new", lambda: PlainTextResponse("new"))
    app.include_router(router)
    app.mount("/sub", Starlette(routes=[Route("/{rest:path}", lambda request: PlainTextResponse(request.url.path))]))
    for method in ("GET", "POST"):
        app.add_api_route("/leaf", lambda: PlainTextResponse("FastAPI"), name=f"{method} leaf", methods=[method])

    assert ask(app, "GET", "/v2/new").text == "new"
    assert ask(app, "HEAD", "/v2/new").status_code == 200
    assert ask(app, "GET", "/sub/deep/er").text == "/sub/deep/er"
    assert [ask(app, method, "/leaf").text for method in ("GET", "POST")] == ["leaf GET None", "FastAPI"]
    assert list(ask(app, "GET", "/openapi.json").json()["paths"]) == ["/v2/new", "/leaf"]
    assert ask(app, "GET", "/docs").status_code == 200
    assert ask(make([])[1], "GET", "/docs").status_code == 404


def test_a_rule_for_any_path_gives_way_to_new_routes(ask: Callable[..., httpx.Response]) -> None:
    """Single-page applications answer every path; so does a static folder at the root."""
    flask_app = Flask(__name__, static_url_path="", static_folder=None)
    flask_app.add_url_rule("/<path:key>", "page", flask_view("page"))
    app = serve_rest_with_flask(FastAPI(openapi_url=None), flask_app)
    app.add_api_route("/api/new", lambda: PlainTextResponse("new"))

    assert [ask(app, "GET", path).text for path in ("/api/new", "/other")] == ["new", "page GET 'other'"]


def test_rules_added_later_count(ask: Callable[..., httpx.Response]) -> None:
    """Extensions and tests add rules and routes after the front was built."""
    flask_app, app = make(["leaf"])
    assert ask(app, "GET", "/leaf").text == "leaf GET None"
    flask_app.add_url_rule("/later", "later", flask_view("later"))
    assert ask(app, "GET", "/later").text == "later GET None"
    app.add_api_route("/later", fastapi_operation("native"), name="later")
    assert ask(app, "GET", "/later").text == "native GET None"


def test_a_converter_that_needs_its_application_is_flasks_business(ask: Callable[..., httpx.Response]) -> None:
    """Matching outside of a request may fail where Flask's own would not: then Flask serves."""
    flask_app = Flask(__name__)

    class Slug(flask_app.url_map.converters["default"]):  # type: ignore[name-defined]
        def to_python(self, value: str) -> str:
            return f"{url_for('static', filename=value)}"

    flask_app.url_map.converters["slug"] = Slug
    flask_app.add_url_rule("/s/<slug:key>", "slug", flask_view("slug"))
    app = serve_rest_with_flask(FastAPI(openapi_url=None), flask_app)

    assert seen(ask(app, "GET", "/s/x")) == seen(ask(flask_app, "GET", "/s/x"))


def test_parameters_are_validated_as_fastapi_does(ask: Callable[..., httpx.Response]) -> None:
    """A moved route is an ordinary operation: parameters, and FastAPI's answer to those that are wrong."""
    flask_app = Flask(__name__)
    app = FastAPI(openapi_url=None)

    @app.get("/n/{key:int}", name="n")
    async def n(key: int, size: Annotated[int, "how many"] = 2) -> list[int]:
        return [key] * size

    flask_app.add_url_rule("/n/<int:key>", "n", moved(n))
    serve_rest_with_flask(app, flask_app)

    assert ask(app, "GET", "/n/4").json() == [4, 4]
    assert ask(app, "GET", "/n/٤?size=1").json() == [4]
    assert ask(app, "GET", "/n/4?size=x").status_code == 422
