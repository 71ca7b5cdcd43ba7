"""The rows of the running application's URL map, also those of which the code says nothing: static files…"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.model.facts import ResolvedRoute, RouteFact, RouteKind
from flask2fastapi.model.location import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.verify.booted import BootedApp, BootedRule

_NOWHERE = Span(0, 0, 0, 0)


def all_routes(routes: Iterable[ResolvedRoute], app: BootedApp | None) -> tuple[ResolvedRoute, ...]:
    """The routes, and one for each rule of the running application that is not among them."""
    known = tuple(routes)
    rules = {(route.rule, route.endpoint) for route in known}
    booted = app.rules if app is not None else ()
    missing = [row for row in booted if not row.build_only and (row.rule, row.endpoint) not in rules]
    return (*known, *(_route(row) for row in missing))


def _route(row: BootedRule) -> ResolvedRoute:
    kind = RouteKind.STATIC if row.is_static else RouteKind.EXTENSION
    methods = tuple(method for method in row.methods if method not in {"HEAD", "OPTIONS"}) or ("GET",)
    place = (row.view.path if row.view else None) or ""
    fact = RouteFact(f"{row.endpoint} {row.rule}", None, kind, row.rule, methods, row.endpoint, None, place, _NOWHERE)
    return ResolvedRoute("", row.blueprint, row.rule, methods, row.endpoint, fact)
