"""``CORS`` without Flask gives the headers of Flask-CORS, for all kinds of options and requests."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

pytest.importorskip("flask_cors")

import flask
import flask_cors
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from flask2fastapi.support.full_cors import CORS
from flask2fastapi.support.full_http import keep_flask_http

OPTIONS: list[dict[str, Any]] = [
    {},
    {"supports_credentials": True},
    {"send_wildcard": True},
    {"origins": "http://a.org"},
    {"origins": ["http://a.org", "http://b.org"], "supports_credentials": True},
    {"origins": [r"http://.*\.a\.org", "http://b.org"], "vary_header": False},
    {"origins": re.compile(r"http://.*\.a\.org$")},
    {"origins": "*", "always_send": False},
    {"origins": ["http://a.org"], "always_send": False, "max_age": 600},
    {"max_age": timedelta(hours=1), "methods": ["GET", "put"], "expose_headers": ["X-B", "X-A"]},
    {"methods": "GET", "expose_headers": "X-A", "allow_headers": "Content-Type"},
    {"allow_headers": ["X-One", "x-t.*"], "allow_private_network": True},
    {"resources": r"/api/*"},
    {"resources": [r"/api/.*", "/open"], "origins": "http://a.org"},
    {"resources": {r"/api/*": {"origins": "http://a.org"}, "/api/deep/*": {"origins": "http://b.org"}, "/open": {}}},
    {"resources": {"*": {"max_age": 5}}, "supports_credentials": True},
]
SETTINGS: list[dict[str, Any]] = [{}, {"CORS_ORIGINS": "http://b.org", "CORS_SUPPORTS_CREDENTIALS": True}]
PATHS = ("/open", "/api/", "/api/deep/x", "/missing", "/fail")
ORIGINS = (None, "http://a.org", "http://B.org", "http://x.a.org", "http://x.a.org.evil")
ASKED: list[dict[str, str]] = [
    {},
    {"Access-Control-Request-Method": "PUT"},
    {"Access-Control-Request-Method": "get", "Access-Control-Request-Headers": "X-Two, content-type,X-One"},
    {"Access-Control-Request-Private-Network": "true"},
]


def apps(options: dict[str, Any], settings: dict[str, Any]) -> tuple[Any, Any]:
    old = flask.Flask(__name__)
    old.config.update(settings)
    flask_cors.CORS(old, **options)
    new = FastAPI(redirect_slashes=False, openapi_url=None)
    keep_flask_http(new)
    new.state.config = dict(settings)
    CORS(new, **options)
    for path in PATHS:
        if path not in ("/missing", "/fail"):
            old.add_url_rule(path, path, lambda: flask.Response("x", mimetype="text/plain"))
            new.add_api_route(path, lambda: "x", response_class=PlainTextResponse)

    def fail() -> str:
        raise ValueError

    old.add_url_rule("/fail", "/fail", fail)
    new.add_api_route("/fail", fail, response_class=PlainTextResponse)
    return old, new


def shown(status: int, pairs: Any) -> Any:
    found = [(name.lower(), value) for name, value in pairs]
    return status, sorted(pair for pair in found if pair[0].startswith("access-control") or pair[0] == "vary")


@pytest.mark.parametrize("settings", SETTINGS, ids=["plain", "settings"])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_headers_are_the_same(options: dict[str, Any], settings: dict[str, Any]) -> None:
    old, new = apps(options, settings)
    requests = [
        (method, path, {**asked, **({"Origin": origin} if origin else {})})
        for method in ("GET", "OPTIONS")
        for path in PATHS
        for origin in ORIGINS
        for asked in ASKED
    ]
    client = old.test_client()
    before = []
    for method, path, headers in requests:
        response = client.open(path, method=method, headers=headers)
        before.append(shown(response.status_code, response.headers.items()))

    assert asyncio.run(answers(new, requests)) == before


async def answers(app: Any, requests: list[Any]) -> list[Any]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        found = [await client.request(method, path, headers=headers) for method, path, headers in requests]
    return [shown(each.status_code, each.headers.multi_items()) for each in found]


def test_everybody_with_credentials_is_refused() -> None:
    for options in ({"supports_credentials": True, "send_wildcard": True},):
        with pytest.raises(ValueError, match="supports_credentials"):
            flask_cors.CORS(flask.Flask(__name__), **options)
        with pytest.raises(ValueError, match="supports_credentials"):
            CORS(FastAPI(), **options)
