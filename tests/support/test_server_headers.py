"""Headers that a server adds to every answer, beside those that Flask's answers bring along, on real servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI
from flask import Flask, Response, send_file

from flask2fastapi.support.hybrid import serve_rest_with_flask
from flask2fastapi.support.in_flask_context import in_flask_context
from flask2fastapi.support.moved import moved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Serve = Any
LONG_AGO = "Thu, 01 Jan 1970 00:00:00 GMT"


@pytest.fixture
def flask_app(tmp_path: Path) -> Flask:
    """Serves a file by its static folder, and one by a view."""
    (tmp_path / "style.css").write_text("p { color: red }")
    app = Flask(__name__, static_folder=str(tmp_path), static_url_path="/static")
    app.add_url_rule("/old", "old", lambda: Response("old", headers={"Date": LONG_AGO, "Server": "ours"}))
    return app


def front(flask_app: Flask) -> FastAPI:
    return serve_rest_with_flask(FastAPI(openapi_url=None), flask_app)


def dates(port: int, path: str) -> list[str]:
    return httpx.get(f"http://127.0.0.1:{port}{path}").headers.get_list("Date")


@pytest.mark.parametrize("http", ["h11", "httptools"])
def test_static_files_are_dated_once_by_the_server(flask_app: Flask, serve: Serve, http: str) -> None:
    pytest.importorskip(http)
    port = serve(front(flask_app), http=http)
    assert len(dates(port, "/static/style.css")) == 1
    assert dates(port, "/old") != [LONG_AGO]
    assert len(dates(port, "/old")) == 1


def test_files_of_operations_in_flasks_context_are_dated_once(flask_app: Flask, tmp_path: Path, serve: Serve) -> None:
    app = FastAPI(openapi_url=None)

    def file() -> Any:
        return send_file(tmp_path / "style.css")

    app.add_api_route("/file", in_flask_context(file, flask_returns=True), name="file", response_model=None)
    flask_app.add_url_rule("/file", "file", moved(file))
    port = serve(serve_rest_with_flask(app, flask_app))
    assert httpx.get(f"http://127.0.0.1:{port}/file").text == "p { color: red }"
    assert len(dates(port, "/file")) == 1


def test_a_date_stays_where_the_server_adds_none(flask_app: Flask, serve: Serve, ask: Callable[..., Any]) -> None:
    port = serve(front(flask_app), date_header=False)
    assert dates(port, "/old") == [LONG_AGO]
    assert len(dates(port, "/static/style.css")) == 1
    assert ask(front(flask_app), "GET", "/old").headers["Date"] == LONG_AGO


def test_what_an_application_calls_its_server_is_not_taken_away(flask_app: Flask, serve: Serve) -> None:
    port = serve(front(flask_app), server_header=False)
    assert httpx.get(f"http://127.0.0.1:{port}/old").headers.get_list("Server") == ["ours"]
