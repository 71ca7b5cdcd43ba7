"""What each application gets: its state, its front, its routers, and the entry from which it is started."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flask2fastapi.index.paths import is_test_path
from flask2fastapi.model.plan import AppState, FrontPlan, Rung

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask2fastapi.model.facts import AppFact, Index
    from flask2fastapi.model.plan import Entry, RoutePlan, RouterPlan
    from flask2fastapi.plan.naming import Namer


def product_apps(index: Index) -> tuple[AppFact, ...]:
    """The applications that the repository is about, the one with most routes first.

    Those of its test-suite are left out unless it has no others, and so are those without a route where another has
    some: objects that only lend their context.
    """
    routes = Counter(route.app for route in index.routes)
    product = [app for app in index.apps if not is_test_path(app.path)] or list(index.apps)
    serving = [app for app in product if routes[app.key]]
    return tuple(sorted(serving or product, key=lambda app: -routes[app.key]))


def plan_fronts(
    apps: Iterable[AppFact],
    namer: Namer,
    routes: Iterable[RoutePlan],
    states: Mapping[str, AppState],
    routers: Mapping[str, tuple[RouterPlan, ...]],
    entries: Mapping[str, Entry | None],
) -> tuple[FrontPlan, ...]:
    """Plan the front of each application; ``states``, ``routers`` and ``entries`` are by app key."""
    totals = Counter(route.route.app for route in routes)
    mounted = Counter(route.route.app for route in routes if route.rung is Rung.MOUNTED)
    return tuple(_front(app, namer, states, routers, entries, mounted[app.key], totals[app.key]) for app in apps)


def _front(
    app: AppFact,
    namer: Namer,
    states: Mapping[str, AppState],
    routers: Mapping[str, tuple[RouterPlan, ...]],
    entries: Mapping[str, Entry | None],
    mounted: int,
    total: int,
) -> FrontPlan:
    names = namer.names_for(app)
    return FrontPlan(
        app=app,
        state=states.get(app.key, AppState.HYBRID),
        front_path=names.front,
        front_module=namer.module_name(names.front),
        support_path=names.support,
        support_module=namer.module_name(names.support),
        import_root=names.import_root,
        asgi_path=names.asgi,
        front_exists=names.front_exists,
        asgi_exists=names.asgi_exists,
        entry=entries.get(app.key),
        routers=routers.get(app.key, ()),
        mounted=mounted,
        total=total,
    )
