"""The two translations of a request: a WSGI environ to an ASGI scope, and back for the mount."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Dict, List, Optional, Tuple
from urllib.parse import quote

Environ = Dict[str, Any]
CONTENT = ("CONTENT_TYPE", "CONTENT_LENGTH")
SERVERS_OWN = (
    "SERVER_PROTOCOL",
    "REMOTE_PORT",
    "wsgi.errors",
    "wsgi.multiprocess",
    "wsgi.multithread",
    "wsgi.run_once",
    "wsgi.version",
)
"""What a server says of itself, not of the request: these stay as the test's client says them."""
UNQUOTED = "/:@!$&'()*+,;=-._~"
IRREGULAR = {"etag": "ETag", "te": "TE", "www-authenticate": "WWW-Authenticate", "content-md5": "Content-MD5"}


def scope_of(environ: Environ) -> Dict[str, Any]:
    """The ASGI scope of a request, as a server would make it (asgi.readthedocs.io, HTTP & WebSocket, version 2.3).

    A path without a leading slash, which Werkzeug 1.0 lets tests send, gets one: no server can pass on another.
    """
    root = environ.get("SCRIPT_NAME", "").rstrip("/")
    own = environ.get("PATH_INFO", "")
    path = root + (own if own.startswith("/") else "/" + own)
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": environ.get("SERVER_PROTOCOL", "HTTP/1.1").rpartition("/")[2],
        "method": environ["REQUEST_METHOD"].upper(),
        "scheme": environ.get("wsgi.url_scheme", "http"),
        "path": text(path),
        "raw_path": quote(path.encode("latin-1", "replace"), safe=UNQUOTED).encode("ascii"),
        "query_string": environ.get("QUERY_STRING", "").encode("latin-1"),
        "root_path": text(root),
        "headers": headers_of(environ),
        "server": (environ.get("SERVER_NAME", "localhost"), int(environ.get("SERVER_PORT") or 80)),
        "client": (
            (environ["REMOTE_ADDR"], int(environ.get("REMOTE_PORT") or 0)) if environ.get("REMOTE_ADDR") else None
        ),
        "state": {},
    }


def _client(environ: Environ) -> Optional[Tuple[str, int]]:
    address = environ.get("REMOTE_ADDR")
    return (address, int(environ.get("REMOTE_PORT") or 0)) if address else None


def text(wsgi: str) -> str:
    """Text of a WSGI string, which holds bytes as Latin-1 (PEP 3333)."""
    return wsgi.encode("latin-1", "replace").decode("utf-8", "replace")


def headers_of(environ: Environ) -> List[Tuple[bytes, bytes]]:
    """The request's headers; empty ones that a WSGI client adds by itself are none."""
    found = []
    for key, value in environ.items():
        if key in CONTENT and value:
            found.append((key, str(value)))
        elif key.startswith("HTTP_") and key not in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"):
            found.append((key[5:], str(value)))
    return [(_bytes(name.replace("_", "-").lower()), _bytes(value)) for name, value in found]


def _bytes(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8")


def environ_of(scope: Dict[str, Any], original: Environ, body: Any) -> Environ:
    """The environ with which the mount calls Flask: the scope's request, and all private keys of the test's own.

    What a2wsgi makes of the scope counts for the request itself, so that a change which the front makes is seen.
    """
    built: Environ = import_module("a2wsgi.wsgi").build_environ(scope, body)
    for key in SERVERS_OWN:
        if key in original or key == "REMOTE_PORT":
            built.pop(key, None)
    carried = {key: value for key, value in original.items() if not key.startswith("HTTP_")}
    for key in CONTENT:
        if carried.get(key):
            del carried[key]
    carried.update(built)
    return carried


def header_name(lower: str) -> str:
    """A header name as Flask writes it; ASGI knows lower case only."""
    return IRREGULAR.get(lower) or "-".join(word.capitalize() for word in lower.split("-"))


def status_line(code: int) -> str:
    """A status line as Werkzeug writes it (``werkzeug.sansio.response.Response.status_code``)."""
    return "%d %s" % (code, import_module("werkzeug.http").HTTP_STATUS_CODES.get(code, "UNKNOWN").upper())
