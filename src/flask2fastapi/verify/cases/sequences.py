"""Chains of requests: create something and read it back, change it, delete it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Case, Origin, Step
from flask2fastapi.verify.cases.paths import fill, parameters, valid_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.facts import ResolvedRoute
    from flask2fastapi.verify.cases.auto import Inputs
    from flask2fastapi.verify.cases.harvest import Harvest

_WRITING = ("POST", "PUT", "PATCH", "DELETE")
_MOST_READS = 4


def sequences(routes: Sequence[ResolvedRoute], inputs: Inputs, existing: Harvest) -> Iterator[Case]:
    """For each route that may write: the write, then what shows it; then the same twice, and its undoing."""
    from flask2fastapi.verify.cases.auto import payloads_of  # the two rooms make cases for each other

    for route in routes:
        for method in (m for m in _WRITING if m in route.methods):
            fields = inputs.of_view(route, method)
            payload = next(payloads_of(method, fields, existing, route.endpoint), None)
            path = fill(route.rule, valid_values(route.rule, route.endpoint, existing))
            query, headers, body = (payload.query, payload.headers, payload.body) if payload else ("", (), b"")
            write = Step(method, path, query, headers, body)
            reads = [Step("GET", shown) for shown in _shown_by(route, routes, existing)]
            yield _case(route, method, "read-back", (write, *reads))
            yield _case(route, method, "twice", (write, write, *reads[:1]))


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
