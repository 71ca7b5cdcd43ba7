"""A client over a real connection: requests in, answers out, cookies kept as a browser keeps them."""

from __future__ import annotations

import http.client
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from flask2fastapi.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

HOST_HEADER = "localhost"
"""Sent by every client, so that absolute URLs in answers of two servers are the same."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; ``path`` is the request target, with its query and percent-encoded."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; headers in their order, with names as they were sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of this name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class NoAnswerError(TargetError):
    """A server broke a connection off, sent something that is not HTTP, or took too long."""


class Client:
    """Keeps one connection and its own cookies; follows no redirects."""

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        """Talk to the server at ``url`` (``http://127.0.0.1:5000``); ``timeout`` in seconds is for each answer."""
        place = urlsplit(url)
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=timeout)
        self._cookies = CookieJar()

    def send(self, request: Request) -> Answer:
        """Send one request and read its whole answer. Raises NoAnswerError when there is none."""
        carrier = urllib.request.Request(f"http://{HOST_HEADER}{request.path}", method=request.method)
        self._cookies.add_cookie_header(carrier)
        headers = {"Host": HOST_HEADER, **dict(carrier.header_items()), **dict(request.headers)}
        try:
            response = self._answer(request, headers)
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise NoAnswerError(f"{request}: {type(error).__name__}: {error}") from error
        self._cookies.extract_cookies(response, carrier)
        return Answer(response.status, tuple(response.getheaders()), body)

    def _answer(self, request: Request, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        """Send, and read the head of the answer.

        A server may close a connection that is kept open (uvicorn does so after an exception). As browsers do, the
        request is then sent once more, on a new connection; a connection that breaks at its first request is an error.
        """
        was_open = self._connection.sock is not None
        try:
            self._connection.request(request.method, request.path, request.body or None, headers)
            return self._connection.getresponse()
        except ConnectionError:  # also http.client.RemoteDisconnected
            if not was_open:
                raise
        self._connection.close()
        self._connection.request(request.method, request.path, request.body or None, headers)
        return self._connection.getresponse()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
