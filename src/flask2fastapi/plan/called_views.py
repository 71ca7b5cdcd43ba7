"""Views that other code calls or names: they stay the functions that they are, and calls register them with FastAPI.

Whoever calls one, a view, a task or a test, gets from it what it got before, in Flask's context, where it was called.
FastAPI gets a function around it, which runs it there and lets Flask make a response of what it returns.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.model.location import Location
from flask2fastapi.model.orders import StatementsOrder
from flask2fastapi.model.plan import Reason
from flask2fastapi.plan.in_context import GIVEN, as_it_stands
from flask2fastapi.plan.operations import Operation, imports_of, plan_operation, registering_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flask2fastapi.model.facts import Index, ResolvedRoute
    from flask2fastapi.model.views import ViewFact

CALLED = "called-view"


def is_named(index: Index, key: str) -> bool:
    """Whether code names a view that is not its decorators'."""
    functions = (each.calls for each in index.functions.values())
    return bool(index.view_facts.named.get(key)) or any(key in calls for calls in functions)


def is_called(index: Index, key: str, needs: Iterable[Reason]) -> bool:
    """Whether a view has to stay a function of Flask's for those that call it."""
    return any(each.code == CALLED for each in needs) and is_named(index, key)


def kept_operation(
    index: Index,
    view: ViewFact,
    routes: Sequence[ResolvedRoute],
    support: str,
    python: tuple[int, int],
    needs: Sequence[Reason],
) -> Operation | Reason:
    """Plan such a view; the rest as of `plan_operation`."""
    made = plan_operation(index, as_it_stands(view), routes, support, python, needs)
    if not isinstance(made, Operation):
        return made
    place = Location(view.path, view.function.span.line)
    if made.variants:
        return Reason(CALLED, "other code calls it, and its rules leave parameters out", place)
    if GIVEN in made.signature.pieces:
        return Reason(CALLED, "other code calls it, and a decorator gives it parameters", place)
    return replace(made, is_kept=True)


def kept_order(operation: Operation, router: str | None, endpoints: Mapping[str, Sequence[str]]) -> StatementsOrder:
    """The calls behind such a view that register it; ``endpoints`` are those of its route facts."""
    named = f"{operation.mark}({operation.view.key.rpartition(':')[2]}, flask_returns=True)"
    lines = [
        line
        for source in sorted(operation.view.sources, key=lambda each: each.decorator)
        for endpoint in endpoints[source.fact]
        for line in registering_lines(operation, source.fact, named, router or source.owner, endpoint)
    ]
    return StatementsOrder(tuple(dict.fromkeys(lines)), imports_of(operation))
