"""Views that calls register, where there is no Flask: ``add_api_route`` takes the place of ``add_url_rule``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.view_rules import served
from flask2fastapi.model.facts import RouteKind
from flask2fastapi.model.location import Location
from flask2fastapi.model.orders import BasesOrder, ReplaceOrder
from flask2fastapi.model.plan import Reason
from flask2fastapi.model.rewrite import Edit
from flask2fastapi.plan.operations import imports_of, registering_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask2fastapi.model.facts import AppFact, Index, ResolvedRoute
    from flask2fastapi.plan.operations import Operation

CALL, BASES = "F2F145", "F2F117"
_AUTOMATIC = ("OPTIONS", "HEAD")


def is_by_call(row: ResolvedRoute) -> bool:
    """Whether a call registers the view of a route, and not yet one that a run has changed."""
    return row.fact.kind in {RouteKind.ADD_URL_RULE, RouteKind.CLASS_VIEW} and not row.fact.moved


def call_reasons(index: Index, app: AppFact, row: ResolvedRoute, rows: Sequence[ResolvedRoute]) -> Iterator[Reason]:
    """Why a call cannot become one of FastAPI's."""
    if not is_by_call(row):
        return
    place = Location(row.fact.path, row.fact.span.line)
    made = index.view_facts.registered[row.fact.key]
    same = [each for each in rows if (each.fact.path, each.fact.span) == (row.fact.path, row.fact.span)]
    elsewhere = row.fact.function not in {None, app.factory}
    if made.statement is None or not made.named or elsewhere or len(same) > 1:
        yield Reason("flask-object", f"`{row.rule}` is registered by more than a plain call", place)
    if row.fact.kind is RouteKind.CLASS_VIEW and len(index.apps) > 1:
        yield Reason("flask-object", f"the class that serves `{row.rule}` may belong to another application", place)


def _before_get(methods: Sequence[str]) -> int:
    """Methods that GET would serve as well come first: of the same path the first route counts."""
    return min(_AUTOMATIC.index(each) if each in _AUTOMATIC else len(_AUTOMATIC) for each in methods)


def call_edits(
    index: Index, path: str, rows: Sequence[ResolvedRoute], operations: Mapping[str, Operation], *, builds_urls: bool
) -> Iterator[Edit]:
    """What becomes of the calls in a file, of the classes in it, and of what was made of these."""
    edits: dict[Edit, None] = {}
    for row in rows:
        made = index.view_facts.registered.get(row.fact.key)
        if made is None or not is_by_call(row):
            continue
        for where, key, places in made.bases:
            if where == path:
                edits[Edit(key, BASES, BasesOrder(places))] = None
        if row.fact.path != path or made.statement is None:
            continue
        if made.making is not None:
            edits[Edit(made.making, CALL, ReplaceOrder(()))] = None
        endpoint = row.endpoint if builds_urls else row.fact.endpoint
        own = served(row.fact)
        serving = [operations[key] for key in sorted(own, key=lambda key: _before_get(own[key]))]
        lines = [
            line for each in serving for line in registering_lines(each, row.fact.key, made.named, made.owner, endpoint)
        ]
        imports = dict.fromkeys(name for each in serving for name in imports_of(each))
        edits[Edit(made.statement, CALL, replace(ReplaceOrder(tuple(lines)), imports=tuple(imports)))] = None
    return iter(edits)
