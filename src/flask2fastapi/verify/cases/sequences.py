"""Chains of requests: create something and read it back, change it, delete it."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Case, Origin, Step
from flask2fastapi.verify.cases.examples import rule_pattern
from flask2fastapi.verify.cases.of_route import payloads_of
from flask2fastapi.verify.cases.paths import fill, parameters, valid_values
from flask2fastapi.verify.cases.varying import wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.facts import ResolvedRoute
    from flask2fastapi.verify.cases.harvest import Harvest
    from flask2fastapi.verify.cases.inputs import Inputs

_WRITING = ("POST", "PUT", "PATCH", "DELETE")
_LOGOUT = re.compile(r"log-?_?out|log-?_?off|sign-?_?out|revoke", re.IGNORECASE)
_MOST_READS = 4
_MOST_BEFORE = 2
"""Writes that are tried before another one."""


def sequences(routes: Sequence[ResolvedRoute], inputs: Inputs, existing: Harvest) -> Iterator[Case]:
    """For each route that may write: the write, then what shows it; the same twice; and after another of its object.

    What gives back needs something that was taken first, and what is undone something that was done.
    """
    writes = {(route.fact.key, method): _write(route, method, inputs, existing) for route, method in _writing(routes)}
    by_key = {(route.fact.key, method): (route, method) for route, method in _writing(routes)}
    for route, method in _writing(routes):
        write = writes[route.fact.key, method]
        reads = [Step("GET", shown) for shown in _shown_by(route, routes, existing)]
        yield _case(route, method, "read-back", (write, *reads))
        yield _case(route, method, "twice", (write, write, *reads[:1]))
        for key in islice(_of_its_object(route, method, routes), _MOST_BEFORE):
            yield _case(route, method, "after-another", (writes[key], write, *reads[:1]))
            others = (_write(each, verb, inputs, existing, 1) for each, verb in (by_key[key], (route, method)))
            yield _case(route, method, "after-another", (*others, *reads[:1]))  # ids of different tables may be equal


def after_logout(routes: Sequence[ResolvedRoute], existing: Harvest) -> Iterator[Case]:
    """For each route that logs out: that, then what somebody who is logged in sees, then once more."""
    for route in routes:
        if _LOGOUT.search(f"{route.endpoint} {route.rule}") is None:
            continue
        method = next((each for each in ("POST", "DELETE", "GET") if each in route.methods), route.methods[0])
        path = fill(route.rule, valid_values(route.rule, route.endpoint, existing))
        leave = Step(method, path)
        seen = [row for row in routes if "GET" in row.methods and not parameters(row.rule) and row is not route]
        reads = [Step("GET", row.rule) for row in seen[:_MOST_READS]]
        yield _case(route, method, "after-logout", (leave, *reads, leave))


def wrong_logins(routes: Sequence[ResolvedRoute], steps: Sequence[Step]) -> Iterator[Case]:
    """What logs somebody in, with each field of it wrong, and with wrong credentials in its header (RFC 7617)."""
    *before, login = steps
    route = next((row for row in routes if rule_pattern(row.rule).fullmatch(login.path)), None)
    for other in (*_other_credentials(login), *wrong(login)):
        if route is not None:
            yield _case(route, login.method, "wrong-login", (*before, other))


def _other_credentials(login: Step) -> Iterator[Step]:
    rest = tuple(header for header in login.headers if header[0].lower() != "authorization")
    if len(rest) < len(login.headers):
        for value in ("Basic " + b64encode(b"nobody:nothing").decode(), "Basic !!", "Basic", "Bearer nothing"):
            yield replace(login, headers=(*rest, ("Authorization", value)), captures=())


def _writing(routes: Sequence[ResolvedRoute]) -> Iterator[tuple[ResolvedRoute, str]]:
    return ((route, method) for route in routes for method in _WRITING if method in route.methods)


def _write(route: ResolvedRoute, method: str, inputs: Inputs, existing: Harvest, choice: int = 0) -> Step:
    payload = next(payloads_of(method, inputs.of_view(route, method), existing, route.endpoint), None)
    path = fill(route.rule, valid_values(route.rule, route.endpoint, existing, choice))
    query, headers, body = (payload.query, payload.headers, payload.body) if payload else ("", (), b"")
    return Step(method, path, query, headers, body)


def _of_its_object(route: ResolvedRoute, method: str, routes: Sequence[ResolvedRoute]) -> Iterator[tuple[str, str]]:
    """Other writes to what a rule names with its parameters: borrow before return, follow before unfollow."""
    stem, last, _ = route.rule.rpartition(">")
    for other, verb in _writing(routes):
        if (
            last
            and verb != "DELETE"
            and other.rule.startswith(stem + last)
            and (other.rule, verb) != (route.rule, method)
        ):
            yield other.fact.key, verb


def _shown_by(route: ResolvedRoute, routes: Sequence[ResolvedRoute], existing: Harvest) -> list[str]:
    """Paths that likely show what a route writes: GET routes below or above it, and those of its blueprint."""
    stem = "/".join(part for part in route.rule.split("/")[:3] if "<" not in part)
    near = [
        row
        for row in routes
        if "GET" in row.methods and (row.rule.startswith(stem) or row.blueprint == route.blueprint)
    ]
    near.sort(key=lambda row: (not row.rule.startswith(stem), len(parameters(row.rule)), row.rule))
    paths = [fill(row.rule, valid_values(row.rule, row.endpoint, existing)) for row in near]
    return list(dict.fromkeys(paths))[:_MOST_READS]


def _case(route: ResolvedRoute, method: str, kind: str, steps: tuple[Step, ...]) -> Case:
    title = f"{method} {route.rule}: {kind}"
    return Case("", Origin.AUTO, title, steps, route=route.endpoint, method=method, kind=kind)
