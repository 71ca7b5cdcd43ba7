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
    from flask2fastapi.verify.running import VerificationPlan

_SEEN = {Verdict.DIFFERENT, Verdict.CRASHED}


@dataclass(frozen=True, slots=True)
class Planted:
    """One mistake, and the case that showed it; "" when none did."""

    mutant: Mutant
    seen_by: str


def plant(
    plan: VerificationPlan, verification: Verification, count: int, seed: str, say: Callable[[str], None]
) -> tuple[Planted, ...]:
    """Plant ``count`` mistakes, drawn by ``seed`` over all handlers; every file is put back.

    Cases that differ already show nothing new and are left out.
    """
    usable = [result for result in verification.cases if result.verdict not in {*_SEEN, Verdict.FLAKY}]
    chosen = draw(list(_sites(plan)), count, seed)
    with Worker.start(Side.BEFORE, plan.before) as before, Worker.start(Side.AGAIN, plan.again) as again:
        trial = _Trial(plan, usable, before, again)
        found = []
        for number, mutant in enumerate(chosen, 1):
            planted = Planted(mutant, trial.seen_by(mutant))
            say(f"{number}/{len(chosen)} {mutant.label}: {'seen' if planted.seen_by else 'NOT SEEN'}")
            found.append(planted)
    return tuple(found)


def summary(planted: Sequence[Planted]) -> list[str]:
    """How many were seen, and each that was not."""
    seen = sum(bool(each.seen_by) for each in planted)
    share = f" ({100 * seen // len(planted)} %)" if planted else ""
    lines = [f"{seen} of {len(planted)} planted mistakes were seen{share}"]
    return lines + [f"  not seen: {each.mutant.label}" for each in planted if not each.seen_by]


def _sites(plan: VerificationPlan) -> Iterable[Mutant]:
    spans: dict[str, list[Span]] = {}
    for handler in plan.handlers.values():
        last = max(handler.lines, default=handler.line)
        spans.setdefault(handler.path, []).append(Span(handler.line - handler.decorators, 0, last, 0))
    for path, handlers in sorted(spans.items()):
        yield from all_mutants(path, (plan.after.root / path).read_bytes(), handlers)


class _Trial:
    """The cases, and what Flask answers to them."""

    def __init__(self, plan: VerificationPlan, results: Sequence[CaseResult], before: Worker, again: Worker) -> None:
        self._plan = plan
        self._results = results
        self._before = before
        self._again = again
        self._known: dict[tuple[str, bool], tuple[Observation, Observation]] = {}
        self._unstable: set[str] = set()

    def seen_by(self, mutant: Mutant) -> str:
        """The case that shows a mistake, "" for none; its file is put back."""
        file = self._plan.after.root / mutant.path
        original = file.read_bytes()
        file.write_bytes(mutant.after)
        try:
            with Worker.start(Side.AFTER, self._plan.after) as worker:
                for result in sorted(self._results, key=lambda result: not _is_near(self._plan, mutant, result)):
                    if self._differs(result.case, worker):
                        return result.case.id
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


def _is_near(plan: VerificationPlan, mutant: Mutant, result: CaseResult) -> bool:
    """Whether a case is about the handler that holds the mistake: such cases are sent first."""
    handler = plan.handlers.get(result.case.route or "")
    if handler is None or handler.path != mutant.path:
        return False
    return handler.line - handler.decorators <= mutant.line <= max(handler.lines, default=handler.line)
