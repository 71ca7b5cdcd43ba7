"""The request, with Flask's names for its parts."""

from __future__ import annotations

import io
import json
import re
from functools import cached_property
from typing import Any
from urllib.parse import quote

import typing_extensions
from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from .first_values import SENT_QUERY_KEY
from .full_body import not_json
from .full_form import options_of, parse_form
from .full_request_headers import (
    Authorization,
    UserAgent,
    authorization_of,
    cookies_of,
)
from .full_urls import readable
from .full_values import ImmutableMultiDict, quoted_again, values_of

_HOST = re.compile(
    r"([a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+])(:[1-9][0-9]{,4})?",
    re.IGNORECASE,
)


class _FlaskRequest:
    """What ``werkzeug.wrappers.Request`` says of a request, its body read already."""

    def __init__(self, request: Request, body: bytes) -> None:
        self._scope = scope = request.scope
        self.headers = request.headers
        self.method: str = request.method
        self.scheme: str = scope.get("scheme", "http")
        self.script_root: str = scope.get("root_path", "").rstrip("/")
        path: str = scope["path"]
        if self.script_root and path.startswith(f"{self.script_root}/"):
            path = path[len(self.script_root) :]
        self.path = "/" + path.lstrip("/")
        query: bytes = scope.get("query_string", b"")
        self.query_string: bytes = scope.get(SENT_QUERY_KEY, query)
        self.remote_addr = request.client.host if request.client else None
        self.content_type = request.headers.get("content-type")
        self.mimetype = options_of(self.content_type)[0].lower()
        self.referrer = request.headers.get("referer")
        self._server: Any = scope.get("server") or ("localhost", None)
        self._body = body
        self._stream: io.BytesIO | None = None
        self._form: tuple[ImmutableMultiDict, ImmutableMultiDict] | None = None
        self._read: bytes | None = None
        self._known: dict[bool, Any] = {}

    @property
    def endpoint(self) -> Any:
        """The name of the route that serves it, None for none."""
        return getattr(self._found[0], "name", None)

    @property
    def blueprint(self) -> str | None:
        return (self.endpoint or "").rpartition(".")[0] or None

    @property
    def blueprints(self) -> list[str]:
        """The blueprint and those around it, the innermost first."""
        parts = self.blueprint.split(".") if self.blueprint else []
        return [".".join(parts[:end]) for end in range(len(parts), 0, -1)]

    @property
    def view_args(self) -> Any:
        return self._found[1]

    @property
    def _found(self) -> Any:
        """Route and parameters, also before they have been looked for."""
        scope = self._scope
        if "route" in scope:
            return scope["route"], scope["path_params"]
        rules = scope["app"].router.routes[0]
        return rules.found(scope) if hasattr(rules, "found") else (None, None)

    @property
    def root_path(self) -> str:
        return self.script_root

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"

    @property
    def is_json(self) -> bool:
        main, _, sub = self.mimetype.partition("/")
        return main == "application" and (sub == "json" or sub.endswith("+json"))

    @property
    def content_length(self) -> int | None:
        given = self.headers.get("content-length")
        if given is None or "chunked" in self.headers.get("transfer-encoding", ""):
            return None
        return int(given) if given.isdigit() and given.isascii() else 0

    @cached_property
    def host(self) -> str:
        """The host without a port that goes without saying, "" for one that is none."""
        name, port = self._server
        host = self.headers.get("host", f"{name}:{port}" if port else name)
        usual = {"http": ":80", "https": ":443"}.get(self.scheme, ":")
        start, colon, end = host.rpartition(":")
        host = start if colon + end == usual else host
        return host if _HOST.fullmatch(host) else ""

    @property
    def full_path(self) -> str:
        return f"{self.path}?{quoted_again(self.query_string)}"

    @property
    def url(self) -> str:
        return self._url(self.path, self.query_string)

    @property
    def base_url(self) -> str:
        return self._url(self.path, b"")

    @property
    def url_root(self) -> str:
        return self._url("", b"")

    root_url = url_root

    @property
    def host_url(self) -> str:
        return readable(f"{self.scheme}://{self.host}/")

    def _url(self, path: str, query: bytes) -> str:
        safe = "!$&'()*+,/:;=@%"
        parts = (quote(self.script_root, safe), quote(path.lstrip("/"), safe))
        url = f"{self.scheme}://{self.host}{'/'.join(parts)}"
        return readable(f"{url}?{quote(query, safe + '?')}" if query else url)

    @cached_property
    def args(self) -> ImmutableMultiDict:
        return values_of(self.query_string)

    @cached_property
    def cookies(self) -> ImmutableMultiDict:
        return cookies_of(self.headers.get("cookie", ""))

    @cached_property
    def authorization(self) -> Authorization | None:
        return authorization_of(self.headers.get("authorization", ""))

    @cached_property
    def user_agent(self) -> UserAgent:
        return UserAgent(self.headers.get("user-agent", ""))

    @property
    def stream(self) -> io.BytesIO:
        if self._stream is None:
            self._stream = io.BytesIO(self._whole_body())
        return self._stream

    def _whole_body(self) -> bytes:
        return self._body

    @property
    def _parts(self) -> tuple[ImmutableMultiDict, ImmutableMultiDict]:
        if self._form is None:
            self._form = self._parsed()
        return self._form

    def _parsed(self) -> tuple[ImmutableMultiDict, ImmutableMultiDict]:
        """Fields and files; reading them takes a form away from the stream."""
        if self._read is not None:
            self._stream = io.BytesIO(self._read)
        options = options_of(self.content_type)[1]
        urlencoded = self.mimetype == "application/x-www-form-urlencoded"
        parts = self.mimetype == "multipart/form-data" and options.get("boundary")
        is_form = urlencoded or parts
        return parse_form(self.content_type, self.stream.read() if is_form else b"")

    @property
    def form(self) -> ImmutableMultiDict:
        return self._parts[0]

    @property
    def files(self) -> ImmutableMultiDict:
        return self._parts[1]

    @property
    def data(self) -> Any:
        return self.get_data(parse_form_data=True)

    def get_data(
        self,
        cache: bool = True,
        as_text: bool = False,
        parse_form_data: bool = False,
    ) -> Any:
        """Give the body, or what reading the form has left of it."""
        found = self._read
        if found is None:
            if parse_form_data:
                _ = self._parts
            found = self.stream.read()
            self._read = found if cache else None
        return found.decode(errors="replace") if as_text else found

    @property
    def json(self) -> Any:
        return self.get_json()

    def get_json(
        self,
        force: bool = False,
        silent: bool = False,
        cache: bool = True,
    ) -> Any:
        """Give the body as JSON, once it was read whatever it is said to be."""
        if cache and silent in self._known:
            return self._known[silent]
        if not (force or self.is_json):
            if silent:
                return None
            raise not_json()
        known: dict[bool, Any] = {}
        try:
            known[True] = known[False] = json.loads(self.get_data(cache=cache))
        except ValueError:
            known[True] = None
        if cache:
            self._known.update(known)
        if silent in known:
            return known[silent]
        raise HTTPException(400)


async def _flask_request(request: Request) -> Any:
    return _FlaskRequest(request, await request.body())


FlaskRequest = typing_extensions.Annotated[_FlaskRequest, Depends(_flask_request)]
