"""Sessions and flashed messages without Flask: cookies of both sides are the same, and each reads the other's."""

from __future__ import annotations

import random
import string
import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse
from flask import Flask, abort, jsonify
from flask import flash as flask_flash
from flask import get_flashed_messages as flask_get_flashed_messages
from flask import session as flask_session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature
from markupsafe import Markup

from flask2fastapi.support.full_app_context import keep_app_context
from flask2fastapi.support.full_flash import flash, get_flashed_messages
from flask2fastapi.support.full_hooks import RequestHooks
from flask2fastapi.support.full_http import keep_flask_http
from flask2fastapi.support.full_session import FlaskSession, session
from flask2fastapi.support.full_session_cookie import read_session, signed_session

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

KEY = "d\u00e9v"
ACTS: dict[str, Callable[[Any], Any]] = {
    "nothing": lambda _: None,
    "get": lambda it: it.get("user"),
    "in": lambda it: "user" in it,
    "missing": lambda it: it["missing"],
    "set": lambda it: it.__setitem__("user", "ann"),
    "set-all": lambda it: it.update(user={"id": 1}, at=(1, b"2"), list=[1]),
    "permanent": lambda it: [it.__setitem__("user", "bob"), it.__setattr__("permanent", True)],
    "not-permanent": lambda it: it.__setattr__("permanent", False),
    "clear": lambda it: it.clear(),
    "pop": lambda it: it.pop("user", None),
    "pop-missing": lambda it: it.pop("missing", None),
    "delete": lambda it: it.__delitem__("user"),
    "setdefault": lambda it: it.setdefault("user", "eve"),
    "nested": lambda it: it.setdefault("list", []).append(1),
    "nested-modified": lambda it: [it.setdefault("list", []).append(1), it.__setattr__("modified", True)],
    "popitem": lambda it: it.popitem() if it else None,
    "len": len,
    "bool": bool,
    "iterate": list,
    "attributes": lambda it: (it.new, it.permanent, it.modified),
    "text": str,
}
CONFIGS: list[dict[str, Any]] = [
    {"SECRET_KEY": KEY},
    {"SECRET_KEY": KEY, "SESSION_REFRESH_EACH_REQUEST": False, "PERMANENT_SESSION_LIFETIME": 3600},
    {
        "SECRET_KEY": KEY,
        "SESSION_COOKIE_NAME": "sid",
        "SESSION_COOKIE_DOMAIN": "localhost.local",
        "SESSION_COOKIE_PATH": "/act",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": False,
        "SESSION_COOKIE_SAMESITE": "lax",
        "SESSION_COOKIE_PARTITIONED": True,
        "SECRET_KEY_FALLBACKS": ["old"],
    },
    {"SECRET_KEY": b"\xff\x00", "APPLICATION_ROOT": "/a b"},
    {},
]


def flask_app(config: dict[str, Any]) -> Flask:
    app = Flask(__name__)
    app.config.update(config)

    @app.get("/act/<path:acts>")
    def act(acts: str) -> Any:
        done = [ACTS[name](flask_session) for name in acts.split("/")]
        return jsonify(repr(done)), {"Vary": "Accept"} if "in" in acts else {}

    @app.get("/fail")
    def fail() -> Any:
        flask_session["user"] = "ann"
        raise ValueError

    @app.get("/abort")
    def refuse() -> Any:
        flask_session["user"] = "ann"
        abort(403)

    return app


def fastapi_app(config: dict[str, Any], **given: Any) -> FastAPI:
    app = FastAPI(redirect_slashes=False, openapi_url=None)
    keep_flask_http(app)
    keep_app_context(app)
    app.add_middleware(FlaskSession, **given)
    app.state.config = config

    @app.get("/act/{acts:path}")
    def act(acts: str) -> Any:
        done = [ACTS[name](session) for name in acts.split("/")]
        return JSONResponse(repr(done), headers={"Vary": "Accept"} if "in" in acts else {})

    @app.get("/fail")
    async def fail() -> Any:
        session["user"] = "ann"
        raise ValueError

    @app.get("/abort")
    def refuse() -> Any:
        session["user"] = "ann"
        raise HTTPException(403)

    return app


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides look at the clock."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)


def cookies_of(answer: httpx.Response) -> list[str]:
    return answer.headers.get_list("set-cookie")


def told(answer: httpx.Response, config: dict[str, Any]) -> Any:
    """An answer with what its cookie holds, as Flask reads it, and its times without their seconds."""
    found = []
    for cookie in cookies_of(answer):
        pair, *parts = cookie.split("; ")
        name, _, value = pair.partition("=")
        held = serializer(config).loads(value) if value else ""
        found.append((name, held, sorted(each[:-7] if each.startswith("Expires") else each for each in parts)))
    body = answer.content if answer.status_code == 403 else answer.status_code == 200 and answer.json()
    return answer.status_code, found, answer.headers.get_list("vary"), body


def serializer(config: dict[str, Any]) -> Any:
    app = Flask(__name__)
    app.config.update(config)
    return SecureCookieSessionInterface().get_signing_serializer(app)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("seed", range(40))
def test_sessions_are_flasks(ask: Callable[..., Any], config: dict[str, Any], seed: int) -> None:
    """Random acts, the cookie handed on from one request to the next, and from one side to the other."""
    chance = random.Random(seed)
    before, after = flask_app(config), fastapi_app(config)
    cookie = ""
    for _ in range(6):
        acts = [chance.choice(list(ACTS)) for _ in range(chance.choice((1, 1, 2, 3)))]
        url = chance.choice([f"/act/{'/'.join(acts)}"] * 4 + ["/fail", "/abort"])
        headers = {"cookie": cookie} if cookie else {}
        old, new = ask(before, "GET", url, headers=headers), ask(after, "GET", url, headers=headers)
        assert told(new, config) == told(old, config), (url, cookie)
        for each in cookies_of(chance.choice([old, new])):
            cookie = each.partition(";")[0]


def test_settings_are_given_instead(ask: Callable[..., Any]) -> None:
    config = {"SECRET_KEY": "given", "SESSION_COOKIE_NAME": "sid"}
    old = ask(flask_app(config), "GET", "/act/set")
    new = ask(fastapi_app({}, secret_key="given", cookie_name="sid"), "GET", "/act/set")
    assert told(new, config) == told(old, config)
    with pytest.raises(TypeError, match="no setting \\['secret'\\]"):
        FlaskSession(FastAPI(), secret="given")


def value(chance: random.Random, depth: int) -> Any:
    """Anything that a session may hold."""
    kind = chance.randrange(16 if depth else 10)
    if kind >= 10:
        keys = ["a", "b", " t", " di", " b", " x", " d__", "\u00e9"]
        several = [value(chance, depth - 1) for _ in range(chance.randrange(4))]
        if kind >= 13:
            return {chance.choice(keys): each for each in several}
        return several if kind >= 11 else tuple(several)
    text = "".join(chance.choice(string.printable + "\u00e9\u2603") for _ in range(chance.randrange(300)))
    moment = datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=chance.randrange(-9, 9))))
    plain = [None, True, chance.randrange(10**9), chance.random(), text, text.encode(), Markup(text)]
    return [*plain, UUID(int=chance.getrandbits(128)), moment, moment.replace(tzinfo=None)][kind]


@pytest.mark.parametrize("seed", range(150))
def test_cookies_are_flasks(seed: int) -> None:
    """Byte for byte the same cookie, and the same contents read from it."""
    chance = random.Random(seed)
    held = {chance.choice("abc") * 3: value(chance, 3) for _ in range(chance.randrange(5))}
    flask = serializer({"SECRET_KEY": KEY})
    with Flask(__name__).app_context():
        cookie = flask.dumps(held)
    assert signed_session(held, KEY) == cookie
    assert read_session(cookie, [KEY], 60) == flask.loads(cookie)


def test_a_cookie_that_is_not_ours_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = signed_session({"user": "ann"}, "old")
    assert read_session(cookie, [KEY], 60) is None
    assert read_session(cookie, [KEY, "old"], 60) == {"user": "ann"}
    forged = ("", ".", "..", "a", "a.b.c", cookie[:-1], cookie[1:], cookie + "a", "\u00e9.\u00e9.\u00e9")
    for each in forged:
        assert read_session(each, ["old"], 60) is None
        with pytest.raises(BadSignature):
            serializer({"SECRET_KEY": "old"}).loads(each)
    now = time.time()
    for later, is_read in ((60, True), (61, False), (-1, False)):
        monkeypatch.setattr(time, "time", lambda later=later: now + later)
        assert (read_session(cookie, ["old"], 60) is not None) is is_read


def test_a_session_needs_no_context_but_the_request(ask: Callable[..., Any]) -> None:
    app = FastAPI()
    app.add_middleware(FlaskSession, secret_key="dev")

    @app.get("/")
    async def index(request: Request) -> Any:
        request.session["user"] = request.session.get("user", 0) + 1
        return request.session["user"]

    cookie = cookies_of(ask(app, "GET", "/"))[0]
    assert ask(app, "GET", "/", headers={"cookie": cookie.partition(";")[0]}).json() == 2


def test_hooks_may_change_the_session(ask: Callable[..., Any]) -> None:
    app = FastAPI()
    keep_flask_http(app)
    keep_app_context(app)
    hooks = RequestHooks(app)
    app.add_middleware(FlaskSession, secret_key="dev")

    @hooks.before_request
    def before(request: Request) -> None:
        session["before"] = request.url.path

    @hooks.after_request
    def after(_request: Request, _response: Any) -> None:
        session["after"] = session["before"]

    app.get("/")(lambda: HTMLResponse(""))
    (cookie,) = cookies_of(ask(app, "GET", "/"))
    held = serializer({"SECRET_KEY": "dev"}).loads(cookie.partition("=")[2].partition(";")[0])
    assert held == {"before": "/", "after": "/"}


FLASHES: list[tuple[Any, ...]] = [("one",), ("two", "error"), (Markup("<b>"), "info"), ("three", "error")]
READS: list[dict[str, Any]] = [
    {},
    {"with_categories": True},
    {"category_filter": ["error"]},
    {"with_categories": True, "category_filter": ["error", "info"]},
]


def test_flashed_messages_are_flasks(ask: Callable[..., Any]) -> None:
    before, after = flask_app({"SECRET_KEY": KEY}), fastapi_app({"SECRET_KEY": KEY})

    def told_of(add: Callable[..., Any], read: Callable[..., Any], number: int) -> str:
        for each in FLASHES[:number]:
            add(*each)
        return repr([read(**each) for each in READS])

    @before.get("/keep")
    def flask_keep() -> Any:
        for each in FLASHES:
            flask_flash(*each)
        return []

    @after.get("/keep")
    def keep() -> Any:
        for each in FLASHES:
            flash(*each)
        return []

    @before.get("/read/<int:number>")
    def flask_read(number: int) -> str:
        return told_of(flask_flash, flask_get_flashed_messages, number)

    @after.get("/read/{number:int}")
    async def read(number: int) -> Any:
        return HTMLResponse(told_of(flash, get_flashed_messages, number))

    config = {"SECRET_KEY": KEY}
    for made in (before, after):
        cookie = cookies_of(ask(made, "GET", "/keep"))[0].partition(";")[0]
        for headers in ({}, {"cookie": cookie}):
            for url in ("/read/0", "/read/3"):
                old, new = ask(before, "GET", url, headers=headers), ask(after, "GET", url, headers=headers)
                assert new.text == old.text
                assert told_cookies(new, config) == told_cookies(old, config)


def told_cookies(answer: httpx.Response, config: dict[str, Any]) -> Any:
    if any(each.startswith("session=;") for each in cookies_of(answer)):
        return "deleted"
    return [serializer(config).loads(each.partition(";")[0].partition("=")[2]) for each in cookies_of(answer)]


def test_there_is_no_session_without_a_request() -> None:
    with pytest.raises(RuntimeError, match="outside of request context"):
        session.get("user")
    assert not session
