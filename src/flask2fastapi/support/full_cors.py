"""``CORS`` as in Flask-CORS 6: the same headers on every answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALLOW = "Access-Control-Allow-"
_CORS_DEFAULTS: dict[str, Any] = {
    "origins": "*",
    "methods": ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"],
    "allow_headers": "*",
    "expose_headers": None,
    "supports_credentials": False,
    "max_age": None,
    "send_wildcard": False,
    "automatic_options": True,
    "vary_header": True,
    "resources": "/*",
    "intercept_exceptions": True,
    "always_send": True,
    "allow_private_network": False,
}


class CORS:
    """Lets pages of other origins use an application, by options or ``CORS_…`` settings."""

    def __init__(self, app: FastAPI | None = None, **options: Any) -> None:
        self._options = options
        if app is not None:
            self.init_app(app)

    def init_app(self, app: FastAPI, **options: Any) -> None:
        """Add the headers to every answer of ``app``, errors too."""
        config = getattr(app.state, "config", {})
        given = {name: config.get(f"CORS_{name.upper()}") for name in _CORS_DEFAULTS}
        merged = {name: it for name, it in given.items() if it is not None}
        merged = {**_CORS_DEFAULTS, **merged, **self._options, **options}
        pairs = _resources(merged["resources"])
        rules = [(_resolved(it, 0), _Rule({**merged, **more})) for it, more in pairs]
        build = app.build_middleware_stack

        def build_with_cors() -> ASGIApp:
            return _WithCors(build(), rules)

        # Outside of everything else, as pages of errors have the headers too.
        app.build_middleware_stack = build_with_cors  # type: ignore[method-assign]


class _WithCors:
    def __init__(self, app: ASGIApp, rules: list[Any]) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_cors(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(scope, MutableHeaders(scope=message))
            await send(message)

        is_http = scope["type"] == "http"
        await self._app(scope, receive, send_with_cors if is_http else send)

    def _add(self, scope: Scope, headers: MutableHeaders) -> None:
        path = scope["path"][len(scope.get("root_path", "")) :]
        if headers.get(f"{_ALLOW}Origin"):
            return
        for pattern, rule in self._rules:
            if _matches(path, pattern):
                for name, value in rule.headers(scope["method"], Headers(scope=scope)):
                    headers.append(name, value)
                return


class _Rule:
    """The options for one pattern of paths."""

    def __init__(self, options: dict[str, Any]) -> None:
        origins = _any(_listed(options["origins"]))
        self._is_open = ".*" in origins
        self._options = options
        is_secret = options["supports_credentials"]
        if self._is_open and is_secret and options["send_wildcard"]:
            raise ValueError("Cannot use supports_credentials with an origin of '*'.")
        self._origins = [_resolved(it, re.IGNORECASE) for it in origins]
        allowed = _any(_listed(options["allow_headers"]))
        self._allowed = [_resolved(it, re.IGNORECASE) for it in allowed]
        self._methods = (_joined(options["methods"]) or "").upper()
        age = options["max_age"]
        self._age = int(age.total_seconds()) if isinstance(age, timedelta) else age

    def headers(self, method: str, asked: Headers) -> Iterator[tuple[str, str]]:
        """Give the headers for one request; those without a value are left out."""
        origins = self._origins_for(asked.get("Origin"))
        found = [(f"{_ALLOW}Origin", origin) for origin in origins]
        if origins:
            found += self._more(method, asked)
            several = len(self._origins) > 1
            patterns = any(isinstance(it, re.Pattern) for it in self._origins)
            differs = origins[0] != "*" and (several or patterns)
            if self._options["vary_header"] and differs:
                found.append(("Vary", "Origin"))
        yield from ((name, str(value)) for name, value in found if value)

    def _origins_for(self, origin: str | None) -> list[str]:
        options = self._options
        if origin:
            if self._is_open and options["send_wildcard"]:
                return ["*"]
            return [origin] if _matches_any(origin, self._origins) else []
        if not options["always_send"]:
            return []
        if self._is_open:
            return [] if options["supports_credentials"] else ["*"]
        return sorted(it for it in self._origins if isinstance(it, str))[:1]

    def _more(self, method: str, asked: Headers) -> list[tuple[str, Any]]:
        options = self._options
        exposed = _joined(options["expose_headers"])
        found: list[tuple[str, Any]] = [("Access-Control-Expose-Headers", exposed)]
        if options["supports_credentials"]:
            found.append((f"{_ALLOW}Credentials", "true"))
        if asked.get("Access-Control-Request-Private-Network") == "true":
            private = "true" if options["allow_private_network"] else "false"
            found.append((f"{_ALLOW}Private-Network", private))
        wanted = asked.get("Access-Control-Request-Method", "").upper()
        if method == "OPTIONS" and wanted and wanted in self._methods:
            names = asked.get("Access-Control-Request-Headers", "").split(",")
            names = [it.strip() for it in names] if any(names) else []
            names = sorted(it for it in names if _matches_any(it, self._allowed))
            found.append((f"{_ALLOW}Headers", ", ".join(names)))
            found.append(("Access-Control-Max-Age", self._age))
            found.append((f"{_ALLOW}Methods", self._methods))
        return found


def _resources(given: Any) -> list[tuple[Any, dict[str, Any]]]:
    """Patterns of paths with their options, the most specific first."""
    if isinstance(given, dict):
        pairs = list(zip(_any(list(given)), given.values()))
        return sorted(pairs, key=lambda pair: _rank(pair[0]))
    return [(pattern, {}) for pattern in _any(_listed(given))]


def _any(patterns: list[Any]) -> list[Any]:
    return [".*" if pattern == "*" else pattern for pattern in patterns]


def _rank(pattern: Any) -> tuple[int, int, int, int]:
    text = pattern.pattern if isinstance(pattern, re.Pattern) else pattern
    is_text = isinstance(pattern, str)
    is_pattern = not is_text or _is_pattern(text)
    kind = int(is_pattern), int(is_pattern and is_text)
    return kind[0], kind[1], -text.count("/"), -len(text)


def _is_pattern(text: str) -> bool:
    return not set(text).isdisjoint("*\\]?$^[]()")


def _resolved(pattern: Any, flags: int) -> Any:
    if not isinstance(pattern, str) or not _is_pattern(pattern):
        return pattern
    return re.compile(pattern, flags)


def _matches(value: str, pattern: Any) -> bool:
    if isinstance(pattern, re.Pattern):
        return bool(pattern.match(value))
    return value == str(pattern)


def _matches_any(value: str, patterns: list[Any]) -> bool:
    """Whether a value fits, in capitals or not."""
    folded = value.casefold()
    for pattern in patterns:
        is_text = not isinstance(pattern, re.Pattern)
        if str(pattern).casefold() == folded if is_text else pattern.match(value):
            return True
    return False


def _listed(given: Any) -> list[Any]:
    one = isinstance(given, str) or not isinstance(given, Iterable)
    return [given] if one else list(given)


def _joined(given: Any) -> str | None:
    if given is None:
        return None
    return ", ".join(map(str, sorted(given) if not isinstance(given, str) else [given]))
