"""What a run picks of its cases, keeps of its results, and says of them in the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Verdict
from flask2fastapi.verify.compare.verdicts import slim

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask2fastapi.model.verification import Case, CaseResult, RouteCoverage

_DULL = {Verdict.IDENTICAL, Verdict.EQUIVALENT}


def chosen(cases: list[Case], replay: str) -> list[Case]:
    """The one case that is replayed; all when there is none of this id, which then is a cluster's."""
    return [case for case in cases if replay and case.id.startswith(replay)] or cases


def of_id(results: list[CaseResult], replay: str) -> list[CaseResult]:
    """The one result of the case that is replayed; all when there is none of this id."""
    return [result for result in results if replay and result.case.id.startswith(replay)] or results


def ids(results: Iterable[CaseResult]) -> set[str]:
    """The ids of the cases."""
    return {result.case.id for result in results}


def endpoints(result: CaseResult) -> set[str | None]:
    """The endpoints that answered on the Flask side."""
    return {answer.endpoint for answer in result.before.answers} if result.before else set()


def kept(result: CaseResult) -> CaseResult:
    """What is kept of a case: of those where nothing happened only statuses, so that memory does not grow with them."""
    if result.verdict not in _DULL:
        return result
    before = slim(result.before) if result.before else None
    after = slim(result.after) if result.after else None
    return replace(result, before=before, after=after, differences=result.differences[:20])


def rungs(results: Iterable[CaseResult]) -> dict[str, str]:
    """Endpoint -> the rung on which the migrated side served it, by what was seen."""
    found: dict[str, str] = {}
    for result in results:
        before, after = (side.answers if side is not None else () for side in (result.before, result.after))
        for old, new in zip(before, after, strict=False):
            if old.endpoint and new.rung:
                found[old.endpoint] = new.rung
    return found


def notes_of(results: Sequence[CaseResult], coverage: Sequence[RouteCoverage]) -> list[str]:
    """What a reader should know of the whole."""
    notes = []
    flaky = sum(result.verdict is Verdict.FLAKY for result in results)
    if flaky:
        notes.append(f"{flaky} cases were not answered alike by Flask itself: nothing can be said of them")
    idle = sum(not route.verified for route in coverage)
    if idle:
        notes.append(f"{idle} of {len(coverage)} routes are not verified")
    return notes
