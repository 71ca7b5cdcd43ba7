"""Pair the requests of two or three runs of one suite, test by test."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Answer, Case, Observation, Origin, Side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.verification import Step
    from flask2fastapi.verify.cases.trace_records import Exchanged, Trace

NOT_SENT = "the test did not send this request"
"""Error of an answer that stands for none."""


@dataclass(frozen=True, slots=True)
class TracePair:
    """One test, with what both sides answered, as `compare.verdicts.compare` takes it."""

    case: Case
    before: Observation
    again: Observation | None
    after: Observation


@dataclass(frozen=True, slots=True)
class _Row:
    """One request that at least one side has sent."""

    before: Exchanged | None
    after: Exchanged | None


def pair(before: Trace, again: Trace | None, after: Trace) -> Iterator[TracePair]:
    """A pair for each test that sent a request on either side, in the order of the Flask side.

    Requests are matched by phase, method and path in their order; where a test took another turn on one side, by the
    longest common subsequence. A request that one side did not send is answered with `NOT_SENT` there.
    """
    for test in dict.fromkeys((*before.tests, *after.tests)):
        rows = _rows(before.tests.get(test, ()), after.tests.get(test, ()))
        steps = tuple(_step(row) for row in rows)
        case = _case(test, steps, rows)
        old = tuple(_answer(row.before) for row in rows)
        second = _second(rows, before.tests.get(test, ()), again.tests.get(test, ())) if again is not None else None
        yield TracePair(
            case,
            Observation(Side.BEFORE, case.id, old),
            Observation(Side.AGAIN, case.id, second) if second is not None else None,
            Observation(Side.AFTER, case.id, tuple(_answer(row.after) for row in rows)),
        )


def _key(each: Exchanged) -> tuple[str, str, str]:
    return each.phase, each.step.method, each.step.path


def _rows(before: Sequence[Exchanged], after: Sequence[Exchanged]) -> list[_Row]:
    matcher = SequenceMatcher(None, list(map(_key, before)), list(map(_key, after)), autojunk=False)
    rows: list[_Row] = []
    for _, first, first_end, second, second_end in matcher.get_opcodes():
        rows += _aligned(before[first:first_end], after[second:second_end])
    return rows


def _aligned(before: Sequence[Exchanged], after: Sequence[Exchanged]) -> Iterator[_Row]:
    """A stretch of both: as equal, or as another path in the same place (it holds an id), else one after the other."""
    alike = len(before) == len(after) and all(
        (old.phase, old.step.method) == (new.phase, new.step.method) for old, new in zip(before, after, strict=True)
    )
    if alike:
        yield from (_Row(old, new) for old, new in zip(before, after, strict=True))
        return
    yield from (_Row(old, None) for old in before)
    yield from (_Row(None, new) for new in after)


def _second(rows: Sequence[_Row], before: Sequence[Exchanged], again: Sequence[Exchanged]) -> tuple[Answer, ...]:
    """What Flask answered the second time, for each row; what it answered the first time where nothing fits."""
    known = {row.before.seq: row.after for row in _rows(before, again) if row.before is not None}
    return tuple(_answer(known.get(row.before.seq) or row.before) if row.before else _answer(None) for row in rows)


def _answer(each: Exchanged | None) -> Answer:
    return each.answer if each is not None else Answer(0, error=NOT_SENT)


def _step(row: _Row) -> Step:
    each = row.before or row.after
    assert each is not None
    return each.step


def _case(test: str, steps: tuple[Step, ...], rows: Sequence[_Row]) -> Case:
    endpoints = {row.before.answer.endpoint for row in rows if row.before is not None}
    methods = {step.method for step in steps}
    return Case(
        id=hashlib.sha256(test.encode()).hexdigest()[:12],
        origin=Origin.SUITE,
        title=test,
        steps=steps,
        persona="suite",
        route=endpoints.pop() if len(endpoints) == 1 else None,
        method=methods.pop() if len(methods) == 1 else None,
        kind="suite",
    )
