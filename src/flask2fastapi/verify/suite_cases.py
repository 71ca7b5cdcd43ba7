"""The project's own tests as cases: run on all sides, their requests paired and compared, and how each test ended.

A test that passes on Flask, each time, and fails on the migrated side is a difference, whatever it looks at.
"""

from __future__ import annotations

import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask2fastapi.errors import TargetError
from flask2fastapi.model.verification import (
    Case,
    CaseResult,
    Difference,
    Observation,
    Origin,
    Side,
    Verdict,
    Weight,
)
from flask2fastapi.verify.cases.trace_pairs import pair
from flask2fastapi.verify.cases.trace_records import Trace
from flask2fastapi.verify.cases.traces import record_trace
from flask2fastapi.verify.compare.verdicts import compare, settle, unstable
from flask2fastapi.verify.suite_result import summary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from flask2fastapi.verify.cases.trace_pairs import TracePair
    from flask2fastapi.verify.cases.traces import TraceSetup
    from flask2fastapi.verify.compare.policy import Policy

PLACE = "test"
"""Where a test differs that ends otherwise."""
_PASSED = "passed"
_BEAT = 0.2


@dataclass(frozen=True, slots=True)
class SuitePlan:
    """The suite of each side; in folders of their own, as tests write."""

    before: TraceSetup
    again: TraceSetup
    after: TraceSetup


@dataclass(frozen=True, slots=True)
class SuiteTraces:
    """What the suite did on each side; ``trouble`` says why it did not run on the migrated one."""

    before: Trace
    again: Trace
    after: Trace
    trouble: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """How many tests there are and what they came to, for a reader."""
        passed = self.before.counts[_PASSED]
        kept = sum(
            outcome == _PASSED and self.after.outcomes.get(test) == _PASSED
            for test, outcome in self.before.outcomes.items()
        )
        failing = len(self.before.outcomes) - passed - self.before.counts["skipped"]
        told = f"the project's tests: {passed} pass on Flask, {kept} of them on FastAPI"
        told += f"; {self.before.requests} requests compared" + (
            f"; {failing} fail on Flask as well" if failing else ""
        )
        return (told, *(summary(self.after.suite) if self.after.suite is not None else ()))


def recorded_suite(plan: SuitePlan, timeout: float | None = None) -> SuiteTraces:
    """Run the suite on all sides at once. Raises TargetError when it does not run on the Flask side.

    Where both Flask sides are the same setup, they are run once: what is not stable is then known already.
    """
    stop = threading.Event()
    with ThreadPoolExecutor(3) as pool:
        try:
            before, after = (
                pool.submit(record_trace, side, _within(setup, timeout), stop)
                for side, setup in ((Side.BEFORE, plan.before), (Side.AFTER, plan.after))
            )
            once = plan.again is plan.before
            second = _within(plan.again, timeout)
            again = before if once else pool.submit(record_trace, Side.AGAIN, second, stop)
            _wait([before, again, after])
        except BaseException:
            stop.set()
            raise
    try:
        return SuiteTraces(before.result(), again.result(), after.result())
    except TargetError as error:
        if before.exception() is not None or again.exception() is not None:
            raise
        return SuiteTraces(before.result(), again.result(), Trace(Side.AFTER), str(error))


def suite_results(traces: SuiteTraces, policy: Policy, logins: frozenset[str] = frozenset()) -> Iterator[CaseResult]:
    """A result for each test that sent a request, and for each other one that ends otherwise than on Flask."""
    if traces.trouble:
        yield _not_run(traces.trouble)
        return
    pairs = list(pair(traces.before, traces.again, traces.after))
    known: set[str] = set()
    for each in pairs:
        if each.again is not None:
            known |= unstable(each.case, each.before, each.again)
    for each in pairs:
        result = compare(each.case, each.before, each.again, each.after, policy, logins)
        yield _ended(settle(result, known), traces, each)
    sent = {each.case.title for each in pairs}
    for test in traces.before.outcomes:
        if test not in sent and (difference := _other_end(test, traces, 0)) is not None:
            case = Case(_identifier(test), Origin.SUITE, test, (), "suite", kind="suite")
            nothing = Observation(Side.BEFORE, case.id, ()), Observation(Side.AFTER, case.id, ())
            yield CaseResult(case, difference.verdict, (difference,), *nothing)


def _ended(result: CaseResult, traces: SuiteTraces, each: TracePair) -> CaseResult:
    """The result, with how its test ended; where a request differs already, the test fails because of that."""
    if result.verdict in {Verdict.DIFFERENT, Verdict.CRASHED}:
        return result
    difference = _other_end(each.case.title, traces, max(len(each.case.steps) - 1, 0))
    if difference is None:
        return result
    return replace(result, verdict=difference.verdict, differences=(*result.differences, difference))


def _other_end(test: str, traces: SuiteTraces, step: int) -> Difference | None:
    before, again = traces.before.outcomes.get(test, "did not run"), traces.again.outcomes.get(test, "did not run")
    after = traces.after.outcomes.get(test, "did not run")
    if before != _PASSED or after in {_PASSED, "skipped"}:
        return None
    if again != _PASSED:
        return Difference(PLACE, step, f"{before} or {again}", after, Verdict.FLAKY, Weight.MINOR)
    return Difference(PLACE, step, before, after, Verdict.DIFFERENT, Weight.BLOCKER)


def _not_run(trouble: str) -> CaseResult:
    title = "the project's tests"
    case = Case(_identifier(title), Origin.SUITE, title, (), "suite", kind="suite")
    difference = Difference("crash", 0, "they run", trouble, Verdict.CRASHED, Weight.BLOCKER)
    nothing = Observation(Side.BEFORE, case.id, ()), Observation(Side.AFTER, case.id, (), crashed=trouble)
    return CaseResult(case, Verdict.CRASHED, (difference,), *nothing)


def _identifier(test: str) -> str:
    return hashlib.sha256(test.encode()).hexdigest()[:12]


def _within(setup: TraceSetup, timeout: float | None) -> TraceSetup:
    return setup if timeout is None else replace(setup, timeout=max(min(setup.timeout, timeout), 1.0))


def _wait(futures: list[Future[Trace]]) -> None:
    """Wait in beats: an interrupt reaches only a thread that is not blocked for good."""
    while not all(future.done() for future in futures):
        time.sleep(_BEAT)
