"""Put the orders of all native views together, file by file, with their routers and the rules left to Flask."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask2fastapi.index.view_rules import served
from flask2fastapi.model.orders import StatementsOrder
from flask2fastapi.model.plan import RouterPlan
from flask2fastapi.model.rewrite import Edit, FilePlan, ImportName
from flask2fastapi.model.views import NO_DECORATOR
from flask2fastapi.plan.called_views import kept_order
from flask2fastapi.plan.class_views import class_edits, operations_of, places_of, with_moved
from flask2fastapi.plan.naming import Namer
from flask2fastapi.plan.operations import ROUTER_OF, variants_order
from flask2fastapi.plan.routers import owner_of, place_of, router_name
from flask2fastapi.plan.splitting import edits_of, with_behind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask2fastapi.model.facts import Index, ResolvedRoute
    from flask2fastapi.model.rewrite import NodeKey
    from flask2fastapi.model.views import ModuleFacts, ViewFact
    from flask2fastapi.plan.operations import Operation

RULES, ROUTER = "F2F110", "F2F120"


@dataclass(slots=True)
class Made:
    """What was put together."""

    namer: Namer
    """One for all files: each goes over all modules when it is made."""
    files: tuple[FilePlan, ...] = ()
    routers: dict[str, tuple[RouterPlan, ...]] = field(default_factory=dict)
    pieces: dict[str, frozenset[str]] = field(default_factory=dict)
    groups: tuple[tuple[str, ...], ...] = ()


def file_plans(
    index: Index,
    native: Sequence[ResolvedRoute],
    operations: Mapping[str, Operation],
    support_paths: Mapping[str, str],
) -> Made:
    """Everything that the native routes ask of the files."""
    made = Made(Namer(index, ()))
    by_path: dict[str, list[ResolvedRoute]] = defaultdict(list)
    pieces: dict[str, set[str]] = defaultdict(set)
    for row in native:
        for operation in operations_of(row, operations):
            pieces[support_paths[row.app]] |= operation.pieces
        for path in dict.fromkeys(places_of(index, row, operations)):
            by_path[path].append(row)
    plans = [_file(index, path, rows, operations, support_paths, made) for path, rows in by_path.items()]
    made.files = tuple(with_moved(plans, index, native, support_paths))
    made.pieces = {path: frozenset(names) for path, names in pieces.items()}
    made.groups = tuple((key,) for key in dict.fromkeys(key for row in native for key in served(row.fact)))
    return made


def _file(
    index: Index,
    path: str,
    rows: Sequence[ResolvedRoute],
    operations: Mapping[str, Operation],
    support_paths: Mapping[str, str],
    made: Made,
) -> FilePlan:
    module = index.view_facts.modules[path]
    support = made.namer.module_name(support_paths[rows[0].app])
    served_here = dict.fromkeys(key for row in rows for key in served(row.fact))
    views = {key: operations[key] for key in served_here if operations[key].view.path == path}
    labels = {label for _, label in module.statements}
    owned = [row for row in rows if row.fact.view in labels]
    names = _routers(index, module, owned, operations, made)
    edits = list(_router_edits(index, module, names, owned))
    behind: dict[str, StatementsOrder] = {}
    for key, operation in views.items():
        mine = [row for row in rows if key in served(row.fact)]
        endpoints: dict[str, list[str]] = defaultdict(list)
        for row in mine:
            endpoints[row.fact.key].append(row.endpoint)
        router = names.get(mine[0].fact.owner or "", "")
        if ".<locals>." in key:
            router = f"${ROUTER_OF}({operation.view.sources[0].owner})"
        edits += edits_of(operation, router, endpoints)
        order = kept_order if operation.is_kept else variants_order
        behind[key] = order(operation, router, endpoints)
    edits += class_edits(module, rows, operations, names)
    edits += _inner_rule_edits(views, rows, support, behind)
    edits += _rule_edits(module, {key: operation.view for key, operation in views.items()}, rows, support, behind)
    return FilePlan(path, tuple(with_behind(edits)))


def _routers(
    index: Index, module: ModuleFacts, rows: Sequence[ResolvedRoute], operations: Mapping[str, Operation], made: Made
) -> dict[str, str]:
    """Owner key -> variable of its router in this module; the routers are noted for the fronts."""
    names: dict[str, str] = {}
    for row in rows:
        owner = owner_of(index, row.fact.owner or "")
        if owner is not None and owner.key not in names:
            names[owner.key] = router_name(owner, module)
    for app in dict.fromkeys(row.app for row in rows):
        for key, variable in names.items():
            mine = [row for row in rows if (row.app, row.fact.owner) == (app, key)]
            if mine:
                plan = _router_plan(index, made.namer, module, variable, key, mine, operations)
                made.routers[app] = (*made.routers.get(app, ()), plan)
    return names


def _router_plan(
    index: Index,
    namer: Namer,
    module: ModuleFacts,
    variable: str,
    owner: str,
    rows: Sequence[ResolvedRoute],
    operations: Mapping[str, Operation],
) -> RouterPlan:
    prefixes: dict[str, None] = {}
    for row in rows:
        operation = operations_of(row, operations)[0]
        prefixes.update((path.prefix, None) for path in operation.paths[row.fact.key])
    return RouterPlan(
        module=namer.module_name(module.path),
        path=module.path,
        variable=variable,
        owner=owner,
        blueprint=rows[0].blueprint,
        prefixes=tuple(prefixes),
        conditional=any(each.conditional for each in index.registrations if each.child == owner),
        is_new=variable not in module.routers,
    )


def _router_edits(
    index: Index, module: ModuleFacts, names: Mapping[str, str], rows: Sequence[ResolvedRoute]
) -> Iterator[Edit]:
    lines: dict[NodeKey, list[str]] = defaultdict(list)
    for key, variable in names.items():
        owner = owner_of(index, key)
        first = next(label for _, label in module.statements if label in {row.fact.view for row in rows})
        place = place_of(owner, module, first) if owner is not None else None
        if place is None or variable in module.routers:
            continue
        blueprint = next((each.name for each in index.blueprints if each.key == key), "")
        tags = f'tags=["{blueprint}"]' if blueprint and '"' not in blueprint and "$" not in blueprint else ""
        lines[place].append(f"{variable} = $APIRouter({tags})")
    for place, found in lines.items():
        yield Edit(place, ROUTER, StatementsOrder(tuple(found), (ImportName("fastapi", "APIRouter"),)))


def _rule_edits(
    module: ModuleFacts,
    views: Mapping[str, ViewFact],
    rows: Sequence[ResolvedRoute],
    support: str,
    behind: Mapping[str, StatementsOrder],
) -> Iterator[Edit]:
    """The rules of a run of neighbouring views stand behind the last of them, in their own order.

    ``behind`` holds the functions that stand behind a view, and so end a run.
    """
    waiting: list[str] = []
    last: NodeKey | None = None
    for key, label in [*module.statements, (None, "")]:
        if key is not None and label in views:
            waiting += _rules(views[label], [row for row in rows if row.fact.view == label])
            last = key if waiting else None
            if behind[label].lines:
                if behind[label].lines[-1].lstrip().startswith("@"):  # a function
                    waiting[:1] = [f"\n\n{each}" for each in waiting[:1]]
                lines = (*behind[label].lines, *waiting)
                imports = (ImportName(support, "moved"), *behind[label].imports)
                yield Edit(key, RULES, StatementsOrder(lines, imports))
                waiting, last = [], None
        elif last is not None and (key is None or key.kind != "ClassDef"):
            yield Edit(last, RULES, StatementsOrder(tuple(waiting), (ImportName(support, "moved"),)))
            waiting, last = [], None


def _inner_rule_edits(
    views: Mapping[str, Operation],
    rows: Sequence[ResolvedRoute],
    support: str,
    behind: Mapping[str, StatementsOrder],
) -> Iterator[Edit]:
    """The rules of views inside functions, behind each: what is registered there is when the function runs."""
    for key, operation in views.items():
        if ".<locals>." not in key:
            continue
        rules = _rules(operation.view, [row for row in rows if row.fact.view == key])
        lines = (*behind[key].lines, *rules)
        imports = (ImportName(support, "moved"), *behind[key].imports)
        yield Edit(operation.view.function, RULES, StatementsOrder(lines, imports))


def _rules(view: ViewFact, rows: Sequence[ResolvedRoute]) -> Iterator[str]:
    """The registrations that Flask keeps, in the order in which decorators are applied."""
    endpoints = {row.fact.key: row.fact.endpoint for row in rows}
    name = view.key.rpartition(":")[2].rpartition(".<locals>.")[2]
    by_decorators = [each for each in view.sources if each.decorator != NO_DECORATOR]
    for source in sorted(by_decorators, key=lambda each: -each.decorator):
        rest = [f"{key}={value}" for key, value in source.keywords if key not in {"endpoint", "rule"}]
        given = [each.replace("$", "$$") for each in (source.rule, f'"{endpoints[source.fact]}"', *rest)]
        yield f"{source.owner}.add_url_rule({', '.join([*given[:2], f'$moved({name})', *given[2:]])})"
