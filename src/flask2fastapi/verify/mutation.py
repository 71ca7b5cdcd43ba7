"""Would it have been seen? Plant mistakes in the migrated side, one at a time, and send the same cases again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.model.location import Span
from flask2fastapi.model.verification import Side, Verdict
from flask2fastapi.verify.boot import TargetBootError
from flask2fastapi.verify.compare.verdicts import compare
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
        known: dict[str, tuple[Observation, Observation]] = {}

        def flask(case: Case) -> tuple[Observation, Observation]:
            if case.id not in known:
                known[case.id] = before.observe(case), again.observe(case)
            return known[case.id]

        found = []
        for number, mutant in enumerate(chosen, 1):
            planted = Planted(mutant, _seen_by(plan, mutant, usable, flask))
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


def _seen_by(
    plan: VerificationPlan,
    mutant: Mutant,
    results: Sequence[CaseResult],
    flask: Callable[[Case], tuple[Observation, Observation]],
) -> str:
    file = plan.after.root / mutant.path
    original = file.read_bytes()
    file.write_bytes(mutant.after)
    try:
        with Worker.start(Side.AFTER, plan.after) as worker:
            for result in sorted(results, key=lambda result: not _is_near(plan, mutant, result)):
                if _differs(plan, result.case, flask(result.case), worker):
                    return result.case.id
    except TargetBootError as error:
        return f"boot: {error}"
    finally:
        file.write_bytes(original)
    return ""


def _differs(plan: VerificationPlan, case: Case, known: tuple[Observation, Observation], worker: Worker) -> bool:
    """Whether a case shows the mistake, in a process that has answered others, and in a fresh one as well."""
    return all(
        compare(case, *known, worker.observe(case, fresh=fresh), plan.policy).verdict in _SEEN
        for fresh in (False, True)
    )


def _is_near(plan: VerificationPlan, mutant: Mutant, result: CaseResult) -> bool:
    """Whether a case is about the handler that holds the mistake: such cases are sent first."""
    handler = plan.handlers.get(result.case.route or "")
    if handler is None or handler.path != mutant.path:
        return False
    return handler.line - handler.decorators <= mutant.line <= max(handler.lines, default=handler.line)
