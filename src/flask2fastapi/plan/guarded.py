"""Guards of a project that stay on operations whose application has left Flask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.model.bodies import Verdict, Wait
from flask2fastapi.model.plan import Reason
from flask2fastapi.plan.groups import reached
from flask2fastapi.plan.in_context import is_had_without_flask, verdict_in_context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flask2fastapi.model.facts import Index, ResolvedRoute
    from flask2fastapi.model.guards import DecoratorFact
    from flask2fastapi.model.location import Location

GUARDED = "guarded"


def guard_keys(index: Index, routes: Iterable[ResolvedRoute]) -> list[str]:
    """Keys of the functions of the project that guard views."""
    names = {each.name for route in routes for each in route.fact.decorators if each.guard is not None}
    return sorted(key for key in index.view_facts.bodies if key.replace(":", ".") in names) if names else []


def guard_reasons(index: Index, routes: Iterable[ResolvedRoute]) -> Iterator[Reason]:
    """What the guards of an application use that is not there without Flask."""
    facts = index.view_facts
    keys = sorted(facts.bodies)
    for guard in guard_keys(index, routes):
        inside = {key.rpartition(".")[2] for key in keys if key.startswith(f"{guard}.<locals>.")}
        for key in (guard, *reached(facts, keys, guard)):
            blockers = facts.bodies[key].blockers if key in facts.bodies else ()
            if key in facts.bound_classes or key in facts.views:
                yield Reason("flask-object", f"`{guard.rpartition(':')[2]}` guards its views, and uses {key}")
            for each in blockers:
                is_inside = each.code == "unknown-name" and any(f"what `{name}` is" in each.message for name in inside)
                if not (is_inside or is_had_without_flask(each)):
                    yield Reason("flask-object", each.message, each.location)


def verdict_behind(needs: Sequence[Reason], place: Location) -> Verdict:
    """Why an operation behind guards, or one that ``needs`` something of Flask's context, is no coroutine."""
    if needs:
        return verdict_in_context(needs, place)
    return Verdict(False, Wait("a decorator of the project calls it", place, True))


def refusal_behind(guards: Sequence[DecoratorFact], needs: Sequence[Reason], place: Location) -> Reason | None:
    """Why a coroutine cannot be guarded without Flask: its guard would hand on what nobody has waited for."""
    if not guards or needs:
        return None
    return Reason("async-view", "a decorator of the project calls it", place)
