"""Hold what was read statically against the ``url_map`` of the booted application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.model.facts import ResolvedRoute
    from flask2fastapi.verify.booted import BootedApp, BootedRule

AUTOMATIC = frozenset({"HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """One method of one rule; method ``*`` stands for a rule that takes any."""

    rule: str
    method: str
    endpoint: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule} ({self.endpoint})"


@dataclass(frozen=True, slots=True)
class UrlMapComparison:
    """Static folders apart: which rules and methods were found, missed, and invented."""

    found: tuple[Pair, ...] = ()
    missed: tuple[Pair, ...] = ()
    """In the ``url_map``, not found by reading."""
    invented: tuple[Pair, ...] = ()
    """Found by reading, not in the ``url_map``; a registration that is conditional need not be a mistake."""
    conditional: tuple[Pair, ...] = ()
    """Those of ``invented`` whose registration stands under a condition."""

    @property
    def total(self) -> int:
        """Number of pairs in the ``url_map``."""
        return len(self.found) + len(self.missed)

    @property
    def exact(self) -> bool:
        """Whether reading and running agree, bar registrations whose condition did not hold."""
        return not self.missed and not set(self.invented) - set(self.conditional)


def compare_url_map(booted: BootedApp, routes: Iterable[ResolvedRoute]) -> UrlMapComparison:
    """Compare the routes of one application with its booted ``url_map``.

    HEAD and OPTIONS that Flask adds by itself count for neither side.
    """
    real = {pair for rule in booted.rules if not rule.is_static for pair in _of_rule(rule)}
    explicit: dict[Pair, bool] = {}
    for route in routes:
        for pair in _of_route(route):
            explicit[pair] = explicit.get(pair, True) and _conditional(route)
    read = set(explicit)
    automatic = {pair for pair in real - read if pair.method in AUTOMATIC}
    invented = read - real
    return UrlMapComparison(
        found=tuple(sorted(real & read)),
        missed=tuple(sorted(real - read - automatic)),
        invented=tuple(sorted(invented)),
        conditional=tuple(sorted(pair for pair in invented if explicit[pair])),
    )


def _conditional(route: ResolvedRoute) -> bool:
    return route.fact.conditional


def _of_rule(rule: BootedRule) -> list[Pair]:
    return [Pair(rule.rule, method, rule.endpoint) for method in rule.methods or ("*",)]


def _of_route(route: ResolvedRoute) -> list[Pair]:
    if route.fact.kind == "static":
        return []
    return [Pair(route.rule, method, route.endpoint) for method in route.methods or ("*",)]
