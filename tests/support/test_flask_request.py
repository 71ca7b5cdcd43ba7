"""What moved views read of their request by Flask's own names is what Flask itself reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi import Request as StarletteRequest
from flask import Blueprint, Flask, Request, request

from flask2fastapi.support.flask_request import FlaskRequest  # noqa: TC001 - FastAPI reads it
from flask2fastapi.support.form_body import FormBody, FormFiles  # noqa: TC001 - FastAPI reads it
from flask2fastapi.support.hybrid import serve_rest_with_flask
from flask2fastapi.support.moved import moved

if TYPE_CHECKING:
    from collections.abc import Callable

ATTRIBUTES = (
    *("args", "form", "values", "cookies", "method", "path", "full_path", "script_root", "root_path"),
    *(
        "url",
        "base_url",
        "url_root",
        "root_url",
        "host_url",
        "host",
        "scheme",
        "is_secure",
        "remote_addr",
        "remote_user",
    ),
    *("query_string", "endpoint", "blueprint", "view_args", "url_rule", "is_json", "mimetype", "mimetype_params"),
    *("content_type", "content_length", "content_encoding", "referrer", "user_agent", "authorization", "date"),
    *("accept_mimetypes", "accept_languages", "accept_charsets", "accept_encodings", "access_route", "cache_control"),
    *("if_match", "if_none_match", "if_modified_since", "if_unmodified_since", "if_range", "range", "pragma", "origin"),
    *("max_forwards", "want_form_data_parsed", "access_control_request_method", "max_content_length"),
)
OF_THE_CLIENT = {"headers", "content_length", "user_agent", "accept_mimetypes", "accept_encodings"}
BYTES = b'--B\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nhello\r\n--B\r\n'
MULTIPART = BYTES + b'Content-Disposition: form-data; name="x"\r\n\r\n1\r\n--B--\r\n'
FORM = {"content-type": "application/x-www-form-urlencoded"}
BODIES: list[tuple[bytes, dict[str, str]]] = [
    (b"", {}),
    (b"x=1&x=2&y=", FORM),
    (b"x=%FF&caf%C3%A9=1&+a=b+c", FORM),
    (b"x=" + b"1" * 400, FORM),
    (MULTIPART, {"content-type": "multipart/form-data; boundary=B"}),
    (MULTIPART[:-20], {"content-type": "multipart/form-data; boundary=B"}),
    (MULTIPART, {"content-type": "multipart/form-data"}),
    (b'{"a": 1}', {"content-type": "application/json"}),
    (b"raw", {"content-type": "TEXT/Plain; charset=latin-1"}),
]


class House(Request):
    """A request class as projects have them."""

    @property
    def shouted(self) -> str:
        return self.path.upper()


def described(read: Any) -> Any:
    """Everything above of a request, as text."""
    found = {name: repr(getattr(read, name)) for name in ATTRIBUTES if hasattr(read, name)}
    found["headers"] = repr(sorted(read.headers))
    return {**found, "all": repr(read.args.to_dict(flat=False)), "shouted": read.shouted}


def data_of(read: Any) -> Any:
    first = read.get_data(as_text=True)
    return {"data": first, "form": read.form.to_dict(flat=False), "again": read.data.decode()}


def stream_of(read: Any) -> Any:
    return {"first": read.stream.read(2).decode("latin-1"), "rest": read.stream.read().decode("latin-1")}


def form_of(form: Any, files: Any) -> Any:
    uploads = {name: [file.filename, file.read().decode(), file.mimetype] for name, file in files.items()}
    return {"form": form.to_dict(flat=False), "x": form["x"], "has": "y" in form, "files": uploads}


def blueprint(views: dict[str, Any]) -> Blueprint:
    found = Blueprint("things", __name__, url_prefix="/things")
    for name, view in views.items():
        found.add_url_rule(f"/{name}/<int:number>", name, view, methods=["GET", "POST"])
    return found


def flask_app(views: dict[str, Any], limit: int | None) -> Flask:
    app = Flask(__name__)
    app.request_class = House
    app.config["MAX_CONTENT_LENGTH"] = limit
    app.register_blueprint(blueprint(views))
    return app


def original(limit: int | None) -> Flask:
    views = {
        "all": lambda number: described(request),
        "data": lambda number: data_of(request),
        "stream": lambda number: stream_of(request),
        "form": lambda number: form_of(request.form, request.files),
        "unread": lambda number: {"number": number},
        "headers": lambda number: {"a": request.headers.get("X-A"), "b": request.headers.get("X-B", "none")},
    }
    return flask_app(views, limit)


def hybrid(limit: int | None) -> FastAPI:
    router = APIRouter()

    @router.api_route("/things/all/{number:int}", methods=["GET", "POST"], name="things.all")
    async def everything(number: int, request: FlaskRequest) -> Any:
        return described(request)

    @router.api_route("/things/data/{number:int}", methods=["GET", "POST"], name="things.data")
    async def data(number: int, request: FlaskRequest) -> Any:
        return data_of(request)

    @router.api_route("/things/stream/{number:int}", methods=["GET", "POST"], name="things.stream")
    def stream(number: int, request: FlaskRequest) -> Any:
        return stream_of(request)

    @router.api_route("/things/form/{number:int}", methods=["GET", "POST"], name="things.form")
    def form(number: int, form: FormBody, files: FormFiles) -> Any:
        return form_of(form, files)

    @router.api_route("/things/unread/{number:int}", methods=["GET", "POST"], name="things.unread")
    async def unread(number: int, form: FormBody, files: FormFiles) -> Any:
        return {"number": number}

    @router.api_route("/things/headers/{number:int}", methods=["GET", "POST"], name="things.headers")
    async def headers(number: int, request: StarletteRequest) -> Any:
        return {"a": request.headers.get("X-A"), "b": request.headers.get("X-B", "none")}

    views = {name.name.rpartition(".")[2]: moved(name.endpoint) for name in router.routes}  # type: ignore[attr-defined]
    app = FastAPI(openapi_url=None)
    app.include_router(router)
    return serve_rest_with_flask(app, flask_app(views, limit))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Werkzeug leaves broken uploads open
@pytest.mark.parametrize("limit", [None, 300])
@pytest.mark.parametrize("path", ["all", "data", "stream", "form", "unread"])
def test_the_body_is_read_alike(ask: Callable[..., httpx.Response], path: str, limit: int | None) -> None:
    """Forms, files, streams and limits; what nobody reads is no error."""
    before, after = original(limit), hybrid(limit)

    for content, headers in BODIES:
        for method in ("GET", "POST"):
            found = [
                ask(app, method, f"/things/{path}/5?a=1", content=content, headers=headers) for app in (before, after)
            ]
            assert [found[1].status_code, _read(found[1])] == [found[0].status_code, _read(found[0])], content


HEADERS: list[dict[str, str]] = [
    {},
    {"authorization": "Basic dTpw"},
    {"authorization": "Basic !"},
    {"authorization": "Bearer token"},
    {"authorization": "Digest a=b"},
    {"cookie": 'c="a b"; c=2; d=%20x; e=v=1; f'},
    {"accept": "text/html;q=0.5,application/json", "accept-language": "de;q=0.1,en"},
    {"x-forwarded-for": "1.2.3.4, 5.6.7.8", "referer": "http://r/", "user-agent": "agent/1.0 (x)"},
    {"if-none-match": '"a", W/"b"', "if-modified-since": "Tue, 02 Jan 2024 03:04:05 GMT", "range": "bytes=0-5"},
    {"content-type": "application/vnd.api+json; charset=utf-8", "x-a": "b"},
]


@pytest.mark.parametrize("query", ["", "?", "?a=1&a=2&b=", "?a=%FF&%C3%A9=%20+", "?a;b=c&&=&d"])
def test_attributes_are_alike(ask: Callable[..., httpx.Response], query: str) -> None:
    """Everything that a request has, for odd headers and queries."""
    before, after = original(None), hybrid(None)

    for headers in HEADERS:
        url = f"/things/all/5{query}"
        found = [json.loads(ask(app, "GET", url, headers=_plus(headers)).content) for app in (before, after)]
        assert found[1] == found[0], headers


def test_repeated_headers_are_joined(serve: Callable[..., int]) -> None:
    """Starlette's own headers are what a WSGI server hands on, over real servers."""
    sent = [("X-A", "1"), ("x-a", "2"), ("X_B", "3"), ("Cookie", "a=1"), ("X-A", "")]
    found = []
    for app in (original(None), hybrid(None)):
        url = f"http://127.0.0.1:{serve(app)}/things/headers/1"
        found.append(httpx.get(url, headers=sent).json())

    assert found[1] == found[0] == {"a": "1,2,", "b": "none"}


def _plus(headers: dict[str, str]) -> dict[str, str]:
    return {"user-agent": "tests", "accept": "*/*", "accept-encoding": "gzip", "connection": "close", **headers}


def _read(response: httpx.Response) -> Any:
    if response.headers.get("content-type") == "application/json":
        found = json.loads(response.content)
        return {name: value for name, value in found.items() if name not in OF_THE_CLIENT}
    return response.content
