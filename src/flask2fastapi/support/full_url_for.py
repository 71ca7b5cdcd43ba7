"""URLs by the routes of the application, as Flask builds them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import fastapi.routing
from starlette.datastructures import Headers
from starlette.staticfiles import StaticFiles

from .full_behind import request_behind

# Newer FastAPI keeps included routers nested and has this to look inside.
_all_of: Any = getattr(fastapi.routing, "iter_route_contexts", iter)
_IN_PATH = re.compile(r"{(\w+)(?::(\w+))?}")
_SAFE = "!$&'()*+,/:;=@"
_TYPES: Any = {"int": int, "float": float}


def url_for(
    endpoint: str,
    *,
    _anchor: str | None = None,
    _method: str | None = None,
    _scheme: str | None = None,
    _external: bool | None = None,
    **values: Any,
) -> str:
    """Build the URL of an endpoint, which is the name of its route.

    Values that its path does not take go into the query (``flask.Flask.url_for``).
    """
    scope = request_behind()
    if endpoint.startswith("."):
        blueprint = getattr(scope.get("route"), "name", "").rpartition(".")[0]
        endpoint = (blueprint + endpoint).lstrip(".")
    if _external is None:
        _external = _scheme is not None
    if _scheme is not None and not _external:
        raise ValueError("When specifying '_scheme', '_external' must be True.")
    given = {name: value for name, value in values.items() if value is not None}
    root: str = scope.get("root_path", "").rstrip("/")
    url = root + _built(scope, endpoint, given, _method)
    if _external:
        scheme = _scheme or scope.get("scheme", "http")
        url = f"{scheme}://{_host(scope)}{url}"
    if _anchor is not None:
        url += "#" + quote(_anchor, safe="%!#$&'()*+,/:;=?@")
    return url


def _built(scope: Any, endpoint: str, values: Any, method: str | None) -> str:
    """The path of the first route that takes the values, for this method or any."""
    found = list(_named(scope["app"], endpoint))
    for wanted in [method] if method else [scope["method"], None]:
        for path, methods in found:
            names = [name for name, _ in _IN_PATH.findall(path)]
            if values.keys() >= set(names) and (wanted is None or wanted in methods):
                rest = {key: it for key, it in values.items() if key not in names}
                query = urlencode(_items(rest), safe="!$'()*,/:;?@")
                return _filled(path, values) + (f"?{query}" if query else "")
    raise LookupError(f"Could not build url for endpoint {endpoint!r}.")


def _named(app: Any, endpoint: str) -> Iterator[tuple[str, set[str]]]:
    """Paths and methods of the routes with a name, those with most variables first."""
    found = []
    for route in _all_of(app.router.routes):
        own = getattr(route, "original_route", route)
        if (getattr(route, "name", None) or getattr(own, "name", None)) != endpoint:
            continue
        if isinstance(getattr(route, "app", None), StaticFiles):
            path = f"{route.path}/{{filename:path}}"
            found.append((path, {"GET", "HEAD", "OPTIONS"}))
        elif getattr(route, "methods", None):
            head = {"HEAD"} if "GET" in route.methods else set()
            found.append((route.path, {*route.methods, *head, "OPTIONS"}))
        elif hasattr(own, "built_for"):
            found.append((own.path, {*own.built_for, "HEAD", "OPTIONS"}))
    if endpoint == "static" and not found:
        found.append(("/static/{filename:path}", {"GET", "HEAD", "OPTIONS"}))
    return iter(sorted(found, key=lambda entry: -entry[0].count("{")))


def _filled(path: str, values: dict[str, Any]) -> str:
    parts = _IN_PATH.split(path)
    texts = [quote(text, safe=_SAFE) for text in parts[::3]]
    for number, (name, kind) in enumerate(_IN_PATH.findall(path)):
        value = _TYPES.get(kind, str)(values[name])
        texts[number] += quote(str(value), safe=_SAFE)
    return "".join(texts)


def _items(values: dict[str, Any]) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for name, value in values.items():
        several = value if isinstance(value, (list, tuple, set)) else [value]
        pairs += [(name, each) for each in several if each is not None]
    return pairs


def _host(scope: Any) -> str:
    """The host that was asked, without the port that its scheme has anyway."""
    host = Headers(scope=scope).get("host", "localhost").lower()
    port = {"http": ":80", "https": ":443"}.get(scope.get("scheme", "http"), "")
    return host[: -len(port)] if port and host.endswith(port) else host
