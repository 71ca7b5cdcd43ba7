"""Class views as path operations: methods of one object, registered one by one behind the class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.index.view_rules import served
from flask2fastapi.model.facts import RouteKind
from flask2fastapi.model.orders import StatementsOrder, WrapOrder
from flask2fastapi.model.rewrite import Edit, FilePlan, ImportName
from flask2fastapi.plan.naming import Namer
from flask2fastapi.plan.operations import imports_of, method_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask2fastapi.model.facts import Index, ResolvedRoute
    from flask2fastapi.model.views import ModuleFacts
    from flask2fastapi.plan.operations import Operation

CLASS, MOVED = "F2F116", "F2F112"


def is_class_view(row: ResolvedRoute) -> bool:
    """Whether a route is served by a class."""
    return row.fact.kind is RouteKind.CLASS_VIEW


def class_edits(
    module: ModuleFacts,
    rows: Sequence[ResolvedRoute],
    operations: Mapping[str, Operation],
    routers: Mapping[str, str],
) -> Iterator[Edit]:
    """Registration of the methods of a module's class views on ``routers``, those of their owners."""
    for key, label in module.statements:
        mine = [row for row in rows if row.fact.view == label and is_class_view(row)]
        if not mine:
            continue
        lines: dict[str, None] = {}
        imports: dict[ImportName, None] = {}
        for row in mine:
            endpoints = [each.endpoint for each in mine if each.fact.key == row.fact.key]
            router = routers[row.fact.owner or ""]
            for operation in operations_of(row, operations):
                made = method_lines(operation, row.fact.key, label.rpartition(":")[2], router, endpoints)
                lines |= dict.fromkeys(made)
                imports |= dict.fromkeys(imports_of(operation))
        yield Edit(key, CLASS, StatementsOrder(_spaced(lines), tuple(imports)))


def operations_of(row: ResolvedRoute, operations: Mapping[str, Operation]) -> list[Operation]:
    """The operations that serve a route."""
    return [operations[key] for key in served(row.fact)]


def places_of(index: Index, row: ResolvedRoute, operations: Mapping[str, Operation]) -> Iterator[str]:
    """The files in which something becomes of a route: those of its functions, and that of its class."""
    yield from (each.view.path for each in operations_of(row, operations))
    if is_class_view(row):
        module = (row.fact.view or "").partition(":")[0]
        yield from (each.path for each in index.modules if each.name == module)


def with_moved(
    plans: Sequence[FilePlan], index: Index, rows: Sequence[ResolvedRoute], supports: Mapping[str, str]
) -> Iterator[FilePlan]:
    """The plans with ``moved(...)`` around the views that calls of ``add_url_rule`` name."""
    edits: dict[str, dict[Edit, None]] = {plan.path: dict.fromkeys(plan.edits) for plan in plans}
    for row in rows:
        registered = index.view_facts.registered.get(row.fact.key)
        if registered is not None and registered.view is not None:
            name = ImportName(Namer(index, ()).module_name(supports[row.app]), "moved")
            edits.setdefault(row.fact.path, {})[Edit(registered.view, MOVED, WrapOrder(name))] = None
    return (FilePlan(path, tuple(found)) for path, found in edits.items())


def _spaced(lines: Mapping[str, None]) -> tuple[str, ...]:
    """Calls first, next to one another, then functions."""
    calls = [line for line in lines if not line.startswith("@")]
    functions = [line for line in lines if line.startswith("@")]
    return (*calls, *(f"\n\n{each}" if number or calls else each for number, each in enumerate(functions)))
