"""A client against a server that is written byte by byte."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from flask2fastapi.verify.client import Client, NoAnswerError, Request

Script = Callable[[bytes], bytes | None]
Start = Callable[[Script], tuple[str, list[bytes]]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Serves one request a connection: the script makes the answer of the request; None breaks off."""
    listener = socket.create_server(("127.0.0.1", 0))
    seen: list[bytes] = []

    def serve(script: Script) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                seen.append(connection.recv(65536))
                connection.sendall(script(seen[-1]) or b"")

    def begin(script: Script) -> tuple[str, list[bytes]]:
        threading.Thread(target=serve, args=(script,), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}", seen

    with closing(listener):
        yield begin
        listener.shutdown(socket.SHUT_RDWR)


def answer(*headers: str, body: str = "ok") -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", body]
    return "\r\n".join(lines).encode()


def test_a_connection_that_was_closed_meanwhile_is_opened_again(start: Start) -> None:
    """The server promises to keep the connection and closes it all the same: nothing is lost, nothing sent twice."""
    url, seen = start(lambda request: answer())

    with Client(url) as client:
        bodies = [client.send(Request("POST", f"/{number}", body=b"x")).body for number in range(3)]

    assert bodies == [b"ok"] * 3
    assert [request.split()[1] for request in seen] == [b"/0", b"/1", b"/2"]


def test_no_answer_is_an_error(start: Start) -> None:
    """A server that takes a request and breaks off, again and again, gets no second chance for the same request."""
    url, seen = start(lambda request: None)

    with Client(url) as client, pytest.raises(NoAnswerError, match="GET /x: RemoteDisconnected"):
        client.send(Request("GET", "/x"))

    assert len(seen) == 1


def test_half_an_answer_is_an_error(start: Start) -> None:
    url, _ = start(lambda request: answer(body="whole")[:-2])

    with Client(url) as client, pytest.raises(NoAnswerError, match="IncompleteRead"):
        client.send(Request("GET", "/x"))


def test_cookies_are_kept_and_dropped(start: Start) -> None:
    """A cookie goes back to the paths that it is for, until the server lets it expire."""
    gone = "Set-Cookie: a=; Path=/; Max-Age=0"

    def script(request: bytes) -> bytes:
        words = {b"/in": ("Set-Cookie: a=1; Path=/; HttpOnly", "Set-Cookie: b=2; Path=/deep"), b"/out": (gone,)}
        return answer(*words.get(request.split()[1], ()))

    url, seen = start(script)
    with Client(url) as client, Client(url) as other:
        for path in ("/in", "/x", "/deep/x", "/out", "/x"):
            client.send(Request("GET", path))
        other.send(Request("GET", "/x"))

    assert [cookies(request) for request in seen] == [set(), {"a=1"}, {"a=1", "b=2"}, {"a=1"}, set(), set()]


def cookies(request: bytes) -> set[str]:
    lines = request.decode().split("\r\n")
    return {part for line in lines if line.startswith("Cookie: ") for part in line.removeprefix("Cookie: ").split("; ")}
