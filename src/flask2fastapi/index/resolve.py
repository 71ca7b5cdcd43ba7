"""Put prefixes and names together: the rows of each application's URL map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.index.fastapi_side import as_rule
from flask2fastapi.index.flavours import Flavour
from flask2fastapi.model.facts import ResolvedRoute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flask2fastapi.model.facts import AppFact, BlueprintFact, Registration, RouteFact

_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a holder is registered: what its rules and endpoints begin with."""

    prefix: str | None = None
    name: str = ""
    """Dotted blueprint name, "" on the application itself."""
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class Resolver:
    """Facts by owner, to walk from an application down to its rules."""

    blueprints: Mapping[str, BlueprintFact]
    flavours: Mapping[str, Flavour]
    children: Mapping[str, list[Registration]]
    routes: Mapping[str, list[RouteFact]]

    def rows(self, app: AppFact) -> tuple[ResolvedRoute, ...]:
        """The rows of one application, each once."""
        found: dict[tuple[object, ...], ResolvedRoute] = {}
        for row in self._below(app, app.key, _Place(), 0):
            found.setdefault((row.rule, row.endpoint, row.fact.key), row)
        return tuple(found.values())

    def _below(self, app: AppFact, owner: str, place: _Place, depth: int) -> Iterator[ResolvedRoute]:
        for fact in self.routes.get(owner, ()):
            rule = self._rule(owner, place, fact.rule)
            endpoint = f"{place.name}.{fact.endpoint}" if place.name else fact.endpoint
            yield ResolvedRoute(app.key, place.name or None, rule, fact.methods, endpoint, fact)
        if depth < _DEEPEST:
            for registration in self.children.get(owner, ()):
                if registration.child in self.blueprints:
                    inner = self._inner(place, registration)
                    yield from self._below(app, registration.child, inner, depth + 1)

    def _inner(self, place: _Place, registration: Registration) -> _Place:
        child = self.blueprints[registration.child]
        conditional = place.conditional or registration.conditional
        flavour = self.flavours[child.key]
        if flavour is Flavour.BLUEPRINT:
            # Flask nests with a slash between the prefixes, whatever their own ends are
            own = registration.url_prefix if registration.url_prefix is not None else child.url_prefix
            name = registration.name or child.name
            return _Place(_join(place.prefix, own), f"{place.name}.{name}".strip("."), conditional)
        if flavour is Flavour.NAMESPACE:
            # restx takes a path given to add_namespace as it is, and cuts the slash off its own
            path = registration.url_prefix or (child.url_prefix or f"/{child.name}").rstrip("/")
            return _Place((place.prefix or "") + path, place.name, conditional)
        if flavour is Flavour.ROUTER:  # FastAPI puts all prefixes together
            prefix = as_rule((registration.url_prefix or "") + (child.url_prefix or ""))
            return _Place((place.prefix or "") + prefix, child.name or place.name, conditional)
        if flavour is Flavour.SMOREST:
            return place
        return _Place((place.prefix or "") + (child.url_prefix or ""), place.name, conditional)

    def _rule(self, owner: str, place: _Place, rule: str) -> str:
        if place.prefix is None or self.flavours.get(owner) is Flavour.APP:
            return rule
        if self.flavours[owner] is Flavour.BLUEPRINT:
            return _join(place.prefix, rule) if rule else place.prefix
        return place.prefix + rule


def _join(prefix: str | None, rule: str | None) -> str:
    """As ``flask.blueprints.BlueprintSetupState`` joins a prefix and what comes after it."""
    if prefix is None or rule is None:
        return (prefix if rule is None else rule) or ""
    return f"{prefix.rstrip('/')}/{rule.lstrip('/')}"


def resolver(
    blueprints: Iterable[BlueprintFact],
    flavours: Mapping[str, Flavour],
    registrations: Iterable[Registration],
    routes: Iterable[RouteFact],
) -> Resolver:
    """Sort facts by owner."""
    children: dict[str, list[Registration]] = {}
    for registration in registrations:
        children.setdefault(registration.parent, []).append(registration)
    by_owner: dict[str, list[RouteFact]] = {}
    for route in routes:
        by_owner.setdefault(route.owner or "", []).append(route)
    return Resolver({b.key: b for b in blueprints}, flavours, children, by_owner)
