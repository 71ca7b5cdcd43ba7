"""The front is an ordinary FastAPI application: middleware, lifespan, WebSockets, HEAD of streams, dependencies."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Request, WebSocket
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import StreamingResponse
from flask import Blueprint, Flask, url_for
from flask import request as flask_request

from flask2fastapi.support.hybrid import serve_rest_with_flask
from flask2fastapi.support.moved import is_moved, moved

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import httpx

Talk = Any


async def item(key: int) -> dict[str, int]:
    """Show one item."""
    return {"key": key}


def make(**options: Any) -> tuple[Flask, FastAPI]:
    """A blueprint whose item has moved, and a page that links to it."""
    flask_app, bp, router = Flask(__name__), Blueprint("shop", __name__), APIRouter()
    router.add_api_route("/{key:int}", item, name="shop.item")
    bp.add_url_rule("/<int:key>", "item", moved(item))
    bp.add_url_rule("/", "links", lambda: f"{url_for('.item', key=5)} {flask_request.endpoint}")
    flask_app.register_blueprint(bp, url_prefix="/shop")
    app = FastAPI(openapi_url=None, **options)
    app.include_router(router, prefix="/shop")
    return flask_app, serve_rest_with_flask(app, flask_app)


def test_links_go_to_moved_routes(ask: Callable[..., httpx.Response]) -> None:
    """Flask still builds the URL, and FastAPI serves it."""
    _, app = make()

    assert ask(app, "GET", "/shop/").text == "/shop/5 shop.links"
    assert ask(app, "GET", "/shop/5").json() == {"key": 5}


def test_a_stub_passes_for_its_view() -> None:
    """Exemptions and API documentation go by module, name, docstring; without its router Flask says where it went."""
    flask_app, _ = make()
    stub = flask_app.view_functions["shop.item"]

    assert (stub.__name__, stub.__module__, stub.__doc__) == ("item", __name__, "Show one item.")
    assert is_moved(flask_app, "shop.item")
    assert not is_moved(flask_app, "shop.links")
    assert not is_moved(flask_app, "nothing")
    answer = flask_app.test_client().get("/shop/5")
    assert (answer.status_code, answer.text) == (503, "moved to FastAPI: start asgi:app\n")


def test_an_endpoint_may_have_a_rule_for_each_operation() -> None:
    """Flask takes one function for an endpoint; stubs are all alike."""
    flask_app = Flask(__name__)
    flask_app.add_url_rule("/x", "x", moved(item), methods=["GET"])
    flask_app.add_url_rule("/x", "x", moved(make), methods=["POST"])

    with pytest.raises(AssertionError, match="overwriting"):
        flask_app.add_url_rule("/y", "x", lambda: "another view")


def test_middleware_of_the_front_wraps_both(ask: Callable[..., httpx.Response]) -> None:
    """Added before or after, pure or of the class kind: it sees moved and mounted routes, and may answer itself."""
    _, app = make()
    app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])

    @app.middleware("http")
    async def stamp(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        response.headers["X-Route"] = getattr(request.scope.get("route"), "name", "none")
        return response

    for path, name in [("/shop/5", "shop.item"), ("/shop/", "none"), ("/nowhere", "none")]:
        answer = ask(app, "GET", path, headers={"Origin": "https://shop.example"})
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        assert answer.headers["x-route"] == name
    preflight = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
    assert ask(app, "OPTIONS", "/shop/5", headers=preflight).text == "OK"


def test_lifespan_reaches_the_application(talk: Talk) -> None:
    """Start-up and shutdown are FastAPI's; its state is there for moved routes."""
    happened = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        happened.append("up")
        yield
        happened.append("down")

    _, app = make(lifespan=lifespan)
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = asyncio.run(talk(app, {"type": "lifespan", "state": {}}, messages))

    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert happened == ["up", "down"]


def test_websockets_are_fastapis(talk: Talk) -> None:
    """A socket route answers; where there is none the connection is refused, and Flask is not asked."""
    _, app = make()

    @app.websocket("/chat")
    async def chat(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("hello")
        await socket.close()

    scope = {"type": "websocket", "subprotocols": []}
    sent = asyncio.run(talk(app, {**scope, "path": "/chat"}, [{"type": "websocket.connect"}]))
    refused = asyncio.run(talk(app, {**scope, "path": "/shop/5"}, [{"type": "websocket.connect"}]))

    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.send", "websocket.close"]
    assert [message["type"] for message in refused] == ["websocket.close"]


def test_head_of_an_endless_stream_ends(talk: Talk) -> None:
    """Flask sends the headers and never starts the generator; here it is left as if the client had gone."""
    flask_app, app = Flask(__name__), FastAPI(openapi_url=None)

    async def ticks() -> AsyncIterator[bytes]:
        while True:
            yield b"tick\n"
            yield b"tock\n"
            await asyncio.sleep(0.01)

    def stream() -> StreamingResponse:
        return StreamingResponse(ticks(), headers={"X-Kind": "endless"})

    app.add_api_route("/ticks", stream, name="ticks", response_model=None)
    flask_app.add_url_rule("/ticks", "ticks", moved(stream))
    serve_rest_with_flask(app, flask_app)
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "HEAD",
        "path": "/ticks",
        "query_string": b"",
        "scheme": "http",
    }
    host = [(b"host", b"localhost")]
    sent = asyncio.run(talk(app, {**scope, "headers": host}, [{"type": "http.request"}]))

    assert (b"x-kind", b"endless") in sent[0]["headers"]
    assert sent[1:] == [{"type": "http.response.body", "body": b"", "more_body": False}]


def test_operations_have_all_that_fastapi_gives_them(ask: Callable[..., httpx.Response]) -> None:
    """Dependencies with exit code, background tasks, forms of the router, the URL of another operation."""
    happened: list[str] = []

    async def database() -> AsyncIterator[str]:
        yield "database"
        happened.append("closed")

    async def use(request: Request, background: BackgroundTasks, db: str = Depends(database)) -> dict[str, str]:
        background.add_task(happened.append, "task")
        return {"db": db, "url": str(request.url_for("shop.item", key=3)), "path": request.scope["route"].path}

    flask_app, app = make(dependencies=[Depends(lambda: happened.append("guard"))])
    app.add_api_route("/use", use, name="use")
    flask_app.add_url_rule("/use", "use", moved(use))
    answer = ask(app, "GET", "/use").json()

    assert answer == {"db": "database", "url": "http://localhost/shop/3", "path": "/use"}
    assert happened[0] == "guard"
    assert sorted(happened) == ["closed", "guard", "task"]


def test_a_prefix_of_the_deployment_is_kept_from_both(ask: Callable[..., httpx.Response]) -> None:
    """Mounted below another application, or behind a proxy that says so: links carry the prefix, routes do not."""
    _, app = make()
    outer = FastAPI(openapi_url=None)
    outer.mount("/old", app)

    assert ask(outer, "GET", "/old/shop/").text == "/old/shop/5 shop.links"
    assert ask(outer, "GET", "/old/shop/5").json() == {"key": 5}


def test_a_prefix_from_the_process_is_kept_from_both(
    ask: Callable[..., httpx.Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gunicorn's environment variable works on: Flask and FastAPI build URLs with it."""

    def link(request: Request) -> str:
        return str(request.url_for("shop.item", key=3))

    flask_app, app = make()
    app.add_api_route("/link", link, name="link")
    flask_app.add_url_rule("/link", "link", moved(item))
    monkeypatch.setenv("SCRIPT_NAME", "/old")

    assert ask(app, "GET", "/old/shop/").text == "/old/shop/5 shop.links"
    assert ask(app, "GET", "/old/link").json() == "http://localhost/old/shop/3"
