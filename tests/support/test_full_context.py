"""``g``, ``request`` and ``current_app`` without Flask: what they say, and that no request sees another's."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import flask
import httpx
import pytest
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse
from flask import Flask
from starlette.background import BackgroundTask

from flask2fastapi.support.full_app_context import app_context, keep_app_context
from flask2fastapi.support.full_config import FlaskConfig
from flask2fastapi.support.full_context import current_app, g, has_app_context, has_request_context
from flask2fastapi.support.full_form import FormBody  # noqa: TC001 - FastAPI reads it
from flask2fastapi.support.full_hooks import RequestHooks
from flask2fastapi.support.full_http import keep_flask_http
from flask2fastapi.support.full_request_here import request, request_context
from flask2fastapi.support.full_session import FlaskSession, session
from flask2fastapi.support.full_url_for import url_for

Ask = Callable[..., httpx.Response]


def made() -> FastAPI:
    app = FastAPI(redirect_slashes=False, openapi_url=None)
    keep_flask_http(app)
    app.state.config = FlaskConfig(__name__)
    app.state.config["SECRET_KEY"] = "dev"
    keep_app_context(app)
    return app


def mixed(seen: list[str]) -> FastAPI:  # noqa: C901 - one function for each kind
    """Hooks, dependencies, helpers, streams and tasks, sync and async, that all use what belongs to the request."""
    app = made()
    hooks = RequestHooks(app)
    app.add_middleware(FlaskSession)

    @hooks.before_request
    def load(_request: Request) -> None:
        g.user = session.get("user", request.args.get("user"))
        g.trace = [request.path]

    @hooks.after_request
    async def add(_request: Request, response: Any) -> None:
        await asyncio.sleep(random.random() / 200)
        response.headers["X-User"] = g.user
        response.headers["X-Trace"] = " ".join(g.trace)

    @hooks.teardown_request
    def end(_request: Request, _error: Any) -> None:
        g.pop("lazy", None)
        seen.append(g.user)

    def helper() -> dict[str, Any]:
        g.trace.append("helper")
        g.setdefault("lazy", g.user)
        session["user"] = g.user
        return {"user": g.user, "lazy": g.lazy, "asked": request.args["user"], "form": request.form.get("user")}

    def depended() -> None:
        g.trace.append("dependency")

    async def awaited() -> None:
        await asyncio.sleep(random.random() / 200)
        g.trace.append("awaited")

    @app.post("/sync")
    def sync() -> Any:
        time.sleep(random.random() / 200)
        return JSONResponse(helper())

    @app.post("/async", dependencies=[Depends(depended), Depends(awaited)])
    async def asynchronous(form: FormBody) -> Any:
        await asyncio.sleep(random.random() / 200)
        assert form["user"] == g.user
        return JSONResponse(helper())

    @app.post("/thread")
    async def thread() -> Any:
        return JSONResponse(await anyio.to_thread.run_sync(helper))

    @app.post("/stream")
    def stream() -> Any:
        return StreamingResponse((g.user for _ in range(3)), background=BackgroundTask(lambda: seen.append(g.user)))

    @app.post("/fail")
    def fail() -> Any:
        helper()
        raise ValueError

    @app.exception_handler(ValueError)
    def told(_request: Request, _error: Exception) -> Any:
        return JSONResponse(helper(), 500)

    return app


def test_two_hundred_clients_see_only_their_own() -> None:
    """Distinct users at the same time, each twice: the second time only the session says who it is."""
    seen: list[str] = []
    app = mixed(seen)
    paths = ("/sync", "/async", "/thread", "/stream", "/fail")

    async def visit(number: int) -> None:
        user = f"user-{number}"
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            for path in (paths[number % 5], paths[(number * 7 + 1) % 5]):
                answer = await client.post(f"{path}?user={user}", data={"user": user})
                assert answer.headers["x-user"] == user
                assert answer.headers["x-trace"].startswith(path)
                if path == "/stream":
                    assert answer.text == user * 3
                else:
                    assert answer.json() == {"user": user, "lazy": user, "asked": user, "form": user}
            kept = (await client.post("/stream?user=nobody")).text
            assert kept == (user * 3 if "session" in client.cookies else "nobody" * 3)

    async def all_visit() -> None:
        await asyncio.gather(*(visit(number) for number in range(200)))

    asyncio.run(all_visit())
    assert seen.count("user-17") >= 2
    assert not has_app_context()


def told_of_g(g: Any) -> list[Any]:
    """What ``g`` says of itself."""
    found: list[Any] = ["x" in g, g.get("x"), g.get("x", 1), g.setdefault("y", 2), g.pop("x", 3), list(g)]
    g.x = [1]
    g.x.append(2)
    found += [g.x, "x" in g, sorted(g), hasattr(g, "z"), repr(g)]
    del g.x
    found.append("x" in g)
    acts: list[Callable[[], Any]] = [lambda: g.x, lambda: g.pop("x"), lambda: g.__delattr__("x")]
    for act in acts:
        try:
            act()
        except (AttributeError, KeyError) as error:
            found.append(type(error).__name__)
    return found


def test_g_is_flasks() -> None:
    flask_app, app = Flask(__name__), made()
    with flask_app.app_context():
        before = told_of_g(flask.g)
    with app_context(app):
        after = told_of_g(g)
        with app_context(app):
            assert "y" not in g
        assert g.y == 2
    assert after == before
    with pytest.raises(RuntimeError, match="outside of application context"):
        _ = g.x


ASKED = ("endpoint", "blueprint", "blueprints", "view_args", "path", "method", "url", "host", "query_string")
PATHS = ("/", "/shop/item/3?a=1&a=2", "/shop/item/x", "/nowhere", "/slash", "//shop//item/3", "/only-post")


def told_of_request(request: Any, has_request: Callable[[], bool]) -> list[Any]:
    return [repr(getattr(request, name)) for name in ASKED] + [repr(request), request.args.getlist("a"), has_request()]


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", PATHS)
def test_the_request_is_flasks_in_hooks_and_operations(ask: Ask, path: str, method: str) -> None:
    """Also where nothing serves it, and before it is known what will."""
    told: dict[str, list[Any]] = {"flask": [], "fastapi": []}
    flask_app, app = Flask(__name__), made()
    shop = flask.Blueprint("shop", __name__)

    def before() -> Any:
        told["flask"].append(told_of_request(flask.request, flask.has_request_context))

    def after(_request: Any = None) -> None:
        told["fastapi"].append(told_of_request(request, has_request_context))

    flask_app.before_request(before)
    RequestHooks(app).before_request(after)
    for owner, rule, methods in (
        (flask_app, "/", ["GET", "POST"]),
        (shop, "/shop/item/<int:number>", ["GET"]),
        (flask_app, "/slash/", ["GET"]),
        (flask_app, "/only-post", ["POST"]),
    ):
        name = rule.strip("/").partition("/")[0].replace("-", "_") or "index"
        owner.add_url_rule(rule, name, lambda **_: str(before()), methods=methods)
        whole = f"shop.{name}" if owner is shop else name

        def operation() -> Any:
            after()
            return HTMLResponse("None")

        app.add_api_route(rule.replace("<int:number>", "{number:int}"), operation, methods=methods, name=whole)
    flask_app.register_blueprint(shop)
    old, new = ask(flask_app, method, path), ask(app, method, path)
    assert new.status_code == old.status_code
    assert told["fastapi"] == told["flask"]


def told_of_app(app: Any, root: str) -> list[Any]:
    with app.open_resource("conftest.py") as raw, app.open_resource("conftest.py", "r") as text:
        found = [raw.read(20), text.read(20)]
    found += [app.name, app.import_name, app.debug, app.testing, app.secret_key, app.root_path]
    app.testing = True
    app.extensions["mail"] = root
    app.config["MAIL"] = 1
    with pytest.raises(ValueError, match="only be opened for reading"):
        app.open_resource("conftest.py", "w")
    found += [app.config["TESTING"], app.testing, app.config["MAIL"], app.extensions]
    app.custom = 1
    return [*found, app.custom, hasattr(app, "missing"), app.logger.name]


def test_the_current_application_says_what_flasks_says() -> None:
    flask_app, app = Flask(__name__), made()
    flask_app.secret_key = "dev"
    with flask_app.app_context():
        before = told_of_app(flask.current_app, "x")
    with app_context(app):
        after = told_of_app(current_app, "x")
        assert current_app == current_app._get_current_object()
        with current_app.app_context():
            assert current_app.custom == 1
    assert after == before
    assert app.custom == 1  # type: ignore[attr-defined]
    assert not current_app


def test_a_script_can_stand_in_a_request() -> None:
    app = made()
    app.get("/item/{number:int}", name="item")(lambda number: number)
    with request_context(app, "/item/3?a=1", method="POST", data=b"a=2", headers={"Content-Type": FORM}):
        assert (request.args["a"], request.form["a"], request.path) == ("1", "2", "/item/3")
        assert url_for("item", number=4, _external=True) == "http://localhost/item/4"
        assert request.view_args is None
        g.x = 1
    assert not has_request_context()


FORM = "application/x-www-form-urlencoded"


def test_a_body_is_read_by_whoever_asks_first(talk: Callable[..., Coroutine[Any, Any, Any]]) -> None:
    """A hook reads it in a thread, part by part; the operation gets all of it, and so does what it calls."""
    app = made()
    found: list[Any] = []

    @RequestHooks(app).before_request
    def first(_request: Request) -> None:
        found.append(request.form["a"])

    @app.post("/")
    async def index(raw: Request, form: FormBody) -> Any:
        found.extend([await raw.body(), form["a"], request.get_data()])
        raise HTTPException(404)

    headers = [(b"content-type", FORM.encode()), (b"content-length", b"5")]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    parts = [{"type": "http.request", "body": body, "more_body": body == b"a=1"} for body in (b"a=1", b"23")]
    sent = asyncio.run(talk(app, scope, parts))
    assert sent[0]["status"] == 404
    assert found == ["123", b"a=123", "123", b""]


def test_only_a_thread_can_wait_for_a_body(ask: Ask) -> None:
    app = made()

    @app.post("/")
    async def index() -> Any:
        return JSONResponse(request.form)

    assert ask(app, "POST", "/", content=b"a=1", headers={"Content-Type": FORM}).status_code == 500
