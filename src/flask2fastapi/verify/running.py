"""A whole verification: boot the sides, send every case to each, compare, shrink what differs, sum up."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from flask2fastapi.model.verification import Side, Verdict, Verification
from flask2fastapi.verify.compare.blame import blamed
from flask2fastapi.verify.compare.clusters import cluster, signature
from flask2fastapi.verify.compare.coverage import KnownRoute, exit_code, route_coverage
from flask2fastapi.verify.compare.guards import login_places
from flask2fastapi.verify.compare.policy import Policy, unused
from flask2fastapi.verify.compare.shrink import shrink
from flask2fastapi.verify.compare.verdicts import compare, settle, slim, unstable
from flask2fastapi.verify.workers import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from flask2fastapi.model.verification import Case, CaseResult, Cluster, Observation, RouteCoverage
    from flask2fastapi.verify.worker_setup import WorkerFacts, WorkerSetup

_FAULTS = {Verdict.DIFFERENT, Verdict.CRASHED}
_DOUBTFUL = {*_FAULTS, Verdict.FLAKY, Verdict.NOT_EXERCISED}
_DULL = {Verdict.IDENTICAL, Verdict.EQUIVALENT}
_SCOUTS = 60
"""Cases that are sent to Flask first, to learn where it sends visitors that have to log in."""


@dataclass(frozen=True, slots=True)
class Handler:
    """The function that serves an endpoint."""

    path: str
    line: int
    decorators: int = 0
    """Lines above it that its decorators take."""
    lines: frozenset[int] = frozenset()
    """Lines on which its statements begin."""
    codes: tuple[str, ...] = ()
    """Codemods that changed its file."""


@dataclass(frozen=True, slots=True)
class VerificationPlan:
    """Everything that a run needs to know."""

    before: WorkerSetup
    again: WorkerSetup
    """The Flask side once more, in a folder of its own: both write."""
    after: WorkerSetup
    cases: Callable[[WorkerFacts], Iterable[Case]]
    """Makes the cases, given what the Flask side holds once it has booted."""
    routes: tuple[KnownRoute, ...]
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    """By endpoint, on the migrated side."""
    policy: Policy = field(default_factory=Policy)
    shrink: bool = True
    most_clusters: int = 40
    """Clusters of which a smallest case is looked for."""
    replay: str = ""
    """Id of the one case, or of the one cluster, that the run is about."""


class Progress(Protocol):
    """Told of what happens; `reports.progress` shows it on a terminal."""

    def booted(self, side: Side, seconds: float, routes: int) -> None:
        """One side answers."""

    def stage(self, what: str) -> None:
        """Something else begins."""

    def begin(self, total: int) -> None:
        """How many cases there are."""

    def case(self, result: CaseResult, causes: int) -> None:
        """One case was compared; ``causes`` is how many different faults have been seen."""


def run_verification(plan: VerificationPlan, progress: Progress) -> Verification:
    """Run everything. Raises TargetBootError when a side does not boot; ends every process on the way out."""
    start = time.monotonic()
    with ExitStack() as stack:
        sides = _boot(plan, stack, progress)
        cases = _chosen(list(plan.cases(sides.workers[Side.BEFORE].facts())), plan.replay)
        progress.stage("baseline")
        logins = sides.logins(cases)
        progress.begin(len(cases))
        results = _compare_all(cases, sides, logins, progress)
        clusters = tuple(each for each in cluster(results) if _is_about(each, plan.replay))
        if plan.shrink and clusters:
            progress.stage(f"looking for the smallest case of {len(clusters)} causes")
            clusters = _shrunk(clusters, plan, sides, logins)
    coverage = route_coverage(plan.routes, results, sides.lines(), logins)
    return Verification(
        cases=tuple(results),
        clusters=tuple(_located(each, plan) for each in clusters),
        routes=coverage,
        unused_rules=unused(plan.policy, {each.rule for result in results for each in result.differences}),
        notes=tuple(_notes(results, coverage)),
        seconds=round(time.monotonic() - start, 2),
        exit_code=exit_code(results, coverage, plan.policy.min_verified),
    )


def _chosen(cases: list[Case], replay: str) -> list[Case]:
    """The one case that is replayed; all when there is none of this id, which then is a cluster's."""
    return [case for case in cases if replay and case.id.startswith(replay)] or cases


def _is_about(each: Cluster, replay: str) -> bool:
    return not replay or each.id == replay or any(case.startswith(replay) for case in each.cases)


def _compare_all(cases: Sequence[Case], sides: _Sides, logins: frozenset[str], progress: Progress) -> list[CaseResult]:
    results: list[CaseResult] = []
    causes: set[object] = set()
    for case in cases:
        result = sides.judge(case, logins)
        faults = (each for each in result.differences if each.verdict in _FAULTS)
        causes.update(signature(blamed(result, each), each) for each in faults)
        progress.case(result, len(causes))
        results.append(_kept(result))
    return [settle(result, sides.unstable) for result in results]


def _boot(plan: VerificationPlan, stack: ExitStack, progress: Progress) -> _Sides:
    setups = {Side.BEFORE: plan.before, Side.AGAIN: plan.again, Side.AFTER: plan.after}
    workers: dict[Side, Worker] = {}
    for side, setup in setups.items():
        begin = time.monotonic()
        workers[side] = stack.enter_context(Worker.start(side, setup))
        app = workers[side].facts().app
        progress.booted(side, time.monotonic() - begin, len(app.rules) if app else 0)
    pool = stack.enter_context(ThreadPoolExecutor(len(workers)))
    return _Sides(plan, workers, pool)


class _Sides:
    """The three workers, side by side."""

    def __init__(self, plan: VerificationPlan, workers: dict[Side, Worker], pool: ThreadPoolExecutor) -> None:
        self.workers = workers
        self._plan = plan
        self._pool = pool
        self._cover = sorted({handler.path for handler in plan.handlers.values()})
        self._ran: dict[str, set[int]] = {}
        self.unstable: set[str] = set()
        """Places that Flask does not give twice alike, learnt over all cases."""

    def judge(self, case: Case, logins: frozenset[str], *, fresh: bool = False) -> CaseResult:
        """Send a case to all sides at once and compare.

        Processes that have answered other cases answer it first, which costs a fraction: all sides have seen the same
        ones. Anything that differs then is asked again of fresh ones.
        """
        result = self._compared(case, logins, fresh)
        if fresh or result.verdict not in _DOUBTFUL:
            return result
        return self._compared(case, logins, True)

    def _compared(self, case: Case, logins: frozenset[str], fresh: bool) -> CaseResult:
        before = self.workers[Side.BEFORE].observe(case, fresh=fresh)
        again, after = self._pool.map(lambda side: self._observe(side, case, before, fresh), (Side.AGAIN, Side.AFTER))
        for path, lines in after.lines.items():
            self._ran.setdefault(path, set()).update(lines)
        self.unstable |= unstable(case, before, again)
        return compare(case, before, again, after, self._plan.policy, logins)

    def _observe(self, side: Side, case: Case, before: Observation, fresh: bool) -> Observation:
        """One of the other sides; other servers answer it as they answered the first."""
        cover = self._cover if side is Side.AFTER else ()
        return self.workers[side].observe(case, cover=cover, replay=before.recorded, fresh=fresh)

    def logins(self, cases: Sequence[Case]) -> frozenset[str]:
        """Learn from Flask's answers to plain requests which pages are login pages."""
        worker = self.workers[Side.BEFORE]
        plain = [
            case for case in cases if case.persona == "anonymous" and case.method == "GET" and case.kind == "valid"
        ]
        return login_places((case, worker.observe(case, fresh=False)) for case in plain[:_SCOUTS])

    def lines(self) -> dict[str, tuple[int, int]]:
        """Endpoint -> lines of its handler that ran, and all of them."""
        found = {}
        for endpoint, handler in self._plan.handlers.items():
            ran = self._ran.get(handler.path, set()) & handler.lines
            found[endpoint] = (len(ran), len(handler.lines))
        return found


def _kept(result: CaseResult) -> CaseResult:
    """What is kept of a case: of those where nothing happened only statuses, so that memory does not grow with them."""
    if result.verdict not in _DULL:
        return result
    before = slim(result.before) if result.before else None
    after = slim(result.after) if result.after else None
    return replace(result, before=before, after=after, differences=result.differences[:20])


def _shrunk(
    clusters: Sequence[Cluster], plan: VerificationPlan, sides: _Sides, logins: frozenset[str]
) -> tuple[Cluster, ...]:
    found = []
    for each in clusters[: plan.most_clusters]:
        small = shrink(each.example, lambda case: sides.judge(case, logins, fresh=True), each.difference)
        found.append(replace(each, example=small.result, reproducible=small.reproducible))
    return (*found, *clusters[plan.most_clusters :])


def _located(each: Cluster, plan: VerificationPlan) -> Cluster:
    handler = plan.handlers.get(each.route or "")
    if handler is None:
        return each
    return replace(each, handler=f"{handler.path}:{handler.line}", codes=handler.codes)


def _notes(results: Sequence[CaseResult], coverage: Sequence[RouteCoverage]) -> list[str]:
    notes = []
    flaky = sum(result.verdict is Verdict.FLAKY for result in results)
    if flaky:
        notes.append(f"{flaky} cases were not answered alike by Flask itself: nothing can be said of them")
    idle = sum(not route.verified for route in coverage)
    if idle:
        notes.append(f"{idle} of {len(coverage)} routes are not verified")
    return notes
