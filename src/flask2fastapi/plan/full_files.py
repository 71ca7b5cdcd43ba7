"""The edits that make a FastAPI application of one that needs Flask no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.index.view_rules import served
from flask2fastapi.model.holders import UseKind
from flask2fastapi.model.orders import NameOrder, ReplaceOrder
from flask2fastapi.model.rewrite import Edit, FilePlan, ImportEdit, ImportName
from flask2fastapi.plan.calls import call_edits
from flask2fastapi.plan.full import blueprints_of
from flask2fastapi.plan.full_ambient import BY_ENDPOINT
from flask2fastapi.plan.full_around import (
    around_edits,
    around_of,
    around_pieces,
    has_hooks,
    hooks_name,
    router_hooks,
    router_hooks_name,
)
from flask2fastapi.plan.full_connections import connection_edits
from flask2fastapi.plan.full_state import state_edit, state_lines
from flask2fastapi.plan.full_static import MOUNTED, app_files, blueprint_files, is_usual_rule
from flask2fastapi.plan.full_teardown import NAME, teardown_edits, teardowns_of
from flask2fastapi.plan.lent_names import NAME as LENT
from flask2fastapi.plan.lent_names import lent_edits, lent_rows
from flask2fastapi.plan.operations import variants_order
from flask2fastapi.plan.pieces import FULL_PIECES
from flask2fastapi.plan.run_calls import run_call
from flask2fastapi.plan.scope import paths_of
from flask2fastapi.plan.splitting import edits_of
from flask2fastapi.plan.swaps import swaps_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from flask2fastapi.model.facts import AppFact, BlueprintFact, Index, Registration, ResolvedRoute
    from flask2fastapi.model.holders import HolderUse
    from flask2fastapi.model.rewrite import NodeKey
    from flask2fastapi.plan.operations import Operation

APPLICATION, ROUTER, RUN, VARIANT, CONTEXT = "F2F130", "F2F140", "F2F150", "F2F115", "F2F165"
_KEEP = "keep_flask_http"


def full_file_plans(
    index: Index,
    app: AppFact,
    rows: Sequence[ResolvedRoute],
    operations: Mapping[str, Operation],
    support: str,
    has_folder: Collection[str],
) -> tuple[FilePlan, ...]:
    """Everything that has to be done to the files of one application; ``support`` is its support module's name.

    ``has_folder``: keys of the applications with a folder of static files in the usual place.
    """
    holders = index.view_facts.holders
    plans = []
    functions = [*(key for row in rows for key in served(row.fact)), *(each.function for each in around_of(index, app))]
    named = any(use.name in BY_ENDPOINT for uses in swaps_of(index, functions).values() for use in uses)
    for path in sorted(paths_of(index, app) & holders.keys()):
        edits = list(_view_edits(path, rows, operations, builds_urls=named))
        edits += call_edits(index, path, rows, operations, builds_urls=named)
        around = [each for each in around_of(index, app) if each.path == path]
        edits += around_edits(index, around, support, hooks_name(index, app))
        edits += [*teardown_edits(index, app, path, support), *connection_edits(index, app, path)]
        edits += lent_edits(lent_rows(index, app), index, path, support)
        for use in holders[path].uses:
            edits += use_edits(index, app, path, use, prefixes(index, app, rows, operations), support, has_folder)
        if edits or holders[path].flask_imports:
            plans.append(FilePlan(path, tuple(edits), ImportEdit(remove_if_unused=holders[path].flask_imports)))
    return tuple(plans)


def full_pieces(
    index: Index,
    app: AppFact,
    rows: Sequence[ResolvedRoute],
    operations: Mapping[str, Operation],
    has_folder: Collection[str],
) -> frozenset[str]:
    """The pieces of the support module that an application without Flask uses."""
    found = {"full_http", *around_pieces(index, around_of(index, app)), *holder_pieces(index, app, has_folder)}
    for row in rows:
        found.update(*(operations[key].full_pieces for key in served(row.fact)))
    return frozenset(found)


def prefixes(
    index: Index, app: AppFact, rows: Sequence[ResolvedRoute], operations: Mapping[str, Operation]
) -> dict[str, str]:
    """Blueprint key -> its whole prefix, in FastAPI's words."""
    found = {}
    for blueprint, registration in blueprints_of(index, app):
        given = registration.url_prefix if registration.url_prefix is not None else blueprint.url_prefix
        found[blueprint.key] = (given or "").rstrip("/")
    for row in rows:
        if row.fact.owner in found:
            found[row.fact.owner] = operations[next(iter(served(row.fact)))].paths[row.fact.key][0].prefix
    return found


def _view_edits(
    path: str, rows: Sequence[ResolvedRoute], operations: Mapping[str, Operation], *, builds_urls: bool
) -> Iterator[Edit]:
    """The edits of a file's views; routes have the names of whole endpoints where something looks for them by these."""
    for key in dict.fromkeys(key for row in rows for key in served(row.fact)):
        if operations[key].view.path != path:
            continue
        mine = [row for row in rows if key in served(row.fact)]
        endpoints = {row.fact.key: [row.endpoint if builds_urls else row.fact.endpoint] for row in mine}
        yield from edits_of(operations[key], None, endpoints)
        behind = variants_order(operations[key], None, endpoints)
        if behind.lines:
            yield Edit(operations[key].view.function, VARIANT, behind)


def holder_pieces(index: Index, app: AppFact, has_folder: Collection[str]) -> set[str]:
    """The pieces that an application's own object and its blueprints need."""
    files = [app_files(app, "", has_folder), *(blueprint_files(app, it, "", "") for it, _ in blueprints_of(index, app))]
    found = {FULL_PIECES[MOUNTED]} if any(files) else set()
    found |= {FULL_PIECES[NAME]} if teardowns_of(index, app) else set()
    found |= {FULL_PIECES[LENT]} if lent_rows(index, app) else set()
    holders = index.view_facts.holders
    uses = [use for path in paths_of(index, app) & holders.keys() for use in holders[path].uses]
    found |= {"full_app_context" for use in uses if use.kind is UseKind.CONTEXT}
    return found | {FULL_PIECES[it.name or ""] for it in state_lines(index, app, "", "")[1] if it.name in FULL_PIECES}


def use_edits(
    index: Index,
    app: AppFact,
    path: str,
    use: HolderUse,
    prefix: Mapping[str, str],
    support: str,
    has_folder: Collection[str],
) -> Iterator[Edit]:
    """What becomes of one place that names an application or blueprint; ``prefix`` as of `prefixes`."""
    if use.statement is None:
        return
    simple = _simple_edit(use, use.statement, support)
    if simple is not None:
        yield simple
    elif (path, use.span) == (app.path, app.span):
        yield Edit(use.statement, APPLICATION, _application(index, app, use, support, has_folder))
    for blueprint, registration in blueprints_of(index, app):
        if (path, use.span) == (blueprint.path, blueprint.span):
            hooked = router_hooks(index, app, blueprint.key) is not None
            order = _made_router(use, blueprint, registration, prefix[blueprint.key], support, hooked=hooked)
            yield Edit(use.statement, ROUTER, order)
        elif (path, use.span) == (registration.path, registration.span):
            order = _included(index, app, use, blueprint, registration, prefix[blueprint.key], support)
            yield Edit(use.statement, ROUTER, order)


def _application(index: Index, app: AppFact, use: HolderUse, support: str, has_folder: Collection[str]) -> ReplaceOrder:
    """The statements that make an application."""
    static = "" if is_usual_rule(app) else ", static=False"
    lines: tuple[str, ...] = (
        f"{use.name} = $FastAPI(redirect_slashes=False, openapi_url=None)",
        f"${_KEEP}({use.name}{static})",
    )
    imports: tuple[ImportName, ...] = (ImportName("fastapi", "FastAPI"), ImportName(support, _KEEP))
    if has_hooks(index, app):
        lines = (*lines, f"{hooks_name(index, app)} = $RequestHooks({use.name})")
        imports = (*imports, ImportName(support, "RequestHooks"))
    more, needed = state_lines(index, app, use.name, support)
    lines, imports = (*lines, *more), (*imports, *needed)
    files = app_files(app, use.name, has_folder)
    if files is not None:
        lines, imports = (*lines, files), (*imports, ImportName(support, MOUNTED))
    return ReplaceOrder(lines, imports)


def _made_router(
    use: HolderUse, blueprint: BlueprintFact, registration: Registration, prefix: str, support: str, *, hooked: bool
) -> ReplaceOrder:
    """The statements that make the router of a blueprint."""
    lines: tuple[str, ...] = (_router(use, blueprint, registration, prefix, hooked=hooked),)
    imports: tuple[ImportName, ...] = (ImportName("fastapi", "APIRouter"),)
    if hooked:
        lines = (f"{router_hooks_name(use.name)} = $RouterHooks()", *lines)
        imports = (*imports, ImportName(support, "RouterHooks"))
    return ReplaceOrder(lines, imports)


def _included(
    index: Index,
    app: AppFact,
    use: HolderUse,
    blueprint: BlueprintFact,
    registration: Registration,
    prefix: str,
    support: str,
) -> ReplaceOrder:
    """The statements that put a blueprint's router, its files and its hooks into the application."""
    argument = f", prefix={_quoted(prefix)}" if prefix and registration.url_prefix is not None else ""
    lines: tuple[str, ...] = (f"{use.name}.include_router({use.child}{argument})",)
    files = blueprint_files(app, blueprint, use.name, prefix)
    imports: tuple[ImportName, ...] = (ImportName(support, MOUNTED),) if files else ()
    lines = (*lines, files) if files else lines
    if router_hooks(index, app, blueprint.key):
        lines = (*lines, f"$include_hooks({hooks_name(index, app)}, {use.child})")
        imports = (*imports, ImportName(support, "include_hooks"))
    return ReplaceOrder(lines, imports)


def _simple_edit(use: HolderUse, key: NodeKey, support: str) -> Edit | None:
    """The edit of a place that is the same in every application."""
    if use.kind is UseKind.STATE:
        return state_edit(key, use)
    if use.kind is UseKind.CONTEXT:
        return Edit(key, CONTEXT, NameOrder(f"$app_context({use.name})", (ImportName(support, "app_context"),)))
    if use.kind is UseKind.RUN:
        return Edit(key, RUN, ReplaceOrder((run_call(use) or "",), (ImportName("uvicorn"),)))
    return None


def _router(use: HolderUse, blueprint: BlueprintFact, registration: Registration, prefix: str, *, hooked: bool) -> str:
    """A blueprint's own prefix counts unless its registration has one."""
    own = f"prefix={_quoted(prefix)}, " if prefix and registration.url_prefix is None else ""
    around = f", route_class={router_hooks_name(use.name)}.route_class" if hooked else ""
    return f"{use.name} = $APIRouter({own}tags=[{_quoted(blueprint.name)}]{around})"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$") + '"'
