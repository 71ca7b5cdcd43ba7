"""The request part of a WSGI environ, from an ASGI scope."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from starlette.types import Scope


def wsgi_environ(scope: Scope) -> dict[str, Any]:
    """Describe a request as a WSGI server would (PEP 3333 and Werkzeug's own server).

    Text is "bytes as latin-1". Headers with an underscore are left out, as servers do:
    in an environ they could not be told from those with a hyphen.
    """
    root = (scope.get("root_path") or os.environ.get("SCRIPT_NAME", "")).rstrip("/")
    query: bytes = scope.get("query_string", b"")
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    target = (raw_path + b"?" + query if query else raw_path).decode("latin-1")
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.encode().decode("latin-1"),
        "PATH_INFO": _path_below(root.encode(), scope).decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "REQUEST_URI": target,
        "RAW_URI": target,
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.url_scheme": scope.get("scheme", "http"),
    }
    environ.update(_addresses(scope))
    for name, value in scope["headers"]:
        if b"_" not in name:
            _add_header(environ, name.decode("latin-1"), value.decode("latin-1"))
    return environ


def _path_below(root: bytes, scope: Scope) -> bytes:
    """The path after ``root``, decoded from what was sent: bytes may not be UTF-8."""
    raw, path = scope.get("raw_path"), scope["path"]
    if raw and unquote(raw.decode("latin-1")) == path:
        sent = unquote_to_bytes(raw)
    else:  # a middleware has changed the path
        sent = path.encode("utf-8", "surrogateescape")
    if sent == root or sent.startswith(root + b"/"):
        return sent[len(root) :]
    return sent


def _addresses(scope: Scope) -> dict[str, str]:
    host, port = scope.get("server") or ("localhost", None)
    if port is None:  # a Unix socket
        host, port = "localhost", 443 if scope.get("scheme") == "https" else 80
    addresses = {"SERVER_NAME": host, "SERVER_PORT": str(port)}
    if scope.get("client"):
        addresses["REMOTE_ADDR"] = scope["client"][0]
        addresses["REMOTE_PORT"] = str(scope["client"][1])
    return addresses


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    key = name.upper().replace("-", "_")
    if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        key = f"HTTP_{key}"
    if key in environ:  # HTTP/2 may split cookies
        value = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + value
    environ[key] = value


# Where the scope of an operation holds Flask's request, as its URL map matched it.
MATCHED_KEY = "flask2fastapi.matched"

# Where it holds what takes a response of Flask's as it is, for Flask's hooks.
TAKE_KEY = "flask2fastapi.take"

# Where it holds what is to be closed once the operation is done.
OPENED_KEY = "flask2fastapi.opened"


def close_opened(scope: Scope) -> None:
    """Close what an operation has opened: bodies that wait on the disk, uploads."""
    for opened in scope.get(OPENED_KEY, ()):
        opened.close()


def expects_body(scope: Scope) -> bool:
    """Whether a request may have a body; HTTP/2 has no header that tells of one."""
    names = {name for name, _ in scope["headers"]}
    if names & {b"content-length", b"transfer-encoding"}:
        return True
    return scope["method"] not in ("GET", "HEAD") and scope["http_version"] != "1.1"
