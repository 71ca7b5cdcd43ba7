"""What the verifier's stages share: cases, what the two sides answered and wrote, and what was made of it.

A *side* is one application in a process of its own: ``before`` (Flask), ``again`` (Flask once more, to learn what is
not stable) and ``after`` (the migrated application). A *case* is a short sequence of requests that starts from the same
state on every side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from flask2fastapi.model.served import ServerFault, ServerRun, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Answer",
    "Capture",
    "Case",
    "CaseResult",
    "Cluster",
    "Difference",
    "Effects",
    "Header",
    "Observation",
    "Origin",
    "Recorded",
    "RouteCoverage",
    "Row",
    "ServerFault",
    "ServerRun",
    "Side",
    "Step",
    "Verdict",
    "Verification",
    "Weight",
]

Header = tuple[str, str]
Row = tuple[str, ...]
"""Values of one row as canonical text; NULL is ``\\x00NULL``, bytes are ``\\x00x`` and hexadecimal digits."""


class Side(StrEnum):
    """Which application answered."""

    BEFORE = "before"
    AGAIN = "again"
    AFTER = "after"


class Origin(StrEnum):
    """Where a case comes from."""

    AUTO = "auto"
    SUITE = "suite"
    HAR = "har"
    YAML = "yaml"
    OPENAPI = "openapi"


@dataclass(frozen=True, slots=True)
class Capture:
    """A value of an answer, kept on each side for itself and used in later steps as ``{{name}}``, ``{{name|url}}``."""

    name: str
    source: str
    """``json:$.data.token``, ``header:Location``, ``cookie:csrf``, ``text:<regular expression with one group>``.

    ``header:Location /books/(.+)`` takes a part of a header, ``mail:<regular expression with one group>`` one of the
    mails that the case has had sent, or of the tasks that it has had queued, the latest first.
    """


@dataclass(frozen=True, slots=True)
class Step:
    """One request. Cookies that a side sets are sent back to it by the worker; a ``Cookie`` header here is added."""

    method: str
    path: str
    """Percent-encoded, without the query, as it goes over the wire."""
    query: str = ""
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    captures: tuple[Capture, ...] = ()
    follow: bool = False
    """Follow redirects, as a client with ``follow_redirects`` does."""
    wait: float = 0.0
    """Seconds that pass on the stopped clock before the request is sent."""
    elsewhere: tuple[tuple[int, bytes], ...] = ()
    """Status and JSON that servers elsewhere answer with while this request lasts, one after another, the last one
    again and again; nobody answers where there is none. Hosts that may be reached answer themselves."""

    account: str = ""
    """``name:password`` with which the challenge of the answer before is met (HTTP Digest, RFC 7616)."""

    @property
    def needs_worker(self) -> bool:
        """Whether no other client can send it: time passes, a mail is read, servers are played, a challenge is met."""
        return bool(
            self.wait
            or self.elsewhere
            or self.account
            or any(each.source.startswith("mail:") for each in self.captures)
        )


@dataclass(frozen=True, slots=True)
class Case:
    """Requests that are sent one after another, from the state in which every case starts."""

    id: str
    """Stable between runs: derived from what the case does."""
    origin: Origin
    title: str
    """For people: ``POST /books with a missing field``."""
    steps: tuple[Step, ...]
    persona: str = "anonymous"
    route: str | None = None
    """Endpoint of the route that it is about, None when it is about none (unknown URL) or several."""
    method: str | None = None
    kind: str = ""
    """What is tried: ``valid``, ``missing-field``, ``wrong-type``, ``head``, ``slash``, ``read-back``…"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one side answered to one step."""

    status: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    error: str | None = None
    """An exception that came out of the application instead of an answer: ``ValueError: text`` (status 0)."""
    traceback: str = ""
    endpoint: str | None = None
    rung: str | None = None
    """``native`` or ``mounted`` on the migrated side."""
    path: str = ""
    """Path of the last request where redirects were followed."""
    sent: tuple[str, ...] | None = None
    """Names of the cookies that went with the request, by jar or header; None when nobody looked."""
    cut: str = ""
    """Why ``body`` is only its beginning, ``larger than …`` or ``did not end …``: compare what both sides have."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One outgoing HTTP request that was let out, and what was answered to it, for the other sides to get as well."""

    request: str
    """As in `Effects.outgoing`."""
    answer: bytes
    """Status line, headers and body, as they came over the wire; empty for a connection that failed."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What a case left behind, as differences from the state in which it started."""

    added: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    """Table (``main.users``) -> new rows, sorted; an updated row is a removed and an added one."""
    removed: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Table -> names of its columns, for the tables above."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Path below a watched folder -> sha256 of its new content, "" for a deleted file."""
    mails: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    """Outgoing HTTP: ``POST https://… sha256(body)``, sorted."""
    tasks: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    """Connections that were not allowed: ``10.0.0.1:5432``."""
    programs: tuple[str, ...] = ()
    """Programs that were started, in their order: ``convert in.png out.jpg``."""


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything seen of one case on one side."""

    side: Side
    case: str
    answers: tuple[Answer, ...]
    effects: Effects = field(default_factory=Effects)
    lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """File -> lines of handlers that ran, for the files that were asked for."""
    crashed: str = ""
    """Why the worker gave no answer: ``timed out after 10 s``, ``exited with 1``; "" when it did."""
    printed: str = ""
    """What the application wrote to standard output and error, log records included."""
    recorded: tuple[Recorded, ...] = ()
    notes: tuple[str, ...] = ()
    """What else happened that a reader should know: ``left 1 process running``."""


class Weight(IntEnum):
    """How bad a difference is."""

    MINOR = 1  # a header that no client should need, the text of an error
    MAJOR = 2  # shape or type of a body, a header that matters
    BLOCKER = 3  # status class, data written, cookies and their flags, a lost guard


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which two observations differ."""

    where: str
    """``status``, ``header:content-type``, ``cookie:session.httponly``, ``body:$.items[*].id``, ``table:users.x``."""
    step: int
    before: str
    after: str
    verdict: Verdict
    weight: Weight = Weight.MAJOR
    rule: str = ""
    """The built-in rule or policy entry by which it is equivalent or accepted."""
    lost_guard: bool = False
    """A request that was refused and is let in now."""
    kind: str = "value"
    """``value``, ``type``, ``missing``, ``extra``, ``order``, ``size``, ``form`` (other bytes, same meaning)."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case, compared."""

    case: Case
    verdict: Verdict
    differences: tuple[Difference, ...] = ()
    before: Observation | None = None
    after: Observation | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Differences with one cause, as far as can be told: the same route, place and kind of change."""

    id: str
    """For ``--replay``; stable between runs."""
    route: str | None
    difference: Difference
    cases: tuple[str, ...]
    example: CaseResult
    """The smallest case that shows it."""
    reproducible: bool = True
    handler: str = ""
    """``shop/views.py:12``"""
    codes: tuple[str, ...] = ()
    """Codemods that changed the handler's file."""


@dataclass(frozen=True, slots=True)
class RouteCoverage:
    """How far one route was exercised."""

    endpoint: str
    rule: str
    methods: tuple[str, ...]
    rung: str
    statuses: Mapping[str, int] = field(default_factory=dict)
    """``2xx`` -> how many answers of the ``before`` side, by status class."""
    lines_run: int = 0
    lines_total: int = 0
    worst: Verdict = Verdict.NOT_EXERCISED
    missing: str = ""
    """What is missing to exercise it: ``every case was answered 401: give --login``."""

    @property
    def verified(self) -> bool:
        """Reached with a 2xx or 3xx, and nothing worse than accepted was seen."""
        reached = self.statuses.get("2xx", 0) + self.statuses.get("3xx", 0) > 0
        return reached and self.worst in {Verdict.IDENTICAL, Verdict.EQUIVALENT, Verdict.ACCEPTED}


@dataclass(frozen=True, slots=True)
class Verification:
    """The whole result: what reports are made of."""

    cases: tuple[CaseResult, ...]
    clusters: tuple[Cluster, ...]
    routes: tuple[RouteCoverage, ...]
    unused_rules: tuple[str, ...] = ()
    """Policy entries that accepted nothing."""
    notes: tuple[str, ...] = ()
    servers: ServerRun | None = None
    """What real servers showed; None when that was not asked for."""
    seconds: float = 0.0
    exit_code: int = 0
    """0 well, 1 differences, 2 usage, 3 an app did not boot, 4 too little exercised, 5 internal error or time-out."""
