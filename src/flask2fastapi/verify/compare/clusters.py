"""Differences with one cause brought together, the worst first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Cluster, Verdict
from flask2fastapi.verify.compare.blame import blamed, causes, endpoints, is_left_behind
from flask2fastapi.verify.compare.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.model.verification import Case, CaseResult, Difference

Signature = tuple[str, ...]
_FAULTS = {Verdict.DIFFERENT, Verdict.CRASHED}
_SAID = ("status", "crash", "error", "steps")
"""Places whose values say what happened; elsewhere they are what the case happened to send."""


def signature(route: str | None, difference: Difference) -> Signature:
    """What differences with one cause have in common: route, verdict, place, kind, and the class of old and new.

    ``route`` is the one that `blame.blamed` names. The class is the value itself where it says what happened (``302``
    and ``200``), else only whether there is one.
    """
    values = _class(difference.where, difference.before), _class(difference.where, difference.after)
    guard = "lost guard" if difference.lost_guard else ""
    return (route or "", difference.verdict, difference.where, difference.kind, *values, guard)


def cluster(results: Iterable[CaseResult]) -> tuple[Cluster, ...]:
    """All differences that are faults, by cause: lost guards first, then by weight, then by number of cases.

    Differences that follow from another one of the same case make no cluster (`blame.causes`). Results may come from a
    stream: of each cause only the smallest case is kept.
    """
    found: dict[Signature, _Growing] = {}
    for result in results:
        for difference in causes(result):
            if difference.verdict in _FAULTS:
                route = blamed(result, difference)
                key = signature(route, difference)
                growing = found.setdefault(key, _Growing(route, difference, result))
                growing.add(difference, result)
    _explain(found)
    clusters = [growing.finished(key) for key, growing in found.items()]
    return tuple(sorted(clusters, key=_rank))


def _explain(found: dict[Signature, _Growing]) -> None:
    """Lay what cases left behind to the route that does so alone: one of them may only have been read back."""
    for key, growing in list(found.items()):
        if growing.alone or not is_left_behind(growing.difference):
            continue
        routes = sorted(route for route in growing.touched if route and route != growing.route)
        others = ((route, *key[1:]) for route in routes)
        other = next((found[each] for each in others if each in found and found[each].alone), None)
        if other is not None:
            other.cases.update(growing.cases)
            del found[key]


def together(clusters: Iterable[Cluster]) -> tuple[tuple[Cluster, ...], ...]:
    """Clusters that differ in their route alone, side by side: what may have one cause in the whole application.

    In the order of the worst of each.
    """
    found: dict[Signature, list[Cluster]] = {}
    for each in clusters:
        found.setdefault(signature(None, each.difference), []).append(each)
    return tuple(map(tuple, found.values()))


@dataclass(slots=True)
class _Growing:
    route: str | None
    difference: Difference
    example: CaseResult
    cases: dict[str, None] = field(default_factory=dict)
    touched: frozenset[str | None] = frozenset()
    """Endpoints that answered in every case."""
    alone: bool = False
    """Whether no other route answered in one of the cases."""

    def add(self, difference: Difference, result: CaseResult) -> None:
        answered = endpoints(result)
        self.touched = self.touched & answered if self.cases else answered
        self.alone = self.alone or answered <= {self.route, None}
        self.cases[result.case.id] = None
        if _size(result.case) < _size(self.example.case):
            self.example, self.difference = result, difference

    def finished(self, key: Signature) -> Cluster:
        name = hashlib.sha256("\0".join(key).encode()).hexdigest()[:8]
        return Cluster(name, self.route, self.difference, tuple(self.cases), self.example)


def _rank(each: Cluster) -> tuple[object, ...]:
    return not each.difference.lost_guard, -each.difference.weight, -len(each.cases), each.route or "", each.id


def _size(case: Case) -> tuple[int, int, str]:
    """How much a reader has to read; the id decides between equals, so that the order of results does not."""
    signs = sum(
        len(step.path) + len(step.query) + len(step.body) + sum(len(name) + len(value) for name, value in step.headers)
        for step in case.steps
    )
    return len(case.steps), signs, case.id


def _class(where: str, value: str) -> str:
    return canonical(value) if where in _SAID else "something" if value else "nothing"
