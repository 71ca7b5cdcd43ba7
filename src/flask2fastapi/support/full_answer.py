"""What a view returns, answered as Flask answers it, without Flask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from starlette.responses import HTMLResponse, Response, StreamingResponse

from .full_json import flask_json


def answer(*parts: Any) -> Any:
    """Make a response of what a view returns.

    Whatever it is: JSON of a dictionary, a tuple with status and headers, a stream of
    what is generated; None, or anything else that Flask refuses, is a ``TypeError``. So
    is a WSGI application, which Flask would call.
    """
    content, status, headers = taken_apart(parts)
    if isinstance(content, (str, bytes, bytearray)):
        text = content if isinstance(content, str) else bytes(content)
        made: Any = HTMLResponse(text)
    elif isinstance(content, Iterator):
        made = StreamingResponse(content, media_type="text/html")
    elif isinstance(content, (dict, list)):
        made = Response(flask_json(content), media_type="application/json")
    elif isinstance(content, Response):
        made = content
    else:
        kind = type(content).__name__
        raise TypeError(f"a view did not return a valid response, but a {kind}")
    if status is not None:
        made.status_code = status_code(status)
    keeps_all = isinstance(content, (str, bytes, bytearray, Iterator))
    for name, values in _by_name(headers, keeps_all).items():
        del made.headers[name]
        for value in values:
            made.headers.append(name, value)
    is_bare = made.status_code < 200 or made.status_code in (204, 304)
    if is_bare and type(made) in (HTMLResponse, Response):
        made.body = b""
        del made.headers["content-length"]
        if made.status_code == 304:
            del made.headers["content-type"]
    return made


def taken_apart(parts: Any) -> tuple[Any, Any, Any]:
    """Content, status and headers of what is returned."""
    content = parts[0] if len(parts) == 1 else parts
    if not isinstance(content, tuple):
        return content, None, None
    if len(content) == 3:
        return content
    if len(content) != 2:
        raise TypeError("a view returns (body, status, headers), or two of them")
    if isinstance(content[1], (dict, tuple, list, Mapping)):
        return content[0], None, content[1]
    return content[0], content[1], None


def status_code(status: Any) -> int:
    """The number of a status, which may come with a phrase: ``404 Not Found``."""
    if not isinstance(status, str):
        code: int = status.__index__()
        return code
    if not status.strip():
        raise ValueError("Empty status argument")
    number = status.split()[0]
    return int(number) if number.lstrip("-").isdigit() else 0


def as_uri(location: str) -> str:
    """Quote what a URL cannot hold (``werkzeug.urls.iri_to_uri``)."""
    parts = urlsplit(location)
    host = parts.hostname or ""
    netloc = f"[{host}]" if ":" in host else host.encode("idna").decode()
    if parts.port is not None:
        netloc += f":{parts.port}"
    user, at, _ = parts.netloc.rpartition("@")
    return urlunsplit(
        (
            parts.scheme,
            quote(user, safe="%!$&'()*+,;=:") + at + netloc,
            quote(parts.path, safe="%!$&'()*+,/:;=@"),
            quote(parts.query, safe="%!$&'()*+,/:;=?@"),
            quote(parts.fragment, safe="%!#$&'()*+,/:;=?@"),
        )
    )


def _by_name(headers: Any, keeps_all: bool) -> dict[str, list[str]]:
    """Values by name; of pairs with one name the last counts, or each, as in Werkzeug."""
    found: dict[str, list[str]] = {}
    is_mapping = isinstance(headers, Mapping)
    for name, value in headers.items() if is_mapping else headers or ():
        several = is_mapping and isinstance(value, (list, tuple, set))
        values = [str(each) for each in (value if several else [value])]
        if any("\n" in text or "\r" in text for text in values):
            raise ValueError("Header values must not contain newline characters.")
        is_url = name.lower() in ("location", "content-location")
        values = [as_uri(text) for text in values] if is_url else values
        known = found.get(name.lower(), []) if keeps_all else []
        found[name.lower()] = [*known, *values]
    return found
