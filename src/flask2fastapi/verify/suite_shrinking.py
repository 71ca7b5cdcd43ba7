"""The smallest form of a difference that the project's tests have shown.

First the requests of the test are sent alone, from the state in which every case starts: what shows there needs no
test. Else the test is run again and again, by itself, with fewer of its requests: those that are left out get the
answer that Flask gave.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask2fastapi.errors import TargetError
from flask2fastapi.model.verification import Capture
from flask2fastapi.verify.cases.binding import bind
from flask2fastapi.verify.cases.recording import Exchange
from flask2fastapi.verify.compare.blame import blamed
from flask2fastapi.verify.compare.clusters import signature
from flask2fastapi.verify.compare.shrink import Shrunk, shrink
from flask2fastapi.verify.suite_cases import recorded_suite, suite_results

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask2fastapi.model.verification import Answer, Case, CaseResult, Cluster, Step
    from flask2fastapi.verify.cases.traces import TraceSetup
    from flask2fastapi.verify.compare.policy import Policy
    from flask2fastapi.verify.suite_cases import SuitePlan

RUNS = 16
"""Times that one test is run."""
ALONE = "anonymous"
"""Persona of a case that needs no test."""
_TAG = "request of the test"


@dataclass(frozen=True, slots=True)
class SuiteShrinking:
    """What is needed to try smaller forms."""

    plan: SuitePlan
    policy: Policy
    logins: frozenset[str]
    judge: Callable[[Case], CaseResult]
    """Sends a case to fresh processes of all sides."""
    left: Callable[[], float | None]
    """Seconds that the run may still take."""

    def small(self, each: Cluster) -> Shrunk | None:
        """The smallest form that was found; None where the difference does not show with the test alone either."""
        steps = each.example.case.steps
        answers = each.example.before.answers if each.example.before else ()
        if not steps or len(answers) != len(steps):
            return None
        first = self.judge(_alone(each, answers))
        target = signature(blamed(each.example, each.difference), each.difference)
        shown = next((found for found in first.differences if signature(blamed(first, found), found) == target), None)
        if shown is None:
            return self._in_its_test(each, answers)
        return shrink(first, self.judge, shown)

    def _in_its_test(self, each: Cluster, answers: tuple[Answer, ...]) -> Shrunk | None:
        case = each.example.case
        tagged = replace(case, steps=tuple(_tagged(step, number) for number, step in enumerate(case.steps, 1)))
        try:
            found = shrink(
                replace(each.example, case=tagged),
                lambda smaller: self._observed(tagged, smaller, answers),
                each.difference,
                runs=RUNS,
            )
        except TargetError:
            return None
        if found.result.case is tagged:  # nothing smaller shows it
            return replace(found, case=case, result=each.example)
        return replace(found, case=found.result.case)

    def _observed(self, whole: Case, smaller: Case, answers: tuple[Answer, ...]) -> CaseResult:
        """The result of the test with some of its requests left out and others changed."""
        kept = {_number(step): step for step in smaller.steps}
        alterations = {
            "test": whole.title,
            "left_out": {number: _answer(answer) for number, answer in enumerate(answers, 1) if number not in kept},
            "changed": {number: _request(step) for number, step in kept.items() if step != whole.steps[number - 1]},
        }
        before, after = (
            replace(setup, arguments=(*_options(setup), whole.title), alterations=alterations)
            for setup in (self.plan.before, self.plan.after)
        )
        traces = recorded_suite(type(self.plan)(before, before, after), self.left())
        results = list(suite_results(traces, self.policy, self.logins))
        return next((each for each in results if each.case.title == whole.title), replace(results[0], differences=()))


def _options(setup: TraceSetup) -> tuple[str, ...]:
    """What pytest is told beside which tests to run: ``-p no:cacheprovider``."""
    given = setup.arguments
    return tuple(
        each for number, each in enumerate(given) if each.startswith("-") or (number and given[number - 1] == "-p")
    )


def _alone(each: Cluster, answers: tuple[Answer, ...]) -> Case:
    """The requests up to the one that differs, each with what it takes of the answers before it."""
    steps = each.example.case.steps[: each.difference.step + 1]
    exchanges = [
        Exchange(step, answer.status, answer.headers, answer.body) for step, answer in zip(steps, answers, strict=False)
    ]
    return replace(each.example.case, steps=tuple(bound.step for bound in bind(exchanges)), persona=ALONE)


def _tagged(step: Step, number: int) -> Step:
    return replace(step, captures=(Capture(_TAG, str(number)),))


def _number(step: Step) -> int:
    return int(step.captures[0].source)


def _answer(answer: Answer) -> Mapping[str, Any]:
    body = base64.b64encode(answer.body).decode("ascii")
    return {"status": answer.status or 500, "headers": [list(pair) for pair in answer.headers], "body": body}


def _request(step: Step) -> Mapping[str, Any]:
    body = base64.b64encode(step.body).decode("ascii")
    return {"query": step.query, "headers": [name for name, _ in step.headers], "body": body}
