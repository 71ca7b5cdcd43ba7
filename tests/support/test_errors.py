"""What a moved route raises is answered by Flask's own handlers, as when it was a view."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import PlainTextResponse, StreamingResponse
from flask import Blueprint, Flask, Response, abort, flash, got_request_exception, jsonify
from flask import request as flask_request
from werkzeug.exceptions import HTTPException as WerkzeugHTTPException
from werkzeug.exceptions import NotFound

from flask2fastapi.support.hybrid import serve_rest_with_flask
from flask2fastapi.support.moved import moved

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    import httpx


class ShopError(Exception):
    """An exception of the application's own."""


class Closed(ShopError):
    """One with a more general handler."""


def raise_in_flask(kind: str) -> None:
    match kind:
        case "404":
            abort(404)
        case "404-text":
            abort(404, "no such <book>")
        case "401":
            answer = jsonify(error="who?")
            answer.status_code = 401
            abort(answer)
        case "405":
            abort(405)
        case "418":
            abort(418, "short & stout")
        case "500":
            abort(500)
    raise_own(kind)


def raise_in_fastapi(kind: str) -> None:
    match kind:
        case "404":
            raise HTTPException(404)
        case "404-text":
            raise HTTPException(404, "no such <book>")
        case "401":
            answer = Response('{"error":"who?"}\n', 401, mimetype="application/json")
            raise WerkzeugHTTPException(response=answer)
        case "405":
            raise HTTPException(405)
        case "418":
            raise HTTPException(418, "short & stout")
        case "500":
            raise HTTPException(500)
    raise_own(kind)


def raise_own(kind: str) -> None:
    match kind:
        case "werkzeug":
            raise NotFound("by a helper")
        case "own":
            raise ShopError("shut")
        case "closed":
            raise Closed("for today")
        case "unhandled":
            raise ZeroDivisionError


KINDS = ["404", "404-text", "401", "405", "418", "500", "werkzeug", "own", "closed", "unhandled"]


def make(handlers: str, *, native: bool) -> Flask | FastAPI:
    """A shop with one blueprint whose view raises, before (a Flask application) or after it moved."""
    flask_app = Flask(__name__)
    flask_app.secret_key = "test"
    bp, router = Blueprint("shop", __name__), APIRouter()

    async def operation(kind: str) -> None:
        raise_in_fastapi(kind)

    router.add_api_route("/{kind}", operation, name="shop.fail", methods=["GET", "POST"])
    view: Any = moved(operation) if native else raise_in_flask
    bp.add_url_rule("/<kind>", "fail", view, methods=["GET", "POST"])
    if handlers != "none":
        add_handlers(flask_app, bp, handlers)
    flask_app.register_blueprint(bp, url_prefix="/shop")
    app = FastAPI(openapi_url=None)
    app.include_router(router, prefix="/shop")
    return serve_rest_with_flask(app, flask_app) if native else flask_app


def add_handlers(flask_app: Flask, bp: Blueprint, handlers: str) -> None:
    def answer(error: Exception) -> tuple[str, int, dict[str, str]]:
        flash("seen")
        code = getattr(error, "code", None) or 400
        original = type(getattr(error, "original_exception", None)).__name__
        asked = f"{flask_request.endpoint} {flask_request.get_data()!r}"
        said = f"{handlers} {type(error).__name__} {error} {original} {asked}"
        return said, code, {"X-Handler": handlers}

    if handlers == "codes":
        for code in (404, 418, 500):
            flask_app.register_error_handler(code, answer)
        flask_app.register_error_handler(ShopError, answer)
    elif handlers == "blueprint":
        bp.register_error_handler(404, answer)
        bp.register_error_handler(Closed, answer)
    elif handlers == "http":
        flask_app.register_error_handler(WerkzeugHTTPException, answer)
    elif handlers == "all":
        flask_app.register_error_handler(Exception, answer)

    @flask_app.after_request
    def stamp(response: Response) -> Response:
        response.headers["X-Stamp"] = "1"
        return response


@pytest.mark.parametrize("handlers", ["none", "codes", "blueprint", "http", "all"])
@pytest.mark.parametrize("kind", KINDS)
def test_flask_answers_as_it_did(kind: str, handlers: str, ask: Callable[..., httpx.Response]) -> None:
    """Status, body and headers, with handlers by code, by class, of a blueprint, for all, and with none."""
    for method, body in [("GET", b""), ("POST", b"order=1"), ("HEAD", b"")]:
        sent: dict[str, Any] = {"content": body, "headers": {"Content-Type": "text/plain"}} if body else {}
        before = ask(make(handlers, native=False), method, f"/shop/{kind}", **sent)
        after = ask(make(handlers, native=True), method, f"/shop/{kind}", **sent)

        assert (after.status_code, after.content) == (before.status_code, before.content)
        assert comparable(after) == comparable(before)


def comparable(response: httpx.Response) -> dict[str, str]:
    """The headers, of the session cookie what it holds: its signature has the time in it."""
    return {name: value.split(".")[0] if name == "set-cookie" else value for name, value in response.headers.items()}


def hybrid(operation: Callable[..., Any], methods: tuple[str, ...] = ("GET",), **config: Any) -> tuple[Flask, FastAPI]:
    """An application whose only route, `/x`, has moved."""
    flask_app, app = Flask(__name__), FastAPI(openapi_url=None)
    flask_app.config.update(config)
    app.add_api_route("/x", operation, name="x", methods=list(methods), response_model=None)
    flask_app.add_url_rule("/x", "x", moved(operation), methods=list(methods))
    return flask_app, serve_rest_with_flask(app, flask_app)


def test_handlers_can_read_what_the_operation_has_read(ask: Callable[..., httpx.Response]) -> None:
    """The body is there again, whole, as it was in a view."""

    async def operation(request: Request) -> None:
        assert len(await request.body()) == 100_000
        raise ShopError

    flask_app, app = hybrid(operation, ("POST",))
    flask_app.register_error_handler(ShopError, lambda error: (str(len(flask_request.get_data())), 400))

    assert ask(app, "POST", "/x", content=b"x" * 100_000).text == "100000"


def test_a_large_upload_is_not_kept_for_handlers(ask: Callable[..., httpx.Response]) -> None:
    """What an operation would spool to disk must not fill the memory: handlers find the first mebibyte at most."""

    async def operation(request: Request) -> None:
        assert sum([len(chunk) async for chunk in request.stream()]) == 3 * 2**20
        raise ShopError

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(24):
            yield b"x" * 2**17

    flask_app, app = hybrid(operation, ("POST",))
    flask_app.register_error_handler(ShopError, lambda error: (str(len(flask_request.get_data())), 400))

    assert int(ask(app, "POST", "/x", content=chunks()).text) <= 2**20


def test_headers_of_an_error_survive(ask: Callable[..., httpx.Response]) -> None:
    """A challenge is part of the answer that a guard gives."""

    def operation() -> None:
        raise HTTPException(401, "who?", headers={"WWW-Authenticate": "Basic realm=shop"})

    answer = ask(hybrid(operation)[1], "GET", "/x")

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Basic realm=shop")
    assert "who?" in answer.text


def test_an_unhandled_error_is_flasks_to_log_and_to_signal(
    ask: Callable[..., httpx.Response], caplog: pytest.LogCaptureFixture
) -> None:
    """Error trackers hang on the signal; the traceback names the operation."""

    def operation() -> None:
        raise ZeroDivisionError

    flask_app, app = hybrid(operation)
    signalled: list[Exception] = []
    receiver: Callable[..., None] = lambda sender, exception: signalled.append(exception)  # noqa: E731
    with got_request_exception.connected_to(receiver, flask_app), caplog.at_level(logging.ERROR):
        assert ask(app, "GET", "/x").status_code == 500

    assert [type(error) for error in signalled] == [ZeroDivisionError]
    (record,) = [record for record in caplog.records if record.name == flask_app.logger.name]
    assert "in operation" in (record.exc_text or "")


def test_testing_lets_errors_through(ask: Callable[..., httpx.Response]) -> None:
    """With TESTING Flask raises; the server sees the exception as a WSGI server would."""

    def operation() -> None:
        raise ZeroDivisionError

    answer = ask(hybrid(operation, TESTING=True)[1], "GET", "/x")

    assert (answer.status_code, answer.text) == (500, "Internal Server Error")


def test_handlers_that_were_added_to_fastapi_come_first(ask: Callable[..., httpx.Response]) -> None:
    """Who adds a handler to the new application means it; others of the same kind stay Flask's."""

    def operation(kind: str) -> None:
        raise Closed if kind == "closed" else HTTPException(404)

    _, app = hybrid(operation)
    app.add_exception_handler(ShopError, lambda request, error: PlainTextResponse("FastAPI's", 409))

    assert ask(app, "GET", "/x?kind=closed").text == "FastAPI's"
    assert "<title>404 Not Found</title>" in ask(app, "GET", "/x?kind=x").text


def test_a_begun_answer_is_not_answered_again(ask: Callable[..., httpx.Response]) -> None:
    """When a stream breaks, nothing can be said any more: the server must see the error."""
    handled = []

    def chunks() -> Iterator[str]:
        yield "first"
        raise ShopError

    flask_app, app = hybrid(lambda: StreamingResponse(chunks()))
    flask_app.register_error_handler(ShopError, lambda error: handled.append(error) or "handled")
    answer = ask(app, "GET", "/x")

    assert (answer.text, handled) == ("first", [])


def test_a_view_that_is_still_flasks_is_not_run_in_place_of_an_error(ask: Callable[..., httpx.Response]) -> None:
    """A route put before a whole view, by hand, has FastAPI's errors: Flask would do the work again."""
    calls = []
    flask_app, app = Flask(__name__), FastAPI(openapi_url=None)
    flask_app.add_url_rule("/x", "x", lambda: calls.append("view") or "view")

    def operation() -> None:
        raise HTTPException(404, "gone")

    app.add_api_route("/x", operation, name="x")
    serve_rest_with_flask(app, flask_app)

    assert ask(app, "GET", "/x").json() == {"detail": "gone"}
    assert calls == []
