"""Where functions of Flask are called that the support module has too, in views and in what they call."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.swaps import makes_response
from flask2fastapi.model.location import Location
from flask2fastapi.model.orders import ResponseOrder, SwapOrder
from flask2fastapi.model.plan import Reason
from flask2fastapi.model.rewrite import Edit, FilePlan, ImportName
from flask2fastapi.plan.groups import reached
from flask2fastapi.plan.naming import Namer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flask2fastapi.model.bodies import BodyFact
    from flask2fastapi.model.facts import Index
    from flask2fastapi.model.views import SwapFact

SWAP = "F2F230"
_RESPONSE = ImportName("flask", "Response")


def swaps_of(index: Index, functions: Iterable[str]) -> dict[str, tuple[SwapFact, ...]]:
    """Path -> the uses in it that the functions with these keys reach."""
    found: dict[str, dict[SwapFact, None]] = defaultdict(dict)
    for body in _bodies(index, functions):
        for swap in body.swaps:
            found[swap.path].setdefault(swap)
    return {path: tuple(swaps) for path, swaps in found.items()}


def _bodies(index: Index, functions: Iterable[str]) -> Iterator[BodyFact]:
    facts = index.view_facts
    keys = sorted(facts.bodies)
    for function in functions:
        for key in (function, *reached(facts, keys, function)):
            body = facts.views[key].body if key in facts.views else facts.bodies.get(key)
            if body is not None:
                yield body


def lacking(index: Index, functions: Iterable[str], pieces: Mapping[str, str]) -> Reason | None:
    """What the functions of an application reach that only the support module of one that keeps Flask has."""
    bodies = list(_bodies(index, functions))
    uses = [use for body in bodies for use in body.swaps]
    for use in uses:
        if use.name not in pieces:
            place = Location(use.path, use.key.span.line)
            return Reason("flask-object", f"`{use.flask_name}` is not there without Flask yet", place)
    rare = min((name for body in bodies for name in body.rare), default=None)
    if rare is not None and any(makes_response(use.name) for use in uses):
        return Reason("flask-object", f"`{rare}` may be that of a response, which is not there without Flask yet")
    return None


def with_swaps(
    index: Index, plans: Iterable[FilePlan], views: Mapping[str, str], pieces: Mapping[str, str]
) -> tuple[tuple[FilePlan, ...], dict[str, frozenset[str]]]:
    """File plans, with those uses replaced, also in files that hold no view; and the pieces that this needs.

    ``views``: view key -> path of the support module of its application; ``pieces``: name -> the piece that defines it.
    A name that a file imports of Flask is the support module's from then on, for all that uses it there. The pieces are
    by the path of the support module.
    """
    namer = Namer(index, ())
    by_path = {plan.path: plan for plan in plans}
    needed: dict[str, set[str]] = defaultdict(set)
    freed: dict[str, set[ImportName]] = defaultdict(set)
    for support in dict.fromkeys(views.values()):
        module = namer.module_name(support)
        for path, found in swaps_of(index, (view for view, its in views.items() if its == support)).items():
            uses = [each for each in found if each.name in pieces]  # Flask's `abort` does without a context
            if not uses:
                continue
            plan = by_path.get(path, FilePlan(path))
            known = {edit.key for edit in plan.edits if edit.codemod == SWAP}
            edits = [Edit(each.key, SWAP, SwapOrder(ImportName(module, each.name), each.local)) for each in uses]
            by_path[path] = replace(plan, edits=(*plan.edits, *(each for each in edits if each.key not in known)))
            needed[support] |= {pieces[each.name] for each in uses}
            freed[path] |= {ImportName(*each.flask_name.rsplit(".", 1)) for each in uses if each.local == each.name}
    files = tuple(_with_freed_names(index, plan, freed[plan.path]) for plan in by_path.values())
    return files, {path: frozenset(names) for path, names in needed.items()}


def _with_freed_names(index: Index, plan: FilePlan, freed: set[ImportName]) -> FilePlan:
    orders = [edit.payload for edit in plan.edits]
    found = set(freed)
    changed = sum(isinstance(order, ResponseOrder | SwapOrder) and order.local == _RESPONSE.name for order in orders)
    module = index.view_facts.modules.get(plan.path)
    if module is not None and changed and changed == module.responses:
        found.add(_RESPONSE)  # FastAPI has a class of that name
    if not found:
        return plan
    replaced = tuple(sorted({*plan.imports.replaced, *found}))
    return replace(plan, imports=replace(plan.imports, replaced=replaced))
