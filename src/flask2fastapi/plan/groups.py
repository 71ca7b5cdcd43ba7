"""What joins routes: views that are called, helpers that need Flask's context, endpoints that are shared."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.index.view_rules import served
from flask2fastapi.model.facts import RouteKind
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask2fastapi.model.facts import Index, ResolvedRoute
    from flask2fastapi.model.views import ViewFacts
    from flask2fastapi.plan.operations import Operation


@dataclass(frozen=True, slots=True)
class Candidates:
    """All routes of a run with what is against them so far, and the views that could be operations."""

    rows: tuple[ResolvedRoute, ...]
    reasons: Mapping[tuple[str, str, str], list[Reason]]
    operations: Mapping[str, Operation]


class Calls:
    """Who calls whom in a program; made once for all views, as it goes over all functions."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._callers: dict[str, list[str]] = defaultdict(list)
        for function in index.functions.values():
            for called in function.calls:
                self._callers[called].append(function.key)
        self._keys = sorted(index.view_facts.bodies)

    def callers_of(self, key: str) -> Iterator[Reason]:
        """Why a view must stay a function of Flask's: other code calls or names it."""
        for caller in self._callers.get(key, ()):
            yield _called(key, f"`{caller.rpartition(':')[2]}` uses it", _place_of(self._index, caller))
        for path, span in self._index.view_facts.named.get(key, ()):
            yield _called(key, "other code names it", Location(path, span.line))

    def context_reasons(self, key: str) -> Iterator[Reason]:
        """What a view calls, at any depth, that cannot run without Flask's context."""
        facts = self._index.view_facts
        for called in reached(facts, self._keys, key):
            if called in facts.bound_classes:
                message = f"it uses {called}, a class of an extension"
                about = facts.bound_classes[called]
                yield Reason("extension-call", message, _place_of(self._index, key), in_context=True, about=about)
            if called in facts.views:
                yield _called(called, f"it calls `{called}`, another view", _place_of(self._index, key))
            if called in facts.bodies:
                yield from facts.bodies[called].blockers


def reached(facts: ViewFacts, keys: Sequence[str], view: str) -> Iterator[str]:
    """What a view calls, at any depth, in an order that is the same in every run; ``keys``: of all bodies, sorted.

    With the methods of a class, and functions inside a function.
    """
    seen = {view}
    waiting = sorted(facts.bodies[view].calls)
    while waiting:
        called = waiting.pop()
        if called in seen:
            continue
        seen.add(called)
        yield called
        if called in facts.bodies:
            waiting += sorted(facts.bodies[called].calls)
        waiting += keys[bisect_left(keys, f"{called}.") : bisect_left(keys, f"{called}/")]  # "/" follows "."


def _called(view: str, message: str, place: Location | None) -> Reason:
    """That a view is called: a function of a module can stay what it is, and be registered by a call."""
    return Reason("called-view", message, place, in_context="." not in view.partition(":")[2])


def _place_of(index: Index, key: str) -> Location | None:
    function = index.functions.get(key)
    return Location(function.path, function.span.line) if function else None


def settle(index: Index, candidates: Candidates) -> None:
    """Mount what shares a view or an endpoint with a mounted route, until nothing changes."""
    del index
    together: dict[object, list[ResolvedRoute]] = defaultdict(list)
    for row in candidates.rows:
        together[row.app, row.endpoint].append(row)
        for view in served(row.fact):
            together[view].append(row)
        if row.fact.kind in {RouteKind.ADD_URL_RULE, RouteKind.CLASS_VIEW}:
            together[row.fact.path, row.fact.span].append(row)
    changed = True
    while changed:
        changed = False
        for rows in together.values():
            mounted = [row for row in rows if candidates.reasons[_row(row)]]
            if not mounted:
                continue
            for row in rows:
                if not candidates.reasons[_row(row)] and not row.fact.moved:
                    place = Location(mounted[0].fact.path, mounted[0].fact.span.line)
                    reason = Reason("group", f"`{mounted[0].rule}` shares its view or endpoint and stays", place)
                    candidates.reasons[_row(row)].append(reason)
                    changed = True


def _row(row: ResolvedRoute) -> tuple[str, str, str]:
    return row.app, row.endpoint, f"{row.fact.key} {row.rule}"
