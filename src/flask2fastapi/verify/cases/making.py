"""Cases as data: what they are called, who sends them, and how their ids come about."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Case, Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask2fastapi.model.facts import ResolvedRoute
    from flask2fastapi.model.verification import Step
    from flask2fastapi.verify.cases.personas import Persona


def as_persona(case: Case, persona: Persona) -> Case:
    """The same case, sent by somebody who has logged in; ids tell them apart."""
    steps = tuple(replace(step, headers=(*step.headers, *persona.headers)) for step in case.steps)
    every = (*persona.steps, *steps)
    return replace(case, steps=every, persona=persona.name, id=case_id(persona.name, every))


def case_id(persona: str, steps: Sequence[Step]) -> str:
    """Twelve characters made of what a case does."""
    rows = [(s.method, s.path, s.query, s.headers, s.body, *_kept(s)) for s in steps]
    text = repr((persona, rows))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _kept(step: Step) -> list[object]:
    captured = [(each.name, each.source) for each in step.captures]
    rest: list[object] = [step.wait, step.elsewhere] if step.wait or step.elsewhere else []
    rest += [step.account] if step.account else []
    return [captured, step.follow, *rest] if captured or step.follow or rest else []


def make(route: ResolvedRoute | None, method: str, kind: str, steps: Sequence[Step]) -> Case:
    """A case of a route, for nobody in particular yet."""
    title = f"{method} {route.rule}: {kind}" if route else f"{method} {steps[0].path}: {kind}"
    endpoint = route.endpoint if route else None
    return Case("", Origin.AUTO, title, tuple(steps), route=endpoint, method=method, kind=kind)
