"""Many clients at once against the migrated side's server, held against what the Flask side's answers to one alone.

Cases that run one at a time cannot show what threads do to each other. Answers are judged as those of any case, with
the same rules and the same policy; beside that, an answer that holds another client's marker, or is the answer to
another case, has been mixed up. What Flask does as well with so many clients is no fault of the migration.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Observation, ServerFault, Side, Verdict
from flask2fastapi.verify.compare.policy import Policy
from flask2fastapi.verify.compare.verdicts import compare, settle, unstable
from flask2fastapi.verify.crowd import TWICE_HEADER, Crowd, alone, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask2fastapi.model.verification import Case, Step
    from flask2fastapi.verify.crowd import Heard

READING = {"GET", "HEAD", "OPTIONS"}
_SERVER_ERROR = 500
_LONG = 16
"""Bytes that make a body somebody's own."""
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class SmokeResult:
    """What a smoke run showed."""

    clients: int
    requests: int
    """That all clients sent together."""
    servers: tuple[str, str]
    """The names by which both servers call themselves."""
    faults: tuple[ServerFault, ...] = ()
    shared: tuple[ServerFault, ...] = ()
    """What Flask does as well, with as many clients."""


def smoke(
    before: str,
    after: str,
    cases: Sequence[Case],
    *,
    policy: Policy | None = None,
    logins: frozenset[str] = frozenset(),
    crowd: Crowd | None = None,
) -> SmokeResult:
    """Send ``cases`` to the servers at two URLs, whose applications start from equal data.

    Of cases that only read everything is compared; of those that write, whose answers depend on who was first, that
    the status is one which Flask gives as well. A side that does not answer is a fault, never an exception.
    """
    crowd = crowd or Crowd()
    reading, writing = parted(cases)
    judge = _Judge(reading, policy or Policy(), logins)
    for side, url in ((Side.BEFORE, before), (Side.AFTER, after)):
        alone(side, url, reading, 0, crowd)  # who logs in for the first time may be answered otherwise
    for part in (reading, writing):
        for form in (0, 1, 0, 1):  # twice, with other markers: what comes of one is not stable
            judge.learn(alone(Side.BEFORE, before, part, form, crowd), form)
    read = together(Side.AFTER, after, reading, crowd, rotated=True)
    first = alone(Side.AFTER, after, writing, 0, crowd)
    wrote = together(Side.AFTER, after, writing, crowd)
    faults = (*judge.faults(first), *judge.faults(read.heard, read.markers), *judge.faults(wrote.heard, wrote.markers))
    shared: tuple[ServerFault, ...] = ()
    if faults:
        again = [together(Side.BEFORE, before, part, crowd, rotated=part is reading) for part in (reading, writing)]
        known = {_about(fault) for load in again for fault in judge.faults(load.heard, load.markers, rare=True)}
        shared = tuple(fault for fault in faults if _about(fault) in known)
        faults = tuple(fault for fault in faults if _about(fault) not in known)
    return SmokeResult(
        crowd.clients, read.requests + wrote.requests, (judge.server, read.server or wrote.server), faults, shared
    )


def parted(cases: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    """Cases that only read, and those that write: by their methods, but for the steps with which a persona logs in."""
    logins: dict[str, tuple[Step, ...]] = {}
    for case in cases:
        own = case.steps[:-1] if case.persona != "anonymous" else ()
        known = logins.setdefault(case.persona, own)
        logins[case.persona] = tuple(
            step for step, _ in takewhile(lambda pair: pair[0] == pair[1], zip(known, own, strict=False))
        )
    reading: list[Case] = []
    writing: list[Case] = []
    for case in cases:
        asked = case.steps[len(logins[case.persona]) :]
        (reading if all(step.method in READING for step in asked) else writing).append(case)
    return reading, writing


def _about(fault: ServerFault) -> tuple[str, str, str]:
    return fault.kind, fault.request, fault.where


class _Judge:
    """Knows what Flask answers to one client alone, and holds other answers against it."""

    def __init__(self, reading: Sequence[Case], policy: Policy, logins: frozenset[str]) -> None:
        self._reading = {case.id for case in reading}
        self._policy = policy
        self._logins = logins
        self._expected: dict[tuple[str, int], list[Heard]] = defaultdict(list)
        self._unstable: set[str] = set()
        self._judged: dict[tuple[str, int, bytes], tuple[ServerFault, ...]] = {}
        self.server = ""

    def learn(self, heard: Iterable[Heard], form: int) -> None:
        """Take answers of Flask's."""
        for each in heard:
            known = self._expected[each.case.id, form]
            known.append(each)
            self.server = self.server or each.server
            self._unstable |= unstable(each.case, known[0].seen, each.seen)

    def faults(
        self, heard: Sequence[Heard], markers: Sequence[bytes] = (), *, rare: bool = False
    ) -> tuple[ServerFault, ...]:
        """What is wrong with answers, each thing once with their number.

        Clients of a crowd that write the same row get into each other's way, now and then, in any application: only
        what happens to most of them counts, unless what is ``rare`` is asked for, too.
        """
        asked = Counter(each.case.id for each in heard)
        found: Counter[ServerFault] = Counter()
        first: dict[tuple[str, str, str], ServerFault] = {}
        for each in heard:
            for fault in self._wrong(each, markers):
                found[first.setdefault(_about(fault), fault)] += 1
        return tuple(
            replace(fault, count=count)
            for fault, count in found.items()
            if rare or fault.case in self._reading or fault.where != "status" or count * 2 > asked[fault.case]
        )

    def _wrong(self, heard: Heard, markers: Sequence[bytes]) -> tuple[ServerFault, ...]:
        """The faults of one answer; equal answers are judged once."""
        strange = [each for each in markers if each in heard.text]
        if strange:
            return (_fault("mixed", heard, "", f"holds the marker of {len(strange)} other clients"),)
        key = (heard.case.id, heard.client % 2, heard.text + heard.seen.crashed.encode())
        if key not in self._judged:
            self._judged[key] = tuple(self._judge(heard))
        return self._judged[key]

    def _judge(self, heard: Heard) -> Iterable[ServerFault]:
        known = self._expected[heard.case.id, heard.client % 2]
        before, again = known[0].seen, known[-1].seen
        if before.crashed or again.crashed:
            return
        if heard.seen.crashed:
            yield _fault("error", heard, "", heard.seen.crashed)
            return
        every = [self._expected[heard.case.id, form] for form in (0, 1)]
        runs = [each.seen.answers for heard_alone in every for each in heard_alone if each.seen.answers]
        came = [answer.status for answer in heard.seen.answers]
        if max(came) >= _SERVER_ERROR and max(came) not in {answer.status for run in runs for answer in run}:
            yield _fault("error", heard, "status", f"{_statuses(before)} expected, {_statuses(heard.seen)} came")
            return
        if heard.case.id not in self._reading:
            if came[-1] not in {run[-1].status for run in runs}:
                yield _fault(
                    "different", heard, "status", f"{_statuses(before)} expected, {_statuses(heard.seen)} came"
                )
            return
        yield from self._compared(heard, before, again)

    def _compared(self, heard: Heard, before: Observation, again: Observation) -> Iterable[ServerFault]:
        if not any(name == TWICE_HEADER for answer in heard.seen.answers for name, _ in answer.headers):
            before, again = _once(before), _once(again)
        result = settle(
            compare(heard.case, before, again, heard.seen, self._policy, self._logins, self._unstable), self._unstable
        )
        wrong = [each for each in result.differences if each.verdict is Verdict.DIFFERENT]
        last = len(heard.case.steps) - 1
        if wrong and all(each.step == last for each in wrong) and (owner := self._owner(heard)):
            yield _fault("mixed", heard, "", f"is the answer to {owner}")
            return
        for each in wrong:
            detail = f"{each.before[:_SHOWN]!r} expected, {each.after[:_SHOWN]!r} came"
            yield _fault("different", heard, each.where, detail)

    def _owner(self, heard: Heard) -> str:
        """The request to which this is Flask's answer, if it is not the one that was sent."""
        last = heard.seen.answers[-1]
        own = self._expected[heard.case.id, heard.client % 2]
        if any(known.seen.answers and known.seen.answers[-1].body == last.body for known in own):
            return ""
        for known in self._expected.values():
            other = known[0].seen.answers[-1] if known[0].seen.answers else None
            if other and len(last.body) >= _LONG and (other.status, other.body) == (last.status, last.body):
                return f"{_request(known[0].case)} of {known[0].case.persona}"
        return ""


def _once(seen: Observation) -> Observation:
    """What Flask's server sends twice is expected of no other: Werkzeug's own does so with the dates of files."""
    answers = (
        replace(answer, headers=tuple(each for each in answer.headers if each[0] != TWICE_HEADER))
        for answer in seen.answers
    )
    return replace(seen, answers=tuple(answers))


def _fault(kind: str, heard: Heard, where: str, detail: str) -> ServerFault:
    return ServerFault(kind, _request(heard.case), heard.case.id, where, detail)


def _request(case: Case) -> str:
    return f"{case.steps[-1].method} {case.steps[-1].path}"


def _statuses(seen: Observation) -> str:
    return " ".join(str(answer.status) for answer in seen.answers)
