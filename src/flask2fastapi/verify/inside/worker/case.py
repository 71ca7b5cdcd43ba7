"""Send the requests of one case, one after another."""

from __future__ import annotations

from typing import Any, Callable
from urllib.parse import urlsplit

from . import watching
from .captures import captured, filled, filled_bytes
from .cookies import Jar
from .digest import authorization
from .link import decoded
from .requests import HOST, Request

MOST_REDIRECTS = 10
REDIRECTS = (301, 302, 303, 307, 308)
KEEP_METHOD = (307, 308)


class Client:
    """What one case knows: cookies and captured values."""

    def __init__(self, send: Callable[[Request], "dict[str, Any]"], now: Callable[[], float] | None = None) -> None:
        self._send = send
        self._jar = Jar(now)
        self._values: dict[str, str] = {}
        self._challenges: list[str] = []
        """What the last answer wants to know of who sends the request."""

    def step(self, step: dict[str, Any]) -> dict[str, Any]:
        """Send the request of a step, follow redirects where it says so, take its captures."""
        request = self._request(step)
        answer = self._exchange(request)
        hops = 0
        while step["follow"] and answer["status"] in REDIRECTS and hops < MOST_REDIRECTS:
            following = _redirected(request, answer)
            if following is None:
                break
            request, hops = following, hops + 1
            answer = self._exchange(request)
        answer["path"] = request.target
        for name, source in step["captures"]:
            value = captured(source, answer, self._jar)
            if value is not None:
                self._values[name] = value
        return answer

    def _request(self, step: dict[str, Any]) -> Request:
        values = self._values
        headers = [(name, filled(value, values)) for name, value in step["headers"]]
        path, query = filled(step["path"], values), filled(step["query"], values)
        request = Request(step["method"], path, query, headers, filled_bytes(decoded(step["body"]), values))
        if step.get("account"):
            request.headers += self._met(step["account"], request)
        return request

    def _met(self, account: str, request: Request) -> list[tuple[str, str]]:
        for challenge in self._challenges:
            told = authorization(challenge, account, request.method, request.target, request.body)
            if told is not None:
                return [("Authorization", told)]
        return []

    def _exchange(self, request: Request) -> dict[str, Any]:
        cookies = self._jar.header(request.path)
        if cookies:
            request.headers.append(("Cookie", cookies))
        sent = [value for name, value in request.headers if name.lower() == "cookie"]
        watching.SEEN.clear()
        answer = self._send(request)
        self._jar.take(answer["headers"], request.path)
        wanted = [value for name, value in answer["headers"] if name.lower() == "www-authenticate"]
        self._challenges = wanted or self._challenges
        answer["endpoint"] = watching.SEEN.get("endpoint")
        answer["sent"] = [pair.partition("=")[0].strip() for value in sent for pair in value.split(";")]
        answer["rung"] = watching.SEEN.get("rung")
        answer.setdefault("traceback", watching.SEEN.get("traceback", ""))
        return answer


def _redirected(request: Request, answer: dict[str, Any]) -> Request | None:
    """The request that a client sends next; None where it leads to another host or nowhere."""
    location = next((value for name, value in answer["headers"] if name.lower() == "location"), "")
    place = urlsplit(location)
    if not location or (place.netloc and place.netloc != HOST):
        return None
    path = place.path or request.path
    if not path.startswith("/"):
        path = request.path.rpartition("/")[0] + "/" + path
    keep = answer["status"] in KEEP_METHOD
    method = request.method if keep or request.method == "HEAD" else "GET"
    dropped = ("cookie", "content-length") if keep else ("cookie", "content-length", "content-type")
    headers = [(name, value) for name, value in request.headers if name.lower() not in dropped]
    return Request(method, path, place.query, headers, request.body if keep else b"")
