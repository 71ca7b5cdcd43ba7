"""Outgoing HTTP: noted, let out where it may, and answered on the other sides with what was answered on the first.

``http.client`` (and so urllib, requests, urllib3, boto3) gets a connection that only collects what is sent; the answer
comes when the request is complete. httpx has its transports replaced. A client that speaks HTTP by itself is not seen
here, but the network guard sees it.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import socket
import sys
from typing import Any

from .network import GUARD
from .seen import SEEN

RealConnection: dict[str, Any] = {}
FAILED = b""


class Answers:
    """Answers recorded on the first side, each given once (None lets requests out), and those that a case makes up."""

    def __init__(self) -> None:
        self.recorded: list[tuple[str, bytes]] | None = None
        self.made: list[tuple[int, bytes]] = []

    def invented(self) -> bytes | None:
        """The next of the answers that are made up, the last one again and again; None where there is none."""
        if not self.made:
            return None
        status, body = self.made.pop(0) if len(self.made) > 1 else self.made[0]
        return as_bytes(status, http.client.responses.get(status, ""), [("Content-Type", "application/json")], body)

    def find(self, request: str) -> bytes | None:
        """The answer to a request; None where there is none, which is then like a server that is down."""
        for number, (known, answer) in enumerate(self.recorded or ()):
            if known == request:
                assert self.recorded is not None
                del self.recorded[number]
                return answer
        return None


ANSWERS = Answers()


def exchange(host: str, method: str, url: str, body: bytes, perform: Any) -> bytes:
    """Note a request and give its answer as it comes over the wire; raises ConnectionRefusedError where there is none.

    ``perform`` makes the request in earnest, and is called only where the host may be reached.
    """
    request = "%s %s sha256(%s)" % (method, url, hashlib.sha256(body).hexdigest() if body else "")
    SEEN.outgoing.append(request)
    answer = ANSWERS.find(request)
    if answer is None and not GUARD.lets_out(host):
        answer = ANSWERS.invented()
    if answer is None and ANSWERS.recorded is None and GUARD.lets_out(host):
        answer = _performed(perform)
        SEEN.recorded.append((request, answer))
    elif answer is None and ANSWERS.recorded is None:
        SEEN.refused.append(host)
    if not answer:
        raise ConnectionRefusedError(111, "Connection refused")
    return answer


def _performed(perform: Any) -> bytes:
    try:
        return perform()  # type: ignore[no-any-return]
    except OSError:
        return FAILED


class Collecting:
    """In the place of a connected socket: takes a request, and makes it when all of it is there."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._sent = b""
        self._answer = FAILED
        self._pair: Any = None

    def sendall(self, data: Any, *_: Any) -> None:
        """Collect, and at the end of the request get its answer; raises ConnectionRefusedError where there is none."""
        self._sent += bytes(data)
        head, end, body = self._sent.partition(b"\r\n\r\n")
        if not end or not is_complete(head.lower(), body):
            return
        sent, self._sent = self._sent, b""
        method, target = [*head.split(b"\r\n", 1)[0].decode("latin-1").split(" "), "", ""][:2]
        if b"transfer-encoding: chunked" in head.lower():
            body = _unchunked(body)
        host = self._connection.host
        url = target if "://" in target else origin(self._connection) + target
        self._answer = exchange(host, method, url, body, lambda: _perform(self._connection, method, sent))

    send = sendall

    def makefile(self, *modes: Any, **options: Any) -> Any:
        """The answer."""
        return io.BytesIO(self._answer)

    def fileno(self) -> int:
        """A descriptor on which nothing ever comes."""
        if self._pair is None:
            self._pair = socket.socketpair()
        return int(self._pair[0].fileno())

    def __getattr__(self, name: str) -> Any:
        """Time-outs, options, shutting down: nothing to be done."""
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *_, **__: None


def is_complete(head: bytes, body: bytes) -> bool:
    """Whether a body is all that a head, in lower case, has announced (RFC 9112, section 6)."""
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    length = next((line[15:].strip() for line in head.split(b"\r\n") if line.startswith(b"content-length:")), b"0")
    return len(body) >= int(length)


def origin(connection: Any) -> str:
    """Scheme, host and port of a connection of ``http.client``."""
    secure = isinstance(connection, http.client.HTTPSConnection) or connection.port == 443
    usual = 443 if secure else 80
    port = "" if connection.port in (usual, None) else ":%d" % connection.port
    return "%s://%s%s" % ("https" if secure else "http", connection.host, port)


def _perform(connection: Any, method: str, sent: bytes) -> bytes:
    """Send what was collected over a real connection, and read the whole answer in a form without chunks."""
    secure = origin(connection).startswith("https")
    real: Any = RealConnection["https" if secure else "http"](connection.host, connection.port, timeout=10)
    RealConnection[type(real).__name__](real)
    try:
        real.sock.sendall(sent)
        response = http.client.HTTPResponse(real.sock, method=method)
        response.begin()
        body = response.read()
        return as_bytes(response.status, response.reason, response.getheaders(), body)
    finally:
        real.close()


def as_bytes(status: int, reason: str, headers: Any, body: bytes) -> bytes:
    """An answer as it would come over the wire with its length told."""
    kept = [(name, value) for name, value in headers if name.lower() not in ("transfer-encoding", "content-length")]
    lines = ["HTTP/1.1 %d %s" % (status, reason)] + ["%s: %s" % pair for pair in kept]
    return ("\r\n".join([*lines, "Content-Length: %d" % len(body)]) + "\r\n\r\n").encode("latin-1", "replace") + body


def _unchunked(body: bytes) -> bytes:
    found = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size.split(b";")[0] or b"0", 16)
        if not length:
            break
        found, body = found + rest[:length], rest[length + 2 :]
    return found


def install() -> None:
    """Replace ``connect`` of every connection class, also of those that will be derived later."""
    plain: Any = http.client.HTTPConnection
    secure: Any = http.client.HTTPSConnection
    RealConnection.update(http=plain, https=secure)
    RealConnection.update(HTTPConnection=plain.connect, HTTPSConnection=secure.connect)

    def connect(self: Any) -> None:
        self.sock = Collecting(self)
        self.is_verified = True

    def derived(cls: Any, **options: Any) -> None:
        super(plain, cls).__init_subclass__(**options)
        if "connect" in vars(cls):
            cls.connect = connect

    plain.connect = secure.connect = connect
    own: Any = derived
    plain.__init_subclass__ = classmethod(own)


def install_late() -> None:
    """Replace httpx's transports, once the target has imported it."""
    httpx = sys.modules.get("httpx")
    if httpx is None:
        return
    real = httpx.HTTPTransport.handle_request

    def handle_request(self: Any, request: Any) -> Any:
        return _httpx(httpx, request, request.read(), lambda: _httpx_bytes(real(self, request)))

    async def handle_async_request(self: Any, request: Any) -> Any:
        body = await request.aread()
        transport = httpx.HTTPTransport()
        return _httpx(httpx, request, body, lambda: _httpx_bytes(real(transport, request)))

    httpx.HTTPTransport.handle_request = handle_request
    httpx.AsyncHTTPTransport.handle_async_request = handle_async_request


def _httpx(httpx: Any, request: Any, body: bytes, perform: Any) -> Any:
    try:
        answer = exchange(request.url.host, request.method, str(request.url), body, perform)
    except ConnectionRefusedError as error:
        raise httpx.ConnectError(str(error), request=request) from error
    head, _, content = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = [tuple(line.split(": ", 1)) for line in lines]
    return httpx.Response(int(first.split(" ")[1]), headers=headers, content=content, request=request)


def _httpx_bytes(response: Any) -> bytes:
    body = b"".join(response.iter_raw())
    return as_bytes(response.status_code, response.reason_phrase, response.headers.multi_items(), body)
