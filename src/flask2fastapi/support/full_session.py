"""Flask's session, in Flask's cookie: who was logged in stays logged in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NoReturn

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .full_app_context import APP_CONTEXT
from .full_cookies import dump_cookie
from .full_json import _UTC
from .full_local import Local
from .full_request_headers import cookies_of
from .full_session_cookie import read_session, signed_session

_SESSION_SETTINGS: dict[str, tuple[str, Any]] = {
    "secret_key": ("SECRET_KEY", None),
    "fallbacks": ("SECRET_KEY_FALLBACKS", None),
    "cookie_name": ("SESSION_COOKIE_NAME", "session"),
    "domain": ("SESSION_COOKIE_DOMAIN", None),
    "path": ("SESSION_COOKIE_PATH", None),
    "httponly": ("SESSION_COOKIE_HTTPONLY", True),
    "secure": ("SESSION_COOKIE_SECURE", False),
    "samesite": ("SESSION_COOKIE_SAMESITE", None),
    "partitioned": ("SESSION_COOKIE_PARTITIONED", False),
    "lifetime": ("PERMANENT_SESSION_LIFETIME", timedelta(days=31)),
    "refresh_each_request": ("SESSION_REFRESH_EACH_REQUEST", True),
}


class FlaskSession:
    """Middleware for ``session`` and ``request.session``, in Flask's signed cookie.

    What it is not given is what ``app.state.config`` says at the time of a request,
    under Flask's names (``flask.sessions.SecureCookieSessionInterface``).
    """

    def __init__(self, app: ASGIApp, /, **settings: Any) -> None:
        unknown = settings.keys() - _SESSION_SETTINGS
        if unknown:
            raise TypeError(f"FlaskSession has no setting {sorted(unknown)}")
        self._app = app
        self._given = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request with its session."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        settings = self._settings(scope)
        session = scope["session"] = _session_of(scope, settings)

        def save(message: Message) -> None:
            if message["type"] == "http.response.start" and settings["secret_key"]:
                _save_session(session, settings, MutableHeaders(scope=message))

        async def send_saved(message: Message) -> None:
            save(message)
            await send(message)

        context = APP_CONTEXT.get(None)
        if context is None:
            await self._app(scope, receive, send_saved)
            return
        context.at_start.append(save)  # an answer to an error is not sent through here
        await self._app(scope, receive, send)

    def _settings(self, scope: Scope) -> dict[str, Any]:
        config = getattr(scope["app"].state, "config", {})
        known = _SESSION_SETTINGS.items()
        found = {name: config.get(*setting) for name, setting in known}
        found.update(self._given)
        if found["path"] is None:
            found["path"] = config.get("APPLICATION_ROOT", "/")
        if not isinstance(found["lifetime"], timedelta):
            found["lifetime"] = timedelta(seconds=found["lifetime"])
        return found


class SecureCookieSession(dict):  # type: ignore[type-arg]
    """The session of a client, which knows whether it has to be sent back.

    Changes inside of what it holds are not seen: set ``modified``, as with Flask.
    """

    new = False
    modified = False
    accessed = False

    def mark_accessed(self) -> None:
        """Note that the answer depends on it."""
        self.accessed = True

    @property
    def permanent(self) -> bool:
        """Whether the cookie outlives the browser's session."""
        return bool(dict.get(self, "_permanent", False))

    @permanent.setter
    def permanent(self, value: bool) -> None:
        self["_permanent"] = bool(value)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {dict.__repr__(self)}>"


class NullSession(SecureCookieSession):
    """The session of an application without a key: it cannot be changed."""


def _changing_session(name: str) -> Callable[..., Any]:
    change = getattr(dict, name)

    def changed(self: SecureCookieSession, *args: Any, **values: Any) -> Any:
        before = len(self)
        result = change(self, *args, **values)
        if name not in ("pop", "setdefault") or len(self) != before:
            self.modified = self.accessed = True
        return result

    return changed


def _no_session_key(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError(
        "The session is unavailable because no secret key was set. Set the secret_key"
        " on the application to something unique and secret."
    )


for _method in (
    *("__setitem__", "__delitem__", "clear", "pop", "popitem", "setdefault"),
    *("update", "__ior__"),
):
    if hasattr(dict, _method):
        setattr(SecureCookieSession, _method, _changing_session(_method))
        setattr(NullSession, _method, _no_session_key)


def _session_of(scope: Scope, settings: dict[str, Any]) -> SecureCookieSession:
    if not settings["secret_key"]:
        return NullSession()
    header = HTTPConnection(scope).headers.get("cookie", "")
    cookie = cookies_of(header).get(settings["cookie_name"])
    keys = [settings["secret_key"], *(settings["fallbacks"] or ())]
    age = int(settings["lifetime"].total_seconds())
    found = read_session(cookie, keys, age) if cookie else None
    return SecureCookieSession(found or {})


def _save_session(
    session: SecureCookieSession,
    settings: dict[str, Any],
    headers: MutableHeaders,
) -> None:
    if session.accessed:
        _vary_by_cookie(headers)
    names = ("domain", "path", "secure", "httponly", "samesite", "partitioned")
    options = {name: settings[name] for name in names}
    name = settings["cookie_name"]
    if not session:
        if session.modified:
            cookie = dump_cookie(name, "", 0, 0, **options)
            headers.append("set-cookie", cookie)
            _vary_by_cookie(headers)
        return
    refreshed = session.permanent and settings["refresh_each_request"]
    if not (session.modified or refreshed):
        return
    value = signed_session(dict(session), settings["secret_key"])
    lasts = session.permanent
    end = datetime.now(_UTC) + settings["lifetime"] if lasts else None
    headers.append("set-cookie", dump_cookie(name, value, None, end, **options))
    _vary_by_cookie(headers)


def _vary_by_cookie(headers: MutableHeaders) -> None:
    known = headers.get("vary")
    if known is None:
        headers["vary"] = "Cookie"
    elif "cookie" not in [each.strip().lower() for each in known.split(",")]:
        headers["vary"] = f"{known}, Cookie"


def _current_session() -> Any:
    context = APP_CONTEXT.get(None)
    found = context.scope.get("session") if context and context.scope else None
    if found is None:
        raise RuntimeError("Working outside of request context.")
    found.mark_accessed()
    return found


session: Any = Local(_current_session)
