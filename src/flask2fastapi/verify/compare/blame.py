"""Which route a difference is to be laid to, where a case talks to several: a login first, a page read back last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Verdict
from flask2fastapi.verify.compare.cookies import is_attribute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.verification import CaseResult, Difference

_LEFT_BEHIND = ("table:", "file:", "mail:", "outgoing:", "task:", "refused:")
_STORED = ("table:", "file:")
_SAFE = {"GET", "HEAD", "OPTIONS"}


def blamed(result: CaseResult, difference: Difference) -> str | None:
    """Endpoint of the route that answered the step which differs; for what was written, the route of the case.

    The route of the case, too, where Flask did not say which endpoint answered.
    """
    if is_left_behind(difference):
        return result.case.route or _writer(result)
    return _endpoint(result, difference.step) or result.case.route


def is_left_behind(difference: Difference) -> bool:
    """Whether it is about what the case wrote, not about an answer."""
    return difference.where.startswith(_LEFT_BEHIND)


def causes(result: CaseResult) -> Iterator[Difference]:
    """The differences of a result that do not follow from another one of it.

    Where other rows were written, the pages that are read after the writing show other rows, and where a session is
    another one, they show another visitor: that is no second fault. Nor is the link in a page that says where else a
    redirect leads.
    """
    start = _first_fault(result)
    moved = {
        each.step
        for each in result.differences
        if each.where == "header:location" and each.verdict is Verdict.DIFFERENT
    }
    for each in result.differences:
        is_body = each.where.startswith("body:") and each.verdict is Verdict.DIFFERENT
        follows = start is not None and each.step > start and _is_read(result, each.step)
        if not is_body or not (follows or each.step in moved):
            yield each


def _first_fault(result: CaseResult) -> int | None:
    """The first step from which the state of the two sides is known to differ."""
    faults = [each for each in result.differences if each.verdict is Verdict.DIFFERENT]
    steps = [each.step for each in faults if each.where.startswith("cookie:") and not is_attribute(each.where)]
    written = _first_write(result) if any(each.where.startswith(_STORED) for each in faults) else None
    return min(steps if written is None else [*steps, written], default=None)


def _first_write(result: CaseResult) -> int | None:
    """The first request to the route of the case that may write; not the login before it."""
    own = [n for n, step in enumerate(result.case.steps) if step.method.upper() not in _SAFE]
    route = result.case.route
    return next((n for n in own if route is None or _endpoint(result, n) in {route, None}), None)


def _is_read(result: CaseResult, step: int) -> bool:
    return step < len(result.case.steps) and result.case.steps[step].method.upper() in _SAFE


def endpoints(result: CaseResult) -> frozenset[str | None]:
    """The endpoints that answered, as far as Flask said."""
    return frozenset(answer.endpoint for answer in (result.before.answers if result.before is not None else ()))


def _endpoint(result: CaseResult, step: int) -> str | None:
    answers = result.before.answers if result.before is not None else ()
    return answers[step].endpoint if step < len(answers) else None


def _writer(result: CaseResult) -> str | None:
    """The endpoint of the last request that may have written."""
    steps = [n for n, step in enumerate(result.case.steps) if step.method.upper() not in _SAFE]
    return _endpoint(result, steps[-1]) if steps else None
