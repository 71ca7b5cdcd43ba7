"""Cases for every route and method: what works, and every way in which clients get it wrong."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Step
from flask2fastapi.verify.cases.handed_on import handed_cases
from flask2fastapi.verify.cases.harvest import harvest
from flask2fastapi.verify.cases.later import later_cases
from flask2fastapi.verify.cases.making import as_persona, make
from flask2fastapi.verify.cases.of_route import of_route
from flask2fastapi.verify.cases.personas import Persona
from flask2fastapi.verify.cases.sequences import after_logout, sequences, wrong_logins

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask2fastapi.model.facts import ResolvedRoute
    from flask2fastapi.model.verification import Case
    from flask2fastapi.verify.cases.inputs import Inputs
    from flask2fastapi.verify.worker_setup import StoreFacts

_LIKELY = {"valid", "known-values", "existing-values", "valid-other", "example", "bare"}
"""What a persona that is another one's double sends."""


@dataclass(frozen=True, slots=True)
class AutoOptions:
    """How much is generated."""

    per_route: int = 40
    """Cases of one route and method at most; the likeliest to tell something come first."""
    personas: tuple[Persona, ...] = (Persona(),)
    exclude: frozenset[str] = frozenset()
    """Endpoints that are not called: ``shutdown``."""


def auto_cases(
    routes: Iterable[ResolvedRoute], inputs: Inputs, stores: Iterable[StoreFacts], options: AutoOptions
) -> Iterator[Case]:
    """Cases for all routes and personas, each id once, in an order that does not change between runs."""
    existing = harvest(stores)
    rows = [route for route in routes if route.endpoint not in options.exclude]
    seen: set[str] = set()
    for persona in options.personas:
        mine = inputs.knowing(persona)
        everything = chain(
            (
                case
                for row in rows
                for method in row.methods
                for case in of_route(row, method, mine, existing, options.per_route)
                if not persona.is_brief or case.kind in _LIKELY
            ),
            after_logout(rows, existing),
            handed_cases(mine, persona, existing),
            later_cases(rows, mine, persona, existing),
            () if persona.is_brief else sequences(rows, mine, existing),
            () if persona.is_brief else _unknown(),
        )
        for case in everything:
            said = as_persona(case, persona)
            if said.id not in seen:
                seen.add(said.id)
                yield said
    for persona in options.personas:
        for case in wrong_logins(rows, persona.steps) if persona.steps and not persona.is_brief else ():
            yield as_persona(case, Persona())


def _unknown() -> Iterator[Case]:
    for method, path in (
        ("GET", "/no-such-url-here"),
        ("POST", "/no-such-url-here"),
        ("GET", "/%2e%2e/etc"),
        ("GET", "//"),
    ):
        yield make(None, method, "unknown-url", [Step(method, path)])
