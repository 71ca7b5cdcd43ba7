"""Decide which applications need Flask's object no more, so that FastAPI's can stand in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.index.flavours import FASTAPI_APP
from flask2fastapi.index.rules import variables
from flask2fastapi.index.view_rules import served
from flask2fastapi.model.facts import RouteKind
from flask2fastapi.model.holders import UseKind
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import Reason
from flask2fastapi.plan.blockers import is_plain_app, is_plain_blueprint
from flask2fastapi.plan.calls import call_reasons, is_by_call
from flask2fastapi.plan.full_ambient import ambient_reasons
from flask2fastapi.plan.full_around import around_reasons, around_spans
from flask2fastapi.plan.full_extensions import extension_reasons, extension_spans
from flask2fastapi.plan.full_static import static_reasons
from flask2fastapi.plan.full_teardown import teardown_reasons, teardown_spans
from flask2fastapi.plan.guarded import guard_reasons
from flask2fastapi.plan.lent_names import lent_spans
from flask2fastapi.plan.request_parameters import WITHOUT_FLASK
from flask2fastapi.plan.run_calls import run_call
from flask2fastapi.plan.scope import paths_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask2fastapi.model.facts import AppFact, BlueprintFact, Index, Registration, ResolvedRoute
    from flask2fastapi.model.location import Span

_CONVERTERS = {"default", "string", "int", "float", "path", "uuid"}
_OPTIONS = {"endpoint", "methods"}


def why_flask_stays(
    index: Index, app: AppFact, rows: Sequence[ResolvedRoute], supports: Mapping[str, str], others: Mapping[str, Reason]
) -> Reason | None:
    """The first thing that needs the Flask object of an application all of whose routes are native, None for nothing.

    ``others`` holds what is known to keep other applications: those that share a support module stay together.
    """
    place = Location(app.path, app.span.line)
    beside = [key for key in others if key != app.key and supports.get(key) == supports.get(app.key)]
    if beside:
        return Reason("flask-object", "it shares its support module with an application that stays Flask's", place)
    return next(_reasons(index, app, rows, place), None)


def blueprints_of(index: Index, app: AppFact) -> list[tuple[BlueprintFact, Registration]]:
    """The blueprints that are registered on an application, with their registrations."""
    by_key = {each.key: each for each in index.blueprints}
    mine = [each for each in index.registrations if each.parent == app.key]
    return [(by_key[each.child], each) for each in mine if each.child in by_key]


def _reasons(index: Index, app: AppFact, rows: Sequence[ResolvedRoute], place: Location) -> Iterator[Reason]:
    if not is_plain_app(app) or app.flask_class == FASTAPI_APP:
        yield Reason("flask-object", f"the application is a {app.flask_class}", place)
    yield from static_reasons(app)
    paths = paths_of(index, app)
    blueprints = blueprints_of(index, app)
    owners = {app.key, None, *(each.key for each, _ in blueprints)}
    yield from extension_reasons(index, app)
    yield from ambient_reasons(index, app)
    yield from guard_reasons(index, rows)
    yield from around_reasons(index, app, paths, owners)
    yield from teardown_reasons(index, app)
    for blueprint, registration in blueprints:
        yield from _blueprint_reasons(index, app, blueprint, registration)
    if any(row.blueprint and "." in row.blueprint for row in rows):
        yield Reason("flask-object", "a blueprint lies in another", place)
    for row in rows:
        if row.fact.kind is RouteKind.ALIAS:
            continue  # it lends a name, or it would be mounted
        yield from _rule_reasons(row)
        yield from call_reasons(index, app, row, rows)
        yield from _view_reasons(index, row)
    yield from _use_reasons(index, paths, rows, app)


def _blueprint_reasons(
    index: Index, app: AppFact, blueprint: BlueprintFact, registration: Registration
) -> Iterator[Reason]:
    place = Location(registration.path, registration.span.line)
    if sum(each.child == blueprint.key for each in index.registrations) > 1:
        yield Reason("flask-object", f"the blueprint {blueprint.name} is registered more than once", place)
    if registration.name is not None or registration.function != app.factory:
        yield Reason("flask-object", f"the blueprint {blueprint.name} is not registered plainly", place)
    yield from static_reasons(blueprint)
    if not is_plain_blueprint(blueprint) or blueprint.function is not None:
        yield Reason("flask-object", f"the blueprint {blueprint.name} is not made plainly", place)
    if '"' in blueprint.name or "\\" in blueprint.name:
        yield Reason("flask-object", f"the blueprint {blueprint.name} has a strange name", place)


def _rule_reasons(row: ResolvedRoute) -> Iterator[Reason]:
    """Rules of which Flask's own URL map has more to say than a path of FastAPI."""
    place = Location(row.fact.path, row.fact.span.line)
    found = variables(row.rule) or ()
    segments = row.rule.split("/")[1:]
    plain = row.fact.kind is RouteKind.DECORATOR or row.fact.moved or is_by_call(row)
    redirects = any(value is not None for value in row.fact.defaults.values())  # no converter gives None
    if not plain or row.fact.options.keys() - _OPTIONS or redirects:
        yield Reason("flask-object", f"`{row.rule}` has options that only Flask's URL map obeys", place)
    if any(each.arguments is not None or each.converter not in _CONVERTERS for each in found):
        yield Reason("flask-object", f"`{row.rule}` has a converter that only Flask's URL map obeys", place)
    elif any("<path:" in segment for segment in segments[:-1]) or any(s.count("<path:") > 1 for s in segments[-1:]):
        yield Reason("flask-object", f"`{row.rule}` has a path before its end", place)


def _view_reasons(index: Index, row: ResolvedRoute) -> Iterator[Reason]:
    """Parts of Flask's request that nothing else has."""
    views = [index.view_facts.views[key] for key in served(row.fact)]
    for view, each in [(found, read) for found in views for read in found.requests]:
        if not each.alike and each.attribute not in WITHOUT_FLASK:
            what = f"request.{each.attribute}" if each.attribute else "request"
            yield Reason("flask-object", f"it reads `{what}`", Location(view.path, each.key.span.line))


def _use_reasons(index: Index, paths: frozenset[str], rows: Sequence[ResolvedRoute], app: AppFact) -> Iterator[Reason]:
    routes = {(row.fact.path, row.fact.span) for row in rows} | around_spans(index, app)
    made = {(app.path, app.span), *((each.path, each.span) for each, _ in blueprints_of(index, app))}
    registered = {(each.path, each.span) for _, each in blueprints_of(index, app)}
    known = {UseKind.DECORATOR: routes, UseKind.CONSTRUCTION: made, UseKind.REGISTRATION: registered}
    moved = {(row.fact.path, row.fact.span) for row in rows if row.fact.moved or is_by_call(row)}
    moved |= extension_spans(index, app) | teardown_spans(index, app) | lent_spans(index, app)
    found = set()
    for path, holders in index.view_facts.holders.items():
        for use in holders.uses if path in paths else ():
            place = Location(path, use.span.line)
            found.add((path, use.span))
            if any(path == where and _within(use.span, span) for where, span in moved):
                continue
            if use.kind is UseKind.OTHER or (use.kind in known and (path, use.span) not in known[use.kind]):
                yield Reason("flask-object", f"`{use.name}` is used in a way that needs Flask's object", place)
            if use.kind is UseKind.RUN and run_call(use) is None:
                yield Reason("flask-object", "it is started with options that uvicorn does not have", place)
    if not (made | registered) <= found:
        yield Reason("flask-object", "how it is put together was not found in its source", Location(app.path, 1))


def _within(inner: Span, outer: Span) -> bool:
    """Whether a node is part of another: the object on which a rule was left to Flask's map is named in that rule."""
    begins = (outer.line, outer.column) <= (inner.line, inner.column)
    return begins and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
