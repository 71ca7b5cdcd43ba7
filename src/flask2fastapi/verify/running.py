"""A whole verification: boot the sides, send every case to each, compare, shrink what differs, sum up."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from flask2fastapi.errors import Flask2FastAPIError
from flask2fastapi.model.verification import Origin, Side, Verdict, Verification
from flask2fastapi.verify import gathering
from flask2fastapi.verify.compare.blame import blamed
from flask2fastapi.verify.compare.clusters import cluster, signature
from flask2fastapi.verify.compare.coverage import KnownRoute, exit_code, route_coverage
from flask2fastapi.verify.compare.policy import Policy, unused
from flask2fastapi.verify.compare.shrink import shrink
from flask2fastapi.verify.compare.verdicts import settle
from flask2fastapi.verify.concealing import concealed
from flask2fastapi.verify.outside import outside_notes
from flask2fastapi.verify.sending import Sides
from flask2fastapi.verify.servers import try_servers
from flask2fastapi.verify.suite_cases import recorded_suite, suite_results
from flask2fastapi.verify.suite_shrinking import SuiteShrinking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from flask2fastapi.model.facts import ResolvedRoute
    from flask2fastapi.model.verification import Case, CaseResult, Cluster, ServerRun
    from flask2fastapi.verify.cases import Persona
    from flask2fastapi.verify.compare.shrink import Shrunk
    from flask2fastapi.verify.servers import ServerOptions
    from flask2fastapi.verify.suite_cases import SuitePlan
    from flask2fastapi.verify.worker_setup import WorkerFacts, WorkerSetup

DIFFERENCES, ENDED_EARLY = 1, 5
MOST_TESTS = 8
"""Causes that the project's tests have shown of which a smallest form is looked for: each runs a test many times."""
_FAULTS = {Verdict.DIFFERENT, Verdict.CRASHED}


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
    suite: SuitePlan | None = None
    """The project's own tests, to be recorded on all sides."""
    personas: tuple[Persona, ...] = ()
    """Who sends the requests, as the running Flask side has shown them to be sent best."""
    served: tuple[ResolvedRoute, ...] = ()
    """All routes of the running Flask side."""
    inside: str = ""
    """Where the folder of the sides is in the repository: what paths of reports begin with, "" for its root."""
    only: frozenset[str] | None = None
    """Endpoints that the run is about, None for all."""
    timeout: float | None = None
    """Seconds after which no further case is sent."""
    notes: tuple[str, ...] = ()
    """What is known to be missing before the run begins."""
    servers: ServerOptions | None = None
    """How much goes over real servers as well; None for nothing."""


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


def run_verification(plan: VerificationPlan, progress: Progress, *, partial: bool = False) -> Verification:
    """Run everything. Raises TargetBootError when a side does not boot, TargetError when its tests cannot be run there.

    Ends every process on the way out. The time-out ends the run, and what was found up to then is the result, with an
    exit code of 5; with ``partial`` an interrupt and a fault of our own do the same.
    """
    run = _Run(plan, progress)
    try:
        run.all()
    except KeyboardInterrupt:
        if not partial:
            raise
        run.ended = "it was interrupted"
    except _TimeOutError:
        run.ended = f"it took longer than the {plan.timeout:g} seconds of --timeout"
    except Flask2FastAPIError:
        raise
    except Exception as error:
        if not partial:
            raise
        run.ended = f"an internal error: {error!r}"
        run.trouble = traceback.format_exc()
    return concealed(run.verification(), plan.before.secrets)


class _TimeOutError(Exception):
    """The time that the user gave is over."""


class _Run:
    """What a run has found so far."""

    def __init__(self, plan: VerificationPlan, progress: Progress) -> None:
        self.ended = ""
        """Why it ended early."""
        self.trouble = ""
        """The traceback of an internal error."""
        self._plan = plan
        self._progress = progress
        self._start = time.monotonic()
        self._total: int | None = None
        self._results: list[CaseResult] = []
        self._small: dict[str, Cluster] = {}
        self._lines: dict[str, tuple[int, int]] = {}
        self._logins: frozenset[str] = frozenset()
        self._unstable: set[str] = set()
        self._notes: list[str] = list(plan.notes)
        self._servers: ServerRun | None = None
        self._tests_shrunk = 0

    def all(self) -> None:
        """The whole run."""
        plan = self._plan
        setups = {Side.BEFORE: plan.before, Side.AGAIN: plan.again, Side.AFTER: plan.after}
        covered = {handler.path for handler in plan.handlers.values()}
        with Sides(setups, covered, plan.policy, self._progress) as sides:
            cases = gathering.chosen(self._about(plan.cases(sides.facts())), plan.replay)
            self._progress.stage("baseline")
            self._logins = sides.logins(cases)
            self._unstable = sides.unstable
            self._send(cases, sides)
            if plan.suite is not None:
                self._suite(plan.suite)
            self._notes += outside_notes(sides.workers)
            if plan.servers is not None and not plan.replay:
                self._progress.stage("real servers, many clients")
                results = [settle(result, self._unstable) for result in self._results]
                self._servers = try_servers(sides.workers, results, plan.policy, self._logins, plan.servers)
            if plan.shrink:
                self._shrink(sides)

    def _about(self, cases: Iterable[Case]) -> list[Case]:
        only = self._plan.only
        return [case for case in cases if only is None or case.route in only or case.origin is not Origin.AUTO]

    def _send(self, cases: Sequence[Case], sides: Sides) -> None:
        self._total = len(cases)
        self._progress.begin(len(cases))
        causes: set[object] = set()
        try:
            for case in cases:
                self._check_time()
                result = sides.judge(case, self._logins)
                faults = (each for each in result.differences if each.verdict in _FAULTS)
                causes.update(signature(blamed(result, each), each) for each in faults)
                self._progress.case(result, len(causes))
                self._results.append(gathering.kept(result))
        finally:
            if cases:  # nobody counts the lines of a suite
                self._count_lines(sides)

    def _suite(self, suite: SuitePlan) -> None:
        self._progress.stage("the project's tests, on all sides")
        traces = recorded_suite(suite, self._left())
        found = list(suite_results(traces, self._plan.policy, self._logins))
        only, replay = self._plan.only, self._plan.replay
        if replay in gathering.ids(self._results):
            found = []
        for result in gathering.of_id(found, replay):
            if only is None or gathering.endpoints(result) & only or not result.case.steps:
                self._results.append(gathering.kept(result))
        self._notes += traces.notes

    def _shrink(self, sides: Sides) -> None:
        clusters = self._clusters()
        if clusters:
            self._progress.stage(f"looking for the smallest case of {len(clusters)} causes")

        def judge(case: Case) -> CaseResult:
            return sides.judge(case, self._logins, fresh=True)

        for each in clusters[: self._plan.most_clusters]:
            self._check_time()
            if each.example.case.origin is Origin.SUITE:
                small = self._small_test(each, judge)
            else:
                small = shrink(each.example, judge, each.difference)
            if small is None:
                continue
            self._small[each.id] = replace(each, example=small.result, reproducible=small.reproducible)

    def _small_test(self, each: Cluster, judge: Callable[[Case], CaseResult]) -> Shrunk | None:
        suite = self._plan.suite
        if suite is None or self._tests_shrunk >= MOST_TESTS:
            return None
        self._tests_shrunk += 1
        return SuiteShrinking(suite, self._plan.policy, self._logins, judge, self._left).small(each)

    def _clusters(self) -> list[Cluster]:
        found = cluster([settle(result, self._unstable) for result in self._results])
        return [each for each in found if _is_about(each, self._plan.replay)]

    def _check_time(self) -> None:
        left = self._left()
        if left is not None and left <= 0:
            raise _TimeOutError

    def _left(self) -> float | None:
        timeout = self._plan.timeout
        return None if timeout is None else timeout - (time.monotonic() - self._start)

    def _count_lines(self, sides: Sides) -> None:
        """Endpoint -> lines of its handler that ran, and all of them."""
        for endpoint, handler in self._plan.handlers.items():
            ran = sides.ran(handler.path) & handler.lines
            self._lines[endpoint] = (len(ran), len(handler.lines))

    def verification(self) -> Verification:
        """What there is to say."""
        plan = self._plan
        results = [settle(result, self._unstable) for result in self._results]
        known = [route for route in plan.routes if plan.only is None or route.endpoint in plan.only]
        coverage = route_coverage(known, results, self._lines, self._logins)
        clusters = [self._small.get(each.id, each) for each in self._clusters()]
        faults = self._servers.faults if self._servers else ()
        code = (
            DIFFERENCES if faults else exit_code(results, coverage, plan.policy.min_verified) if known or results else 0
        )
        served = gathering.rungs(results)
        return Verification(
            cases=tuple(results),
            clusters=tuple(_located(each, plan) for each in clusters),
            routes=tuple(replace(each, rung=served.get(each.endpoint, each.rung)) for each in coverage),
            unused_rules=unused(plan.policy, {each.rule for result in results for each in result.differences}),
            notes=(*self._early(), *self._notes, *gathering.notes_of(results, coverage)),
            servers=self._servers,
            seconds=round(time.monotonic() - self._start, 2),
            exit_code=ENDED_EARLY if self.ended else code,
        )

    def _early(self) -> list[str]:
        if not self.ended:
            return []
        done = len(self._results)
        of = f"after {done} of {self._total} cases" if self._total else "before the first case"
        return [f"the run ended early, {of}: {self.ended}", *filter(None, [self.trouble])]


def _is_about(each: Cluster, replay: str) -> bool:
    return not replay or each.id == replay or any(case.startswith(replay) for case in each.cases)


def _located(each: Cluster, plan: VerificationPlan) -> Cluster:
    handler = plan.handlers.get(each.route or "")
    if handler is None:
        return each
    path = f"{plan.inside}/{handler.path}" if plan.inside else handler.path
    return replace(each, handler=f"{path}:{handler.line}", codes=handler.codes)
