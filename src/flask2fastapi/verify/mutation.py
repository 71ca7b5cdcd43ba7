"""Would it have been seen? Plant mistakes in the migrated side, one at a time, and send the same cases again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.model.location import Span
from flask2fastapi.model.verification import Side, Verdict
from flask2fastapi.verify.boot import TargetBootError
from flask2fastapi.verify.compare.verdicts import compare, unstable
from flask2fastapi.verify.mutants import all_mutants, draw
from flask2fastapi.verify.workers import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from flask2fastapi.model.verification import Case, CaseResult, Observation, Verification
    from flask2fastapi.verify.mutants import Mutant
    from flask2fastapi.verify.running import Handler, VerificationPlan

_DECLARING = {"dropped-guard", "dropped-method", "other-method", "other-slash", "other-converter"}
"""Mistakes in decorators, which run when the application is built."""
_SEEN = {Verdict.DIFFERENT, Verdict.CRASHED}


@dataclass(frozen=True, slots=True)
class Planted:
    """One mistake, and the case that showed it; "" when none did."""

    mutant: Mutant
    seen_by: str
    is_reached: bool = True
    """Whether some case runs the statement that holds it."""


def plant(
    plan: VerificationPlan, verification: Verification, count: int, seed: str, say: Callable[[str], None]
) -> tuple[Planted, ...]:
    """Plant ``count`` mistakes, drawn by ``seed`` over all handlers; every file is put back.

    Cases that differ already show nothing new and are left out.
    """
    usable = [result for result in verification.cases if result.verdict not in {*_SEEN, Verdict.FLAKY}]
    chosen = draw(list(_sites(plan)), count, seed)
    with Worker.start(Side.AFTER, plan.after) as after:
        running = _Running(plan, usable, after)
    with Worker.start(Side.BEFORE, plan.before) as before, Worker.start(Side.AGAIN, plan.again) as again:
        trial = _Trial(plan, before, again)
        found = []
        for number, mutant in enumerate(chosen, 1):
            cases = running.cases(mutant)
            planted = Planted(mutant, trial.seen_by(mutant, cases), bool(cases))
            say(f"{number}/{len(chosen)} {mutant.label}: {'seen' if planted.seen_by else 'NOT SEEN'}")
            found.append(planted)
    return tuple(found)


def summary(planted: Sequence[Planted]) -> list[str]:
    """How many were seen, and each that was not."""
    seen = sum(bool(each.seen_by) for each in planted)
    share = f" ({100 * seen // len(planted)} %)" if planted else ""
    unreached = sum(not each.is_reached for each in planted)
    apart = f"; {unreached} of the others are where no case comes" if unreached else ""
    lines = [f"{seen} of {len(planted)} planted mistakes were seen{share}{apart}"]
    return lines + [f"  not seen: {label(each)}" for each in planted if not each.seen_by]


def label(planted: Planted) -> str:
    """A mistake that was not seen, and why it could not be where that is known."""
    return planted.mutant.label + ("" if planted.is_reached else ", which no case runs")


def _sites(plan: VerificationPlan) -> Iterable[Mutant]:
    spans: dict[str, list[Span]] = {}
    for handler in plan.handlers.values():
        last = max(handler.lines, default=handler.line)
        spans.setdefault(handler.path, []).append(Span(handler.line - handler.decorators, 0, last, 0))
    for path, handlers in sorted(spans.items()):
        yield from all_mutants(path, (plan.after.root / path).read_bytes(), handlers)


class _Running:
    """Which cases run which statements: none of the others can show a mistake in one."""

    def __init__(self, plan: VerificationPlan, results: Sequence[CaseResult], after: Worker) -> None:
        self._plan = plan
        self._cases = [result.case for result in results]
        files = sorted({handler.path for handler in plan.handlers.values()})
        self._lines = {case.id: after.observe(case, cover=files, fresh=False).lines for case in self._cases}

    def cases(self, mutant: Mutant) -> list[Case]:
        """The cases that can show a mistake, those that are about its handler first.

        A declaration decides over requests that do not reach its handler as well: it takes all cases.
        """
        holding = [handler for handler in self._plan.handlers.values() if _holds(handler, mutant)]
        lines = {line for handler in holding for line in _statement(handler, mutant.line)}
        declares = mutant.kind in _DECLARING or not any(mutant.line > handler.line for handler in holding)
        able = [case for case in self._cases if declares or self._lines[case.id].get(mutant.path, frozenset()) & lines]
        about = {endpoint for endpoint, handler in self._plan.handlers.items() if handler in holding}
        return sorted(able, key=lambda case: case.route not in about)


class _Trial:
    """What Flask answers to the cases, and whether the migrated side still does with a mistake in it."""

    def __init__(self, plan: VerificationPlan, before: Worker, again: Worker) -> None:
        self._plan = plan
        self._before = before
        self._again = again
        self._known: dict[tuple[str, bool], tuple[Observation, Observation]] = {}
        self._unstable: set[str] = set()

    def seen_by(self, mutant: Mutant, cases: Sequence[Case]) -> str:
        """The first of the cases that shows a mistake, "" for none; its file is put back."""
        if not cases:
            return ""
        file = self._plan.after.root / mutant.path
        original = file.read_bytes()
        file.write_bytes(mutant.after)
        try:
            with Worker.start(Side.AFTER, self._plan.after) as worker:
                for case in cases:
                    if self._differs(case, worker):
                        return case.id
        except TargetBootError as error:
            return f"boot: {error}"
        finally:
            file.write_bytes(original)
        return ""

    def _differs(self, case: Case, worker: Worker) -> bool:
        """Whether a case shows the mistake, in a process that has answered others, and in a fresh one as well."""
        for fresh in (False, True):
            known = self._flask(case, fresh)
            seen = worker.observe(case, fresh=fresh)
            if compare(case, *known, seen, self._plan.policy, known=self._unstable).verdict not in _SEEN:
                return False
        return True

    def _flask(self, case: Case, fresh: bool) -> tuple[Observation, Observation]:
        key = case.id, fresh
        if key not in self._known:
            before, again = (side.observe(case, fresh=fresh) for side in (self._before, self._again))
            self._unstable |= unstable(case, before, again)
            self._known[key] = before, again
        return self._known[key]


def _holds(handler: Handler, mutant: Mutant) -> bool:
    last = max(handler.lines, default=handler.line)
    return handler.path == mutant.path and handler.line - handler.decorators <= mutant.line <= last


def _statement(handler: Handler, line: int) -> range:
    """The lines of the statement of which a line is a part: Python runs any of them, not always the first."""
    first = max((each for each in handler.lines if each <= line), default=0)
    return range(first, min((each for each in handler.lines if each > line), default=line + 1))
