"""What is known of the inputs of a program: fields that its code reads, what its tests send, what was seen of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flask2fastapi.verify.cases.examples import Examples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask2fastapi.model.facts import FunctionFact, ResolvedRoute
    from flask2fastapi.model.inputs import InputField, Place
    from flask2fastapi.verify.cases.givers import Shown
    from flask2fastapi.verify.cases.personas import Persona

_DEEPEST = 4
"""Calls from the view through which fields are looked for."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known of the inputs of a program."""

    fields: Mapping[str, tuple[InputField, ...]]
    functions: Mapping[str, FunctionFact]
    examples: Examples = field(default_factory=Examples)
    """Of the project's tests, and what `exploring.explore` has found."""
    given: Mapping[str, str] = field(default_factory=dict)
    """Names of fields and parameters -> the one value that they take: placeholders of what an earlier answer gave."""
    shown: Mapping[str, Shown] = field(default_factory=dict)
    """Name of a persona -> what the running application has shown it."""
    lifetimes: tuple[int, ...] = ()
    """Seconds for which something holds, as far as the code says them."""

    def knowing(self, persona: Persona) -> Inputs:
        """The inputs with what a persona's login gave: fields of that name take it."""
        values = {**self.examples.values, **{name: (value,) for name, value in persona.known}}
        return replace(self, examples=replace(self.examples, values=values)) if persona.known else self

    def giving(self, values: Mapping[str, str]) -> Inputs:
        """The inputs with one value each for some fields and parameters, whatever else is known of them."""
        known = {**self.examples.values, **{name: (value,) for name, value in values.items()}}
        return replace(self, given={**self.given, **values}, examples=replace(self.examples, values=known))

    def of_view(self, route: ResolvedRoute, method: str) -> tuple[InputField, ...]:
        """The fields that a view reads, itself or through what it calls."""
        start = dict(route.fact.view_methods).get(method) or route.fact.view or ""
        seen: dict[str, int] = {start: 0}
        waiting = [start]
        while waiting:
            key = waiting.pop(0)
            fact = self.functions.get(key)
            for called in fact.calls if fact and seen[key] < _DEEPEST else ():
                if called not in seen:
                    seen[called] = seen[key] + 1
                    waiting.append(called)
        found: dict[tuple[str, Place], InputField] = {}
        for key in seen:
            for each in self.fields.get(key, ()):
                found.setdefault((each.name, each.place), each)
        return tuple(
            replace(each, choices=(self.given[each.name],)) if each.name in self.given else each
            for each in found.values()
        )
