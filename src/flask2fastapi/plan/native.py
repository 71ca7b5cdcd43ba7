"""Decide which routes go native, and what has to be done to which files for it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flask2fastapi.index.flavours import FASTAPI_APP
from flask2fastapi.index.view_rules import served
from flask2fastapi.model.facts import RouteKind
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import AppState, Reason, RoutePlan, Rung
from flask2fastapi.plan.blockers import Blockers, outer_middleware
from flask2fastapi.plan.called_views import is_called, kept_operation
from flask2fastapi.plan.counting import counted, depend_on_leaving
from flask2fastapi.plan.documented import DESCRIBE, describe, with_page
from flask2fastapi.plan.files import file_plans
from flask2fastapi.plan.full import why_flask_stays
from flask2fastapi.plan.full_around import around_of
from flask2fastapi.plan.full_extensions import with_extensions
from flask2fastapi.plan.full_files import full_file_plans, full_pieces
from flask2fastapi.plan.full_teardown import teardowns_of
from flask2fastapi.plan.groups import Calls, Candidates, settle
from flask2fastapi.plan.guarded import guard_keys
from flask2fastapi.plan.in_context import first_needs, left_in_context
from flask2fastapi.plan.known import known_claims
from flask2fastapi.plan.naming import Namer
from flask2fastapi.plan.operations import Operation, plan_operation
from flask2fastapi.plan.pieces import FULL_PIECES, PIECES
from flask2fastapi.plan.routers import has_place
from flask2fastapi.plan.splitting import with_parts
from flask2fastapi.plan.swaps import lacking, with_swaps

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from flask2fastapi.model.claims import Claim
    from flask2fastapi.model.facts import AppFact, Index, ResolvedRoute
    from flask2fastapi.model.plan import RouterPlan
    from flask2fastapi.model.rewrite import FilePlan

__all__ = ["AppState", "NativePlan", "plan_native"]


@dataclass(frozen=True, slots=True)
class NativePlan:
    """Where every route ends, and the edits that take it there."""

    routes: tuple[RoutePlan, ...] = ()
    routers: Mapping[str, tuple[RouterPlan, ...]] = field(default_factory=dict)
    """App key -> routers that its front includes."""
    states: Mapping[str, AppState] = field(default_factory=dict)
    """App key -> what the application is after the run; hybrid for those that are not here."""
    files: tuple[FilePlan, ...] = ()
    pieces: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Path of a support module -> names of the pieces that the rewritten code needs from it."""
    groups: tuple[tuple[str, ...], ...] = ()
    stays: Mapping[str, Reason] = field(default_factory=dict)
    """App key -> what needs its Flask object although all its routes are native."""
    around: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    """App key -> what runs around its routes: Flask calls the operations of an application that has any."""
    outer: Mapping[str, Reason] = field(default_factory=dict)
    """App key -> middleware around the application object, which a front would leave out."""


def plan_native(
    index: Index,
    apps: Sequence[AppFact],
    claims: Sequence[Claim] = (),
    *,
    support_paths: Mapping[str, str],
    left_out: frozenset[str] = frozenset(),
    failed_files: frozenset[str] = frozenset(),
    held: Mapping[str, Reason] | None = None,
    python: tuple[int, int] = (3, 10),
    documented: frozenset[str] = frozenset(),
    has_folder: Collection[str] = (),
) -> NativePlan:
    """Plan all routes of ``apps``.

    ``support_paths``: app key -> path of the support module that its code may import from. ``left_out``: keys of route
    facts that the run's options exclude. ``failed_files``: files that an earlier attempt could not rewrite; nothing in
    them goes native. ``held``: app key -> why it keeps its Flask object in any case. ``python``: the oldest Python on
    which the applications run. ``documented``: keys of the applications that offer their documentation. ``has_folder``:
    keys of those with a folder of static files.
    """
    keys = {app.key for app in apps}
    rows = [route for route in index.routes if route.app in keys]
    blockers, known = Blockers(index), (*claims, *known_claims())
    wide = {app.key: blockers.of_app(app, known) for app in apps}
    against = _reasons(index, blockers, wide, rows, left_out, failed_files)
    leaving = frozenset(keys)
    kept: dict[str, Reason] = {}
    while True:
        reasons, needs = counted(against, leaving, kept, index.view_facts.without_flask)
        operations = _operations(index, rows, reasons, needs, support_paths, python)
        settle(index, Candidates(tuple(rows), reasons, operations))
        plans = tuple(_route_plan(row, reasons[_row(row)], needs[_row(row)], operations) for row in rows)
        full, stays = _states(index, apps, plans, support_paths, {**first_needs(needs), **kept, **(held or {})})
        if leaving <= full or not depend_on_leaving(against, leaving - full):
            break
        leaving &= full
        kept |= stays
    made = _made(index, apps, plans, operations, support_paths, full, stays, has_folder, documented)
    outer = {app.key: next(outer_middleware(index, app, known), None) for app in apps}
    return replace(
        made,
        around={app.key: blockers.around_app(app, known) for app in apps},
        outer={key: reason for key, reason in outer.items() if reason is not None},
    )


def _made(
    index: Index,
    apps: Sequence[AppFact],
    plans: Sequence[RoutePlan],
    operations: Mapping[str, Operation],
    support_paths: Mapping[str, str],
    full: frozenset[str],
    stays: Mapping[str, Reason],
    has_folder: Collection[str],
    documented: frozenset[str],
) -> NativePlan:
    """The edits that the settled plans ask for."""
    native = [plan.route for plan in plans if plan.rung is Rung.NATIVE and not plan.route.fact.moved]
    describe(index, operations, [row for row in native if row.app in documented])
    beside = [row for row in native if row.app not in full]
    made = file_plans(index, beside, operations, support_paths)
    views = {view: support_paths[row.app] for row in beside for view in served(row.fact)}
    swapped, more = with_swaps(index, made.files, views, PIECES)
    files, pieces = list(swapped), dict(made.pieces)
    pieces |= {path: pieces[path] | names for path, names in more.items()}
    for app in (app for app in apps if app.key in full):
        mine = [row for row in native if row.app == app.key]
        support = support_paths[app.key]
        own = full_file_plans(index, app, mine, operations, Namer(index, ()).module_name(support), has_folder)
        reached = dict.fromkeys(_functions(index, app, mine), support)
        swapped, more = with_swaps(index, own, reached, FULL_PIECES)
        swapped, taken = with_extensions(index, app, swapped, Namer(index, ()).module_name(support))
        shown = app.key in documented
        files += with_page(swapped, Namer(index, ()).module_name(support)) if shown else swapped
        taken |= {FULL_PIECES[DESCRIBE]} if shown else set()
        found = full_pieces(index, app, mine, operations, has_folder) | more.get(support, frozenset()) | taken
        pieces[support] = pieces.get(support, frozenset()) | found
    done = {app.key for app in apps if app.flask_class == FASTAPI_APP}
    states = {app.key: AppState.FULL if app.key in full | done else AppState.HYBRID for app in apps}
    return NativePlan(tuple(plans), made.routers, states, tuple(files), pieces, made.groups, stays)


def _states(
    index: Index,
    apps: Sequence[AppFact],
    plans: Sequence[RoutePlan],
    support_paths: Mapping[str, str],
    held: Mapping[str, Reason],
) -> tuple[frozenset[str], dict[str, Reason]]:
    """Keys of the applications that need no Flask, and why others do all of whose routes are native."""
    rows = {app.key: [plan for plan in plans if plan.route.app == app.key] for app in apps}
    stays: dict[str, Reason] = {}
    kept: dict[str, Reason] = {}
    waiting = list(apps)
    while waiting:
        before = len(kept)
        for app in list(waiting):
            mine = rows[app.key]
            ready = mine and all(plan.rung is Rung.NATIVE and not plan.route.fact.moved for plan in mine)
            why = held.get(app.key) or _not_all(app)
            if ready and app.key not in held:
                routes = [plan.route for plan in mine]
                found = why_flask_stays(index, app, routes, support_paths, kept)
                found = found or lacking(index, _functions(index, app, routes), FULL_PIECES)
                if found is None:
                    continue
                why = found
            kept[app.key] = why
            waiting.remove(app)
            if ready:
                stays[app.key] = why
        if len(kept) == before:
            break
    return frozenset(app.key for app in waiting), stays


def _functions(index: Index, app: AppFact, routes: Iterable[ResolvedRoute]) -> list[str]:
    """Keys of all that an application without Flask calls when it serves requests."""
    routes = list(routes)
    views = (view for route in routes for view in served(route.fact))
    ends = (each.function for each in teardowns_of(index, app))
    return [*views, *guard_keys(index, routes), *(each.function for each in around_of(index, app)), *ends]


def _not_all(app: AppFact) -> Reason:
    return Reason("flask-object", "some of its routes are mounted", Location(app.path, app.span.line))


def _row(row: ResolvedRoute) -> tuple[str, str, str]:
    return row.app, row.endpoint, f"{row.fact.key} {row.rule}"


def _route_plan(
    row: ResolvedRoute, reasons: list[Reason], needs: list[Reason], operations: Mapping[str, Operation]
) -> RoutePlan:
    found = tuple(dict.fromkeys(reasons))
    operation = operations.get(row.fact.view or "") if not found else None
    verdict = operation.verdict if operation else None
    rung = Rung.MOUNTED if found else Rung.NATIVE
    return RoutePlan(row, rung, found, verdict, tuple(dict.fromkeys(needs)) if not found else ())


def _reasons(
    index: Index,
    blockers: Blockers,
    wide: Mapping[str, tuple[Reason, ...]],
    rows: Sequence[ResolvedRoute],
    left_out: frozenset[str],
    failed: frozenset[str],
) -> dict[tuple[str, str, str], list[Reason]]:
    """What is against each route by itself: its registration, its view, its application (``wide``), the run."""
    calls = Calls(index)
    found: dict[tuple[str, str, str], list[Reason]] = defaultdict(list)
    for row in rows:
        mine = found[_row(row)]
        if row.fact.moved:
            mine += left_in_context(row.fact)
            continue
        place = Location(row.fact.path, row.fact.span.line)
        mine += blockers.of_route(row)
        mine += _view_reasons(index, calls, row, place)
        mine += wide[row.app]
        if row.fact.key in left_out:
            mine.append(Reason("not-selected", "the options of this run leave it out", place))
        if row.fact.path in failed:
            mine.append(Reason("not-rewritten", "its file could not be rewritten", place))
    return found


def _view_reasons(index: Index, calls: Calls, row: ResolvedRoute, place: Location) -> list[Reason]:
    found: list[Reason] = []
    keys = [key for key in served(row.fact) if key in index.view_facts.views]
    if not keys and row.fact.kind in {RouteKind.DECORATOR, RouteKind.ADD_URL_RULE, RouteKind.CLASS_VIEW}:
        return [Reason("view-unknown", "its view was not read", place)]
    for key in keys:
        view = index.view_facts.views[key]
        if not has_place(index, row, view):
            message = "nothing is imported in its module, so there is no place for a router"
            found.append(Reason("helper-registration", message, place))
        found += [*view.body.blockers, *calls.context_reasons(key), *calls.callers_of(key)]
    return found


def _operations(
    index: Index,
    rows: Sequence[ResolvedRoute],
    reasons: Mapping[tuple[str, str, str], list[Reason]],
    needs: Mapping[tuple[str, str, str], Sequence[Reason]],
    support_paths: Mapping[str, str],
    python: tuple[int, int],
) -> dict[str, Operation]:
    """Views that nothing is against so far, as operations; what is against the others becomes a reason."""
    namer = Namer(index, ())
    by_view: dict[str, list[ResolvedRoute]] = defaultdict(list)
    for row in rows:
        for view in served(row.fact) if not row.fact.moved else ():
            by_view[view].append(row)
    found: dict[str, Operation] = {}
    for key, mine in by_view.items():
        if any(reasons[_row(row)] for row in mine):
            continue
        place = Location(mine[0].fact.path, mine[0].fact.span.line)
        supports = {support_paths[row.app] for row in mine}
        root = namer.import_root(mine[0].fact.path)
        if len(supports) > 1 or any(namer.import_root(path) != root for path in supports):
            made: Operation | Reason = Reason("helper-registration", "several applications have it", place)
        else:
            support = namer.module_name(supports.pop())
            wanted = [reason for row in mine for reason in needs[_row(row)]]
            plan = kept_operation if is_called(index, key, wanted) else plan_operation
            made = plan(index, index.view_facts.views[key], mine, support, python, wanted)
            if isinstance(made, Operation):
                made = with_parts(index, made, mine, support, python, wanted)
        if isinstance(made, Operation):
            found[key] = made
        else:
            for row in mine:
                reasons[_row(row)].append(made)
    return found
