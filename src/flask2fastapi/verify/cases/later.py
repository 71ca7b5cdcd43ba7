"""Cases that come later than the first request: sessions, tokens and pages after an hour, a day, a year."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Step
from flask2fastapi.verify.cases.making import make
from flask2fastapi.verify.cases.paths import fill, valid_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.facts import ResolvedRoute
    from flask2fastapi.model.verification import Case
    from flask2fastapi.verify.cases.harvest import Harvest
    from flask2fastapi.verify.cases.inputs import Inputs
    from flask2fastapi.verify.cases.personas import Persona

_USUAL = (700, 7_300, 90_000, 3_000_000, 40_000_000)
"""Twelve minutes, two hours, a day, five weeks, fifteen months: each a little longer than what usually holds."""
_LATE = _USUAL[2]
_AROUND = 5
"""Seconds before and after a lifetime that the code names: each step takes one."""
_GUARDED = 2
"""Routes behind a login that are asked for after each time."""


def waits(lifetimes: Sequence[int]) -> tuple[int, ...]:
    """Seconds to wait: the usual ones, and around those that the code names."""
    around = {seconds + by for seconds in lifetimes for by in (-_AROUND, _AROUND)}
    return tuple(sorted({*_USUAL, *around}))


def later_cases(routes: Sequence[ResolvedRoute], inputs: Inputs, persona: Persona, existing: Harvest) -> Iterator[Case]:
    """What a login still opens after a while, and every page that is open to all a day later."""
    shown = inputs.shown.get(persona.name)
    guarded = (shown.guarded if shown else ()) if persona.steps else ()
    for route, step in guarded[_GUARDED:]:
        yield make(route, step.method, "later", [replace(step, wait=float(_LATE))])
    for route, step in guarded[:_GUARDED]:
        for seconds in waits(inputs.lifetimes):
            yield make(route, step.method, "later", [replace(step, wait=float(seconds))])
    for route in () if persona.steps or persona.headers else routes:
        if "GET" in route.methods:
            path = fill(route.rule, valid_values(route.rule, route.endpoint, existing))
            yield make(route, "GET", "later", [Step("GET", path, wait=float(_LATE))])
