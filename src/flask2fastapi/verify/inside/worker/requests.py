"""What is sent in a case, in the two forms in which servers hand it to applications."""

from __future__ import annotations

import io
import sys
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

HOST = "localhost"
CLIENT = ("127.0.0.1", 50000)
WITH_BODY = ("POST", "PUT", "PATCH")
BODILESS = (204, 304)


class Request:
    """One request, ready to be sent: the path is percent-encoded and without the query."""

    def __init__(self, method: str, path: str, query: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        names = {name.lower() for name, _ in headers}
        self.headers = [] if "host" in names else [("Host", HOST)]
        self.headers += headers
        if "content-length" not in names and "transfer-encoding" not in names and (body or method in WITH_BODY):
            self.headers.append(("Content-Length", str(len(body))))

    @property
    def target(self) -> str:
        """Path and query, as in the request line."""
        return self.path + ("?" + self.query if self.query else "")

    def environ(self) -> dict[str, Any]:
        """The WSGI environ that gunicorn makes (PEP 3333)."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(self.path).decode("latin-1"),
            "QUERY_STRING": self.query,
            "RAW_URI": self.target,
            "REQUEST_URI": self.target,
            "SERVER_NAME": HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": CLIENT[0],
            "REMOTE_PORT": str(CLIENT[1]),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.input_terminated": True,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers:
            key = name.upper().replace("-", "_")
            key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key
            joined = "; " if key == "HTTP_COOKIE" else ","
            environ[key] = environ[key] + joined + value if key in environ else value
        return environ

    def scope(self) -> dict[str, Any]:
        """The ASGI scope that uvicorn makes (HTTP & WebSocket, version 2.3)."""
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": unquote(self.path),
            "raw_path": self.path.encode("latin-1", "replace"),
            "query_string": self.query.encode("latin-1", "replace"),
            "root_path": "",
            "headers": [(_bytes(name).lower(), _bytes(value)) for name, value in self.headers],
            "server": (HOST, 80),
            "client": CLIENT,
            "state": {},
        }


def _bytes(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8")


def bodiless(method: str, status: int) -> bool:
    """Whether a server sends no body with such an answer, whatever the application gives."""
    return method == "HEAD" or status in BODILESS or 100 <= status < 200
