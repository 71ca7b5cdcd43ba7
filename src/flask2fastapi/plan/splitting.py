"""Views that branch on ``request.method``, as one operation for each branch.

Where the branches have at most two lines in common, and nothing names the view but its rules. The operation for GET has
the view's name, that of the view's first method where there is no GET; the others have the names of their methods
behind it: ``book``, ``book_delete``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.model.orders import BranchOrder, EndOrder, OperationOrder, SplitOrder, SplitPart, StatementsOrder
from flask2fastapi.model.rewrite import Edit
from flask2fastapi.model.views import NO_DECORATOR
from flask2fastapi.plan.called_views import is_named
from flask2fastapi.plan.documented import MODEL, models_order
from flask2fastapi.plan.in_context import are_guards, guards_of
from flask2fastapi.plan.operations import END, OPERATION, Operation, operation_edits, plan_operation
from flask2fastapi.plan.parts import Part
from flask2fastapi.plan.variants import free_name
from flask2fastapi.plan.waiting import verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flask2fastapi.model.branches import PartFact
    from flask2fastapi.model.facts import Index, ResolvedRoute
    from flask2fastapi.model.location import Span
    from flask2fastapi.model.plan import Reason
    from flask2fastapi.model.rewrite import NodeKey

SPLIT = "F2F107"
_HEAD = "HEAD"


def with_parts(
    index: Index,
    operation: Operation,
    routes: Sequence[ResolvedRoute],
    support: str,
    python: tuple[int, int],
    needs: Sequence[Reason] = (),
) -> Operation:
    """An operation with those that it comes apart into, if it does; the rest as of `plan_operation`."""
    view = operation.view
    names = set(index.view_facts.modules[view.path].names)
    own = view.key.rpartition(":")[2].rpartition(".<locals>.")[2]
    alone = not operation.variants and not operation.listed and are_guards(guards_of(view, routes))
    if not view.parts or not alone or is_named(index, view.key) or not _are_decorators(operation):
        return operation
    parts: list[Part] = []
    for number, fact in enumerate(_in_order(view.parts)):
        served = tuple(method for method in fact.methods if method != _HEAD)
        sources = tuple(replace(each, methods=served or (_HEAD,)) for each in view.sources)
        made = plan_operation(index, replace(fact.view, sources=sources), routes, support, python, needs)
        if not isinstance(made, Operation):
            return operation
        name = free_name(f"{own}_{'_'.join(served or (_HEAD,)).lower()}", names) if number else own
        waits = made.verdict if needs or made.mark else verdict(index, view.key, fact.view.body)
        made = replace(made, called=name, verdict=waits)
        parts.append(Part(made, fact.branches, fact.shared, _HEAD in fact.methods and "GET" not in served))
    return replace(operation, parts=tuple(parts)) if _agree(parts) else operation


def _are_decorators(operation: Operation) -> bool:
    return all(each.decorator != NO_DECORATOR for each in operation.view.sources)


def _in_order(parts: Iterable[PartFact]) -> list[PartFact]:
    """What answers GET comes first, what answers nothing but HEAD last."""
    return sorted(parts, key=lambda each: 0 if "GET" in each.methods else 2 if each.methods == (_HEAD,) else 1)


def _agree(parts: Sequence[Part]) -> bool:
    """Whether the parts ask the same of the statements that they share."""
    asked: dict[tuple[NodeKey, str], object] = {}
    shared: dict[NodeKey, set[frozenset[Edit]]] = {}
    for part in parts:
        edits = [each for each in _edits(part, "", {}) if each.codemod not in {OPERATION, END}]
        for each in edits:
            if asked.setdefault((each.key, each.codemod), each.payload) != each.payload:
                return False
        for key in part.shared:
            mine = frozenset(each for each in edits if _is_inside(each.key.span, key.span))
            shared.setdefault(key, set()).add(mine)
    return all(len(each) == 1 for each in shared.values())


def _is_inside(inner: Span, outer: Span) -> bool:
    begins = (outer.line, outer.column) <= (inner.line, inner.column)
    return begins and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)


def edits_of(operation: Operation, router: str | None, endpoints: Mapping[str, Sequence[str]]) -> Iterator[Edit]:
    """All edits inside a view, as of `operation_edits`, also where it comes apart, and of what stands above it."""
    if not operation.parts:
        models = models_order(operation)
        yield from [Edit(operation.view.function, MODEL, models)] if models is not None else []
        yield from operation_edits(operation, router, endpoints)
        return
    found: dict[Edit, None] = {}
    made: list[SplitPart] = []
    takes: dict[NodeKey, list[BranchOrder | None]] = {}
    for number, part in enumerate(operation.parts):
        shape, end = OperationOrder(()), None
        for each in _edits(part, router, endpoints):
            if isinstance(each.payload, OperationOrder):
                shape = each.payload
            elif isinstance(each.payload, EndOrder):
                end = each.payload
            else:
                found[each] = None
        made.append(SplitPart(part.operation.called, shape, end, models_order(part.operation)))
        for branch in part.branches:
            places = takes.setdefault(branch.key, [None] * len(operation.parts))
            places[number] = BranchOrder(branch.take, branch.ends)
    yield Edit(operation.view.function, SPLIT, SplitOrder(tuple(made)))
    yield from (Edit(key, SPLIT, tuple(orders)) for key, orders in takes.items())
    yield from found


def _edits(part: Part, router: str | None, endpoints: Mapping[str, Sequence[str]]) -> Iterator[Edit]:
    """The edits of one part; HEAD gets a decorator of its own, which no documentation shows."""
    operation = part.operation
    if not endpoints:
        endpoints = {source.fact: [""] for source in operation.view.sources}
    for each in operation_edits(operation, router, endpoints):
        if part.head and isinstance(each.payload, OperationOrder):
            yield replace(each, payload=_with_head(operation, each.payload, router, endpoints))
        else:
            yield each


def _with_head(
    operation: Operation, order: OperationOrder, router: str | None, endpoints: Mapping[str, Sequence[str]]
) -> OperationOrder:
    sources = tuple(replace(each, methods=(_HEAD,)) for each in operation.view.sources)
    head = replace(operation, view=replace(operation.view, sources=sources), mark=None)
    only = next(each.payload for each in operation_edits(head, router, endpoints) if each.codemod == OPERATION)
    assert isinstance(only, OperationOrder)
    added = {index: [f"{each[:-1]}, include_in_schema=False)" for each in texts] for index, texts in only.decorators}
    is_alone = operation.view.sources == sources
    decorators = []
    for index, texts in order.decorators:
        above = [each for each in texts if each != operation.mark and not is_alone]
        marks = [each for each in texts if each == operation.mark]
        decorators.append((index, (*above, *added[index], *marks)))
    return replace(order, decorators=tuple(decorators))


def with_behind(edits: Iterable[Edit]) -> list[Edit]:
    """Edits with what stands behind a function that comes apart as a part of its one order."""
    edits = list(edits)
    split = {each.key for each in edits if isinstance(each.payload, SplitOrder)}
    below = [each for each in edits if each.key in split]
    behind = {each.key: each.payload for each in below if isinstance(each.payload, StatementsOrder)}
    return [_with(each, behind.get(each.key)) for each in edits if each.payload is not behind.get(each.key, each)]


def _with(edit: Edit, behind: StatementsOrder | None) -> Edit:
    order = edit.payload
    return replace(edit, payload=replace(order, behind=behind)) if isinstance(order, SplitOrder) else edit
