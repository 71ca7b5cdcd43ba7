"""Clients of a real server: each sends whole cases, as the worker does in its process, and tells what came back."""

from __future__ import annotations

import http.client
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask2fastapi.model.verification import Answer, Observation
from flask2fastapi.verify.inside.worker.case import Client
from flask2fastapi.verify.worker_messages import step_message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.verification import Case, Side, Step
    from flask2fastapi.verify.inside.worker.requests import Request

MARKER_HEADER = "X-Smoke-Client"
MARKER_QUERY = "client"
_ANYBODY = "smoke" + "-" * 12
_OF_THE_SERVER = {"date", "server", "connection", "keep-alive", "transfer-encoding"}
"""Headers that servers add for themselves (RFC 9110, 6.6.1, 7.6.1, 10.2.4)."""
TWICE_HEADER = "X-Sent-Twice"
"""Stands in an answer for each header that came twice and must not."""
_ONCE = ("date", "server", "content-length", "transfer-encoding")
_BROKEN = (OSError, http.client.HTTPException)


def marker() -> str:
    """A word that nobody else uses, to know a client's answers by."""
    return f"smoke{uuid.uuid4().hex[:12]}"


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many ask, and how long."""

    clients: int = 8
    seconds: float = 3.0
    """After so many, of reading and of writing, no client begins another case."""
    timeout: float = 60.0
    """Seconds for each answer."""
    now: float | None = None
    """What the servers' clock says, in seconds since 1970; None for the real one. Cookies expire by it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one client heard of one case."""

    client: int
    case: Case
    seen: Observation
    text: bytes
    """All of the answers, with the client's own marker blotted out."""
    server: str = ""
    """What the server calls itself."""


class Caller:
    """One client: it keeps its connection, and has cookies for each case."""

    def __init__(self, side: Side, url: str, own: str, crowd: Crowd) -> None:
        self._side = side
        self._own = own
        self._now = crowd.now
        place = urlsplit(url)
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=crowd.timeout)
        self.sent = 0
        self.server = ""

    def send(self, number: int, case: Case) -> Heard:
        """Send the requests of a case; what goes wrong on the way is in ``crashed``."""
        now = self._now
        client = Client(self._exchange, None if now is None else lambda: now)
        answers: list[Answer] = []
        crashed = ""
        for step in case.steps:
            try:
                answers.append(self._answer(client, self._marked(step, number)))
            except _BROKEN as error:
                self._connection.close()
                crashed = f"{type(error).__name__}: {error}"
                break
        seen = Observation(self._side, case.id, tuple(answers), crashed=crashed)
        return Heard(number, case, seen, b"\n".join(_text(answer) for answer in answers), self.server)

    def _marked(self, step: Step, number: int) -> Step:
        """Every client has its marker in a header, every second one also in the query, where views echo it more."""
        headers = (*step.headers, (MARKER_HEADER, self._own))
        if number % 2 == 0:
            return replace(step, headers=headers)
        query = f"{step.query}&" if step.query else ""
        return replace(step, headers=headers, query=f"{query}{MARKER_QUERY}={self._own}")

    def _answer(self, client: Client, step: Step) -> Answer:
        row = client.step(step_message(step))
        headers = tuple((name, self._blotted(value)) for name, value in row["headers"])
        body = row["body"].replace(self._own.encode(), _ANYBODY.encode())
        return Answer(row["status"], headers, body, path=self._blotted(row["path"]), sent=tuple(row["sent"]))

    def _blotted(self, text: str) -> str:
        return text.replace(self._own, _ANYBODY)

    def _exchange(self, request: Request) -> dict[str, Any]:
        response = self._response(request)
        body = response.read()
        self.sent += 1
        headers = response.getheaders()
        self.server = response.getheader("Server") or self.server
        names = [name.lower() for name, _ in headers]
        twice = [(TWICE_HEADER, name) for name in _ONCE if names.count(name) > 1]
        if {"transfer-encoding", "content-length"} <= set(names):
            twice.append((TWICE_HEADER, "length"))  # RFC 9112, 6.2: a sender must not
        kept = [(name, value) for name, value in headers if name.lower() not in _OF_THE_SERVER]
        return {"status": response.status, "headers": kept + twice, "body": body, "cut": ""}

    def _response(self, request: Request) -> http.client.HTTPResponse:
        """Send; a connection that was kept open and is gone is opened once more, as browsers do."""
        was_open = self._connection.sock is not None
        try:
            return self._sent(request)
        except ConnectionError:
            if not was_open:
                raise
        self._connection.close()
        return self._sent(request)

    def _sent(self, request: Request) -> http.client.HTTPResponse:
        connection = self._connection
        connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            connection.putheader(name, value.encode("utf-8", "surrogateescape"))
        connection.endheaders(request.body or None)
        return connection.getresponse()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def alone(side: Side, url: str, cases: Sequence[Case], form: int, crowd: Crowd) -> list[Heard]:
    """One client sends all cases, one after another; ``form`` is the number of a client whose requests look so."""
    caller = Caller(side, url, marker(), crowd)
    try:
        return [caller.send(form, case) for case in cases]
    finally:
        caller.close()


@dataclass(frozen=True, slots=True)
class Heap:
    """What all clients of a crowd heard."""

    heard: tuple[Heard, ...]
    requests: int
    server: str
    markers: tuple[bytes, ...]


def together(side: Side, url: str, cases: Sequence[Case], crowd: Crowd, *, rotated: bool = False) -> Heap:
    """All clients at once send all cases, in their order, or each beginning with another one."""
    markers = [marker() for _ in range(crowd.clients)]
    callers = [Caller(side, url, own, crowd) for own in markers]
    gate = threading.Barrier(crowd.clients)

    def run(number: int) -> list[Heard]:
        start = number * max(len(cases) // crowd.clients, 1) % max(len(cases), 1) if rotated else 0
        gate.wait(crowd.timeout)
        return list(_until(time.monotonic() + crowd.seconds, callers[number], number, [*cases[start:], *cases[:start]]))

    try:
        with ThreadPoolExecutor(crowd.clients) as pool:
            found = list(pool.map(run, range(crowd.clients)))
    finally:
        for caller in callers:
            caller.close()
    requests = sum(caller.sent for caller in callers)
    server = next((caller.server for caller in callers if caller.server), "")
    return Heap(tuple(h for each in found for h in each), requests, server, tuple(m.encode() for m in markers))


def _until(deadline: float, caller: Caller, number: int, cases: Sequence[Case]) -> Iterator[Heard]:
    for case in cases:
        if time.monotonic() > deadline:
            return
        yield caller.send(number, case)


def _text(answer: Answer) -> bytes:
    lines = [str(answer.status), *(f"{name}: {value}" for name, value in answer.headers)]
    return "\n".join(lines).encode("utf-8", "surrogateescape") + b"\n\n" + answer.body
