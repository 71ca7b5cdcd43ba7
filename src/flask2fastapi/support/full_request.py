"""The request, with Flask's names for its parts."""

# ruff: noqa: D102 - the names are Werkzeug's
from __future__ import annotations

import base64
import io
import json
import re
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit, urlunsplit

import typing_extensions
from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from .first_values import SENT_QUERY_KEY
from .full_body import not_json
from .full_form import options_of, parse_form
from .full_values import ImmutableMultiDict, quoted_again, values_of

_VALUE = r'"(?:[^\\"]|\\.)*"|[^ \t";]*'
_NAME = r'[ \t]*([^ \t=";]+)'
_COOKIE = re.compile(rf"{_NAME}(?:[ \t]*=[ \t]*({_VALUE}))?[ \t]*(?:;|\Z)")
_HOST = re.compile(
    r"([a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+])(:[1-9][0-9]{,4})?",
    re.IGNORECASE,
)


class _FlaskRequest:
    """What ``werkzeug.wrappers.Request`` says of a request, its body read already."""

    def __init__(self, request: Request, body: bytes) -> None:
        scope = request.scope
        self.headers = request.headers
        self.method: str = request.method
        self.scheme: str = scope.get("scheme", "http")
        self.script_root: str = scope.get("root_path", "").rstrip("/")
        path: str = scope["path"]
        if self.script_root and path.startswith(f"{self.script_root}/"):
            path = path[len(self.script_root) :]
        self.path = "/" + path.lstrip("/")
        self.query_string: bytes = scope[SENT_QUERY_KEY]
        self.remote_addr = request.client.host if request.client else None
        self.view_args: dict[str, Any] = scope["path_params"]
        self.content_type = request.headers.get("content-type")
        self.mimetype = options_of(self.content_type)[0].lower()
        self.referrer = request.headers.get("referer")
        self._server: Any = scope.get("server") or ("localhost", None)
        self._body = body
        self._read: bytes | None = None

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
        return _readable(f"{self.scheme}://{self.host}/")

    def _url(self, path: str, query: bytes) -> str:
        safe = "!$&'()*+,/:;=@%"
        parts = (quote(self.script_root, safe), quote(path.lstrip("/"), safe))
        url = f"{self.scheme}://{self.host}{'/'.join(parts)}"
        return _readable(f"{url}?{quote(query, safe + '?')}" if query else url)

    @cached_property
    def args(self) -> ImmutableMultiDict:
        return values_of(self.query_string)

    @cached_property
    def cookies(self) -> ImmutableMultiDict:
        text = self.headers.get("cookie", "").encode("latin-1").decode(errors="replace")
        pairs = []
        at = 0
        while at < len(text):
            found = _COOKIE.match(text, at)
            if found is not None:
                pairs.append((found[1], _cookie_value(found[2] or "")))
            at = found.end() if found else (text.find(";", at) + 1 or len(text))
        return ImmutableMultiDict(pairs)

    @cached_property
    def authorization(self) -> Authorization | None:
        return _authorization(self.headers.get("authorization", ""))

    @cached_property
    def user_agent(self) -> UserAgent:
        return UserAgent(self.headers.get("user-agent", ""))

    @cached_property
    def stream(self) -> io.BytesIO:
        return io.BytesIO(self._body)

    @cached_property
    def _parts(self) -> tuple[ImmutableMultiDict, ImmutableMultiDict]:
        """Fields and files; reading them takes the body away from ``data``."""
        options = options_of(self.content_type)[1]
        urlencoded = self.mimetype == "application/x-www-form-urlencoded"
        parts = self.mimetype == "multipart/form-data" and options.get("boundary")
        if not (urlencoded or parts):
            return parse_form(None, b"")
        body = self.stream.read() if self._read is None else self._read
        return parse_form(self.content_type, body)

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
        """Give the body as JSON."""
        if not (force or self.is_json):
            if silent:
                return None
            raise not_json()
        try:
            return json.loads(self.get_data(cache=cache))
        except ValueError:
            if silent:
                return None
            raise HTTPException(400) from None


class UserAgent:
    """The ``User-Agent`` header."""

    def __init__(self, string: str) -> None:
        self.string = string

    def __str__(self) -> str:
        return self.string

    def __bool__(self) -> bool:
        return bool(self.string)


class Authorization:
    """Credentials, as ``werkzeug.datastructures.Authorization`` has them."""

    def __init__(
        self,
        kind: str,
        parameters: dict[str, str],
        token: str | None,
    ) -> None:
        self.type = kind
        self.parameters = parameters
        self.token = token

    def __getattr__(self, name: str) -> str | None:
        return self.parameters.get(name)

    def __getitem__(self, name: str) -> str | None:
        return self.parameters.get(name)

    def get(self, key: str, default: str | None = None) -> str | None:
        return self.parameters.get(key, default)

    def __contains__(self, key: str) -> bool:
        return key in self.parameters


def _authorization(header: str) -> Authorization | None:
    kind, _, rest = header.partition(" ")
    kind, rest = kind.lower(), rest.strip(" \t")
    if not header:
        return None
    if kind == "basic":
        try:
            text = base64.b64decode(rest, validate=True).decode()
        except ValueError:
            return None
        user, _, password = text.partition(":")
        return Authorization(kind, {"username": user, "password": password}, None)
    if "=" not in rest.rstrip("="):
        return Authorization(kind, {}, rest)
    pairs = re.findall(r'([^\s=,]+)=("(?:[^"\\]|\\.)*"|[^\s,]*)', rest)
    given = {key: re.sub(r"\\(.)", r"\1", text.strip('"')) for key, text in pairs}
    return Authorization(kind, given, None)


def _cookie_value(text: str) -> str:
    if not text.startswith('"'):
        return text

    def plain(found: re.Match[bytes]) -> bytes:
        escaped = found[1]
        return escaped if len(escaped) == 1 else bytes([int(escaped, 8)])

    inner = text[1:-1].encode()
    return re.sub(rb"\\([0-3][0-7]{2}|.)", plain, inner).decode(errors="replace")


def _readable(url: str) -> str:
    """What ``werkzeug.urls.uri_to_iri`` makes of a URL."""
    parts = urlsplit(url)
    path, query = _unquoted(parts.path, "/?#"), _unquoted(parts.query, "&=+#")
    host = ".".join(map(_name_of, parts.netloc.lower().split(".")))
    return urlunsplit((parts.scheme, host, path, query, ""))


def _unquoted(text: str, kept: str) -> str:
    """Unquote all but what would mean something else then."""
    unsafe = {*range(0x21), 0x25, 0x7F, *kept.encode()}
    codes = "|".join(f"{code:02X}" for code in sorted(unsafe))
    parts = re.split(f"((?:%(?:{codes}))+)", text, flags=re.IGNORECASE)
    plain = (unquote_to_bytes(part) for part in parts[::2])
    parts[::2] = [quoted_again(part) for part in plain]
    return "".join(parts)


def _name_of(label: str) -> str:
    """A part of a host's name that may be written in Punycode."""
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


async def _flask_request(request: Request) -> Any:
    return _FlaskRequest(request, await request.body())


FlaskRequest = typing_extensions.Annotated[_FlaskRequest, Depends(_flask_request)]
