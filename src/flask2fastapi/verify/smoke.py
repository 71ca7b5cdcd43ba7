"""Many clients at once against a running application, held against the answers of the original alone.

Tests that run in one thread cannot show what threads do to each other. Here each client carries its own marker (a
header and a query value) and its own cookies; an answer that holds another client's marker has been mixed up.
"""

from __future__ import annotations

import re
import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from flask2fastapi.verify.answers import same_body
from flask2fastapi.verify.client import Answer, Client, NoAnswerError, Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CLIENTS = 20
TIMEOUT = 30.0
MARKER_HEADER = "X-Smoke-Client"
MARKER_QUERY = "client"
_MARKER = re.compile(rb"smoke[0-9a-f]{12}")
_ANYBODY = b"smoke" + b"-" * 12
_SHOWN = 80


class FaultKind(StrEnum):
    """What was wrong with an answer."""

    ERROR = "error"
    """There was none: a broken connection, no HTTP, a time-out."""
    STATUS = "status"
    HEADER = "header"
    """Content-Type or Location."""
    BODY = "body"
    MIXED = "mixed"
    """It holds another client's marker."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One answer that was not as it should be."""

    kind: FaultKind
    client: int
    """Number of the client, from 0."""
    request: Request
    detail: str
    """What was expected and what came, in one line."""

    def __str__(self) -> str:
        return f"{self.kind.value}: client {self.client}, {self.request}: {self.detail}"


@dataclass(frozen=True, slots=True)
class SmokeResult:
    """What a smoke run showed."""

    clients: int
    sent: int
    """Requests that all clients sent together."""
    faults: tuple[Fault, ...] = ()
    unstable: tuple[Request, ...] = ()
    """Requests that the original alone does not answer alike twice: compared by status only."""

    @property
    def clean(self) -> bool:
        """No error, no difference, nothing mixed up."""
        return not self.faults

    def count(self, *kinds: FaultKind) -> int:
        """Number of faults of these kinds."""
        counted = Counter(fault.kind for fault in self.faults)
        return sum(counted[kind] for kind in kinds)

    def __str__(self) -> str:
        counts = ", ".join(f"{self.count(kind)} {kind.value}" for kind in FaultKind)
        return f"{self.clients} clients, {self.sent} requests, {len(self.unstable)} by status only; faults: {counts}"


@dataclass(frozen=True, slots=True)
class _Expected:
    """What the original answered, each time, with markers blotted out."""

    answers: tuple[Answer, ...]

    @property
    def stable(self) -> bool:
        return all(_compared(answer) == _compared(self.answers[0]) for answer in self.answers)


def smoke(
    original: str,
    migrated: str,
    requests: Sequence[Request],
    *,
    clients: int = CLIENTS,
    timeout: float = TIMEOUT,
) -> SmokeResult:
    """Send ``requests`` in their order: twice to ``original``, alone; then by all clients at once to ``migrated``.

    Both are base URLs of running servers, whose applications must start from equal data; ``timeout`` is in seconds for
    each answer. Raises NoAnswerError if the original gives no answer.
    """
    passes = [_alone(original, requests, timeout) for _ in range(2)]
    expected = [_Expected(answers) for answers in zip(*passes, strict=True)]
    markers = [_marker() for _ in range(clients)]
    together = threading.Barrier(clients)

    def run(number: int) -> list[Fault]:
        together.wait(timeout)
        return _one_client(migrated, requests, expected, markers, number, timeout)

    with ThreadPoolExecutor(clients) as pool:
        found = list(pool.map(run, range(clients)))
    unstable = tuple(request for request, known in zip(requests, expected, strict=True) if not known.stable)
    return SmokeResult(clients, clients * len(requests), tuple(f for faults in found for f in faults), unstable)


def _alone(url: str, requests: Iterable[Request], timeout: float) -> list[Answer]:
    marker = _marker()
    with Client(url, timeout) as client:
        return [_blotted(client.send(_marked(request, marker)), marker) for request in requests]


def _one_client(
    url: str,
    requests: Sequence[Request],
    expected: Sequence[_Expected],
    markers: Sequence[str],
    number: int,
    timeout: float,
) -> list[Fault]:
    own = markers[number]
    others = frozenset(marker.encode() for marker in markers) - {own.encode()}
    found = []
    with Client(url, timeout) as client:
        for request, known in zip(requests, expected, strict=True):
            try:
                answer = client.send(_marked(request, own))
            except NoAnswerError as error:
                found.append(Fault(FaultKind.ERROR, number, request, str(error)))
                continue
            fault = _fault(known, _blotted(answer, own), others)
            if fault is not None:
                found.append(Fault(fault[0], number, request, fault[1]))
    return found


def _fault(known: _Expected, answer: Answer, others: frozenset[bytes]) -> tuple[FaultKind, str] | None:
    """The worst that is wrong with an answer, from which the own marker has been blotted out."""
    whole = b"\n".join([*(f"{name}: {value}".encode() for name, value in answer.headers), answer.body])
    if strange := others.intersection(_MARKER.findall(whole)):
        return FaultKind.MIXED, f"holds the marker of {len(strange)} other clients"
    first = known.answers[0]
    if answer.status not in {each.status for each in known.answers}:
        return FaultKind.STATUS, f"{first.status} expected, {answer.status} came: {_short(answer.body)}"
    if not known.stable:
        return None
    if _head(answer) != _head(first):
        return FaultKind.HEADER, f"{_head(first)} expected, {_head(answer)} came"
    if not same_body(first, answer):
        return FaultKind.BODY, _first_difference(first.body, answer.body)
    return None


def _compared(answer: Answer) -> tuple[int, tuple[str | None, str | None], bytes]:
    return answer.status, _head(answer), answer.body


def _head(answer: Answer) -> tuple[str | None, str | None]:
    return answer.header("Content-Type"), answer.header("Location")


def _marker() -> str:
    return f"smoke{uuid.uuid4().hex[:12]}"


def _marked(request: Request, marker: str) -> Request:
    joint = "&" if "?" in request.path else "?"
    path = f"{request.path}{joint}{MARKER_QUERY}={marker}"
    return replace(request, path=path, headers=(*request.headers, (MARKER_HEADER, marker)))


def _blotted(answer: Answer, marker: str) -> Answer:
    blot = _ANYBODY.decode()
    headers = tuple((name, value.replace(marker, blot)) for name, value in answer.headers)
    return replace(answer, headers=headers, body=answer.body.replace(marker.encode(), _ANYBODY))


def _first_difference(expected: bytes, came: bytes) -> str:
    shortest = min(len(expected), len(came))
    place = next((index for index in range(shortest) if expected[index] != came[index]), shortest)
    start = max(place - 20, 0)
    return f"{_short(expected[start:])} expected, {_short(came[start:])} came (at byte {place})"


def _short(body: bytes) -> str:
    return repr(body[:_SHOWN].decode(errors="replace"))
