"""A moved view reads its JSON body as Flask does, and a body that is none gets Flask's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fastapi import APIRouter, FastAPI
from flask import Flask, request

from flask2fastapi.support.hybrid import serve_rest_with_flask
from flask2fastapi.support.json_body import JSONBody  # noqa: TC001 - FastAPI reads it
from flask2fastapi.support.moved import moved

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

JSON = {"content-type": "application/json"}


def original(debug: bool) -> Flask:
    app = Flask(__name__)
    app.debug = debug

    @app.post("/echo")
    def echo() -> Any:
        return {"got": request.get_json()}

    return app


def hybrid(debug: bool) -> FastAPI:
    flask_app = Flask(__name__)
    flask_app.debug = debug
    router = APIRouter()

    @router.post("/echo")
    def echo(data: JSONBody) -> Any:
        return {"got": data}

    flask_app.add_url_rule("/echo", "echo", moved(echo), methods=["POST"])
    app = FastAPI(openapi_url=None)
    app.include_router(router)
    return serve_rest_with_flask(app, flask_app)


@pytest.mark.parametrize("debug", [False, True], ids=["plain", "debug"])
@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b'{"a": [1, null]}', JSON),
        (b"null", JSON),
        (b"{broken", JSON),
        (b"\xff", JSON),
        (b"", JSON),
        (b"a=1", {"content-type": "application/x-www-form-urlencoded"}),
        (b"{}", {}),
    ],
    ids=["object", "null", "broken", "bytes", "empty", "form", "untyped"],
)
def test_bodies_get_the_answers_of_flask(
    ask: Callable[..., httpx.Response], content: bytes, headers: dict[str, str], debug: bool
) -> None:
    """In debug mode Flask also says where a body is broken."""
    expected = ask(original(debug), "POST", "/echo", content=content, headers=headers)
    came = ask(hybrid(debug), "POST", "/echo", content=content, headers=headers)

    assert came.status_code == expected.status_code
    assert came.headers["content-type"] == expected.headers["content-type"]
    if expected.status_code == 200:
        assert came.json() == expected.json()
    else:
        assert came.text == expected.text
