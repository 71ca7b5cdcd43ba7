"""Cases that hand on what an answer or a mail gave, and cases in which other servers answer."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.verify.cases.later import waits
from flask2fastapi.verify.cases.making import make
from flask2fastapi.verify.cases.of_route import of_route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.facts import ResolvedRoute
    from flask2fastapi.model.verification import Case, Step
    from flask2fastapi.verify.cases.givers import Handed
    from flask2fastapi.verify.cases.harvest import Harvest
    from flask2fastapi.verify.cases.inputs import Inputs
    from flask2fastapi.verify.cases.personas import Persona

_MOST = 30
"""Requests of one route that takes something."""
_BEST = ("known-values", "valid")
_SOMEBODY = {
    "id": 4711, "sub": "4711", "uid": "4711", "login": "bob", "username": "bob", "user_name": "bob",
    "name": "Bob <b>B</b>", "email": "bob@example.org", "email_verified": True, "verified": True, "primary": True,
    "access_token": "elsewhere-1", "refresh_token": "elsewhere-2", "token": "elsewhere-1", "token_type": "bearer",
    "expires_in": 3600, "status": "ok", "success": True, "ok": True, "url": "https://example.org/a", "result": {},
    "data": {}, "items": [], "results": [],
}  # fmt: skip
"""What servers that know somebody, or have done something, say in most programs."""


def handed_cases(inputs: Inputs, persona: Persona, existing: Harvest) -> Iterator[Case]:
    """For all that the running application has shown to a persona to be handed on."""
    shown = inputs.shown.get(persona.name)
    if shown is None:
        return
    for each in shown.handed:
        yield from _of_one(each, inputs, existing)
    for route, steps in shown.calling:
        yield from _elsewhere(route, steps, existing)
    for route, method, account in shown.challenged:
        yield from _challenged(route, method, account, inputs, existing)


def _of_one(handed: Handed, inputs: Inputs, existing: Harvest) -> Iterator[Case]:
    route, method = handed.route, handed.method
    every = of_route(route, method, inputs.giving(handed.values), existing, _MOST)
    taking = {case.kind: case.steps[0] for case in reversed(every) if _takes(case.steps[0], handed)}
    for case in every:
        if _takes(case.steps[0], handed):
            yield make(route, method, f"handed-{case.kind}", [handed.giver, *case.steps])
    best = next((taking[kind] for kind in _BEST if kind in taking), None)
    if best is None:
        return
    yield make(route, method, "handed-twice", [handed.giver, best, best])
    yield make(route, method, "handed-wrong", [handed.giver, _spoilt(best, handed)])
    for seconds in waits(inputs.lifetimes):
        yield make(route, method, "handed-later", [handed.giver, replace(best, wait=float(seconds))])


def _takes(step: Step, handed: Handed) -> bool:
    """Whether a request holds something that was handed out."""
    names = [value for value in handed.values.values() if value.startswith("{{")]
    return any(name in step.path or name in step.query or name.encode() in step.body for name in names)


def _spoilt(step: Step, handed: Handed) -> Step:
    """The request with another sign after each value."""
    for name in (value for value in handed.values.values() if value.startswith("{{")):
        path, query = step.path.replace(name, f"{name}x"), step.query.replace(name, f"{name}x")
        step = replace(step, path=path, query=query, body=step.body.replace(name.encode(), f"{name}x".encode()))
    return step


def _elsewhere(route: ResolvedRoute, steps: tuple[Step, ...], existing: Harvest) -> Iterator[Case]:
    """A request during which other servers are asked: they agree, give lists, refuse at once or later, say nothing."""
    known = {name: existing.column(name)[:1] for name in ("email", "username", "login")}
    resident = {**_SOMEBODY, **{name: values[0] for name, values in known.items() if values}}
    somebody, refused = (200, _json(_SOMEBODY)), (403, _json({"error": "denied", "message": "denied"}))
    for played in (
        (somebody,),
        (somebody, (200, _json([_SOMEBODY]))),
        (somebody, (200, _json(resident))),
        (somebody, (200, _json([resident]))),
        (refused,),
        (somebody, refused),
        ((200, b"{}"),),
        (somebody, (200, b"{}")),
        ((201, _json(_SOMEBODY)),),
        ((500, b""),),
    ):
        last = replace(steps[-1], elsewhere=played)
        yield make(route, last.method, "elsewhere", [*steps[:-1], last])


def _challenged(route: ResolvedRoute, method: str, account: str, inputs: Inputs, existing: Harvest) -> Iterator[Case]:
    """A challenge that is met, in each way of asking; with a wrong password; and once more with the same answer."""
    for case in of_route(route, method, inputs, existing, _MOST):
        (asked,) = case.steps
        met = replace(asked, account=account)
        yield make(route, method, f"challenged-{case.kind}", [asked, met])
        if case.kind == "valid":
            yield make(route, method, "challenged-wrong", [asked, replace(asked, account=f"{account}x")])
            yield make(route, method, "challenged-twice", [asked, met, met, met])


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
