"""Why routes stay mounted: what cuts across an application, what a rule asks for, what a view does."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from flask2fastapi.index.paths import is_test_path
from flask2fastapi.model.claims import ClaimKind, Effect
from flask2fastapi.model.facts import RouteKind
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import Reason
from flask2fastapi.plan.in_context import decorator_reason
from flask2fastapi.plan.known import claim_for, what_it_does
from flask2fastapi.plan.lent_names import lends_name
from flask2fastapi.plan.naming import Namer
from flask2fastapi.plan.scope import paths_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flask2fastapi.model.claims import Claim
    from flask2fastapi.model.facts import (
        AppFact,
        BlueprintFact,
        ExtensionFact,
        HookFact,
        Index,
        ResolvedRoute,
        RouteFact,
    )

_KINDS = {
    RouteKind.RESOURCE: ("resource", "its view is a resource of an API extension"),
    RouteKind.EXTENSION: ("extension-route", "an extension adds it"),
    RouteKind.ALIAS: ("alias-rule", "it has no view of its own"),
    RouteKind.HELPER: ("helper-registration", "a function of the project registers it"),
    RouteKind.STATIC: ("extension-route", "it serves a folder of files"),
}
_HARMLESS_HOOKS = {"context_processor", "app_context_processor", "url_defaults", "app_url_defaults"}
"""Hooks that only templates and ``url_for`` run."""
_TEARDOWN = {"teardown_appcontext", "teardown_request", "teardown_app_request"}
_WITH_A_SAY = {
    *("response_class", "make_response", "finalize_request", "dispatch_request", "full_dispatch_request"),
    *("url_rule_class", "url_map", "url_map_class", "add_url_rule", "route", "register_blueprint"),
    *("aborter", "aborter_class", "make_aborter", "ensure_sync", "async_to_sync"),
    *("__getattribute__", "__getattr__", "__setattr__"),
}
"""Attributes of Flask with a say in which views there are, and in what becomes of what they return.

All others, as hooks and sessions, are around views: Flask goes on serving with them.
"""
_REQUEST_CLASS = "request_class"
_FLASK = {"flask.Flask", "flask.app.Flask"}
_BLUEPRINT = {"flask.Blueprint", "flask.blueprints.Blueprint"}
_SERVED = ("application", "wsgi", "wsgi_app")
"""Names under which servers look for what they call."""
_OPTIONS = {
    *("strict_slashes", "merge_slashes", "endpoint", "methods", "rule", "defaults", "provide_automatic_options"),
    *("redirect_to", "build_only", "alias", "subdomain", "host"),
}
"""Options of a rule that Flask's own map goes on obeying."""


class Blockers:
    """What is against the applications and routes of a program; tables by owner, made once for all of its routes."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._blueprints = {each.key: each for each in reversed(index.blueprints)}
        self._parents: dict[str, list[str]] = defaultdict(list)
        for registration in index.registrations:
            self._parents[registration.child].append(registration.parent)
        self._chains: dict[str, set[str]] = {}

    def of_app(self, app: AppFact, claims: Sequence[Claim]) -> tuple[Reason, ...]:
        """What keeps all routes of an application mounted."""
        index = self._index
        place = Location(app.path, app.span.line)
        found: list[Reason] = []
        if app.flask_class not in _FLASK and (app.overrides is None or _WITH_A_SAY.intersection(app.overrides)):
            found.append(Reason("custom-application", f"the application is a {app.flask_class}", place))
        found += _replaced(index, app.key, place)
        if _REQUEST_CLASS in {*index.view_facts.replaced.get(app.key, ()), *(app.overrides or ())}:
            what = f"its `{_REQUEST_CLASS}` is replaced, of which views go on reading"
            found.append(Reason("custom-application", what, place, in_context=True, about="flask.request"))
        paths = paths_of(index, app)
        found += _unread(index, app)
        found += outer_middleware(index, app, claims)
        found += [
            reason
            for reason in self._extensions(app, claims, paths)
            if reason.code == "unknown-extension" and "json" in reason.message.lower()
        ]
        return tuple(found)

    def around_app(self, app: AppFact, claims: Sequence[Claim]) -> tuple[Reason, ...]:
        """What runs around the routes of an application, and goes on doing so where Flask calls the operations.

        Hooks, middleware, signals, sessions: they keep no route mounted, but all of them inside Flask's own pipeline.
        """
        index = self._index
        paths = paths_of(index, app)
        blueprints = {key for key in self._blueprints if app.key in self._chain(key)}
        mine = {app.key, *blueprints}
        hooks = (hook for hook in index.hooks if hook.owner in mine or (hook.owner is None and hook.path in paths))
        found = [*_hook_reasons(index, hooks), *self._extensions(app, claims, paths)]
        found += [*_permanent_sessions(index, paths), *_around(index, app, paths)]
        return tuple(dict.fromkeys(found))

    def _extensions(self, app: AppFact, claims: Sequence[Claim], paths: frozenset[str]) -> Iterator[Reason]:
        extensions = self._index.extensions
        set_up = (each for each in extensions if each.app == app.key or (each.app is None and each.path in paths))
        return (reason for each in set_up if (reason := _extension(each, claims)))

    def of_route(self, route: ResolvedRoute) -> Iterator[Reason]:
        """What its registration says against a route."""
        place = Location(route.fact.path, route.fact.span.line)
        if lends_name(self._index, route):
            yield Reason(*_KINDS[RouteKind.ALIAS], place, while_flask_stays=True)
        else:
            yield from _registration(route.fact, place)
        yield from self._closure(route, place)
        if route.fact.kind in {RouteKind.ADD_URL_RULE, RouteKind.CLASS_VIEW}:
            yield from self._index.view_facts.registered[route.fact.key].reasons
        yield from self._of_owner(route.fact.owner, place)

    def _closure(self, route: ResolvedRoute, place: Location) -> Iterator[Reason]:
        """A view in a function stays in its place; once its application is FastAPI's, that must be the factory."""
        fact = route.fact
        view = fact.view or ""
        if ".<locals>." in view or (fact.function is not None and fact.kind is RouteKind.DECORATOR):
            made_there = fact.kind is RouteKind.DECORATOR and view.rpartition(".<locals>.")[0] == fact.function
            made_there = made_there and view in self._index.view_facts.views
            factory = next((app.factory for app in self._index.apps if app.key == route.app), None)
            if not made_there or fact.function != factory:
                yield Reason("closure-view", "its view is defined inside a function", place, in_context=made_there)

    def _of_owner(self, owner: str | None, place: Location) -> Iterator[Reason]:
        """What the blueprint of a route, or one around it, says against it."""
        for key in sorted(self._chain(owner)) if owner else ():
            blueprint = self._blueprints.get(key)
            if blueprint is None:
                continue
            if blueprint.blueprint_class not in _BLUEPRINT:
                yield Reason("custom-application", f"its blueprint is a {blueprint.blueprint_class}", place)
            for option in sorted({"subdomain", "url_defaults"} & blueprint.options.keys()):
                yield Reason("rule-option", f"its blueprint has the option `{option}`", place)
            yield from _replaced(self._index, key, place)

    def _chain(self, owner: str) -> set[str]:
        """A blueprint and all blueprints that it is registered on, up to the application."""
        if owner not in self._chains:
            found = self._chains[owner] = set()
            waiting = [owner]
            while waiting:
                key = waiting.pop()
                if key not in found:
                    found.add(key)
                    waiting += self._parents.get(key, ())
        return self._chains[owner]


def _hook_reasons(index: Index, hooks: Iterable[HookFact]) -> Iterator[Reason]:
    return (reason for hook in hooks if (reason := _hook(index, hook)))


def _unread(index: Index, app: AppFact) -> Iterator[Reason]:
    """Files around an application that could not be read."""
    folder = Namer(index, ()).import_root(app.path)
    for unread in index.unread:
        if unread.path in index.unread_apart:
            continue
        if not is_test_path(unread.path) and (not folder or unread.path.startswith(f"{folder}/")):
            yield Reason("unread-file", "a file of the project does not parse, and may hold a guard", unread)


def _around(index: Index, app: AppFact, paths: frozenset[str]) -> Iterator[Reason]:
    """What gets around an application in ways that are not followed; ``paths`` are its files."""
    if "wsgi_app" in index.view_facts.replaced.get(app.key, ()):
        yield Reason("wsgi-middleware", "its `wsgi_app` is replaced", Location(app.path, app.span.line))
    yield from _untold(index, paths)
    for each in index.view_facts.signals:
        if each.path in paths:
            yield Reason("live-hook", "a receiver of Flask's signals runs for its requests", each)


def outer_middleware(index: Index, app: AppFact, claims: Sequence[Claim]) -> Iterator[Reason]:
    """WSGI middleware around an application's object, which neither Flask nor a front would call.

    What is not known counts where its name says that a server calls it, or where it takes the application's own.
    """
    for each in index.view_facts.wrapped.get(app.key, ()):
        yield Reason("wsgi-middleware", "WSGI middleware is put around the application object", each)
    for extension in index.extensions:
        unknown = claim_for(extension.name, claims, ClaimKind.EXTENSION) is None
        if extension.app == app.key and unknown and extension.variable in {app.variable, *_SERVED}:
            place = Location(extension.path, extension.span.line)
            yield Reason("wsgi-middleware", f"{extension.name} is put around the application object", place)


def _untold(index: Index, paths: frozenset[str]) -> Iterator[Reason]:
    """Uses of names by which hooks get in, or of Flask's table of views, that were not followed."""
    for name, each in index.view_facts.untold:
        if each.path in paths and not is_test_path(each.path):
            yield Reason("live-hook", f"`{name}` is used here in a way that was not followed", each)


def is_plain_app(app: AppFact) -> bool:
    """Whether an application is made of Flask's own class."""
    return app.flask_class in _FLASK


def is_plain_blueprint(blueprint: BlueprintFact) -> bool:
    """Whether a blueprint is made of Flask's own class."""
    return blueprint.blueprint_class in _BLUEPRINT


def _registration(fact: RouteFact, place: Location) -> Iterator[Reason]:
    if fact.kind in _KINDS:
        yield Reason(*_KINDS[fact.kind], place)
    if fact.unread_options:
        yield Reason("rule-unread", f"its {', '.join(fact.unread_options)} cannot be read", place)
    if fact.conditional:
        yield Reason("conditional", "it is registered under a condition", place)
    if fact.view is None and fact.kind in {RouteKind.DECORATOR, RouteKind.ADD_URL_RULE}:
        yield Reason("view-unknown", "its view was not found", place)
    for name in sorted(fact.options.keys() - _OPTIONS):
        yield Reason("rule-option", f"its rule has the option `{name}`", place)
    for name in ("subdomain", "host"):
        if "<" in str(fact.options.get(name, "")):
            yield Reason("rule-option", f"its `{name}` has a variable", place)
    for decorator in fact.decorators:
        at = Location(fact.path, decorator.span.line)
        yield decorator_reason(decorator, at)


def _hook(index: Index, hook: HookFact) -> Reason | None:
    if hook.kind in _HARMLESS_HOOKS:
        return None
    if hook.kind in _TEARDOWN and hook.function in index.view_facts.idle:
        return None
    what = hook.function.rpartition(":")[2] if hook.function else hook.source
    place = Location(hook.path, hook.span.line)
    return Reason("live-hook", f"`{what}` runs as {hook.kind}", place)


def _extension(fact: ExtensionFact, claims: Iterable[Claim]) -> Reason | None:
    place = Location(fact.path, fact.span.line)
    if is_test_path(fact.path):
        return None
    claim = claim_for(fact.name, claims, ClaimKind.EXTENSION)
    if claim is None:
        return Reason("unknown-extension", f"nothing is known about {fact.name}", place)
    if claim.effect is not Effect.HOOKS:
        return None
    what = what_it_does(fact.name)
    return Reason("hooking-extension", f"{fact.name} installs {what or 'hooks'}", place)


def _replaced(index: Index, key: str, place: Location) -> Iterator[Reason]:
    for name in index.view_facts.replaced.get(key, ()):
        if name in _WITH_A_SAY:
            yield Reason("custom-application", f"its `{name}` is replaced", place)


def _permanent_sessions(index: Index, paths: frozenset[str]) -> Iterator[Reason]:
    """A permanent session is refreshed by every request, also by those that do not look at it."""
    for use in index.proxy_uses:
        if use.proxy == "session" and use.attribute == "permanent" and use.path in paths:
            place = Location(use.path, use.span.line)
            yield Reason("session", "permanent sessions are refreshed by every request", place)
