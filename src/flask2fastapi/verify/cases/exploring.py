"""Ask the running Flask side what leads somewhere: links on its pages, and what its POST routes put into a database.

An empty database answers every request for something with 404. So the routes that add rows are asked to add some, first
with what tests send, then with values made up; what they have added is planted into both sides' databases before the
cases run. Three rows for a table, with markup and umlauts in them: with one innocent row, a lost order or a lost escape
cannot be seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask2fastapi.model.verification import Capture, Case, Origin, Step
from flask2fastapi.verify.cases.examples import Example, Examples, rule_pattern
from flask2fastapi.verify.cases.harvest import harvest
from flask2fastapi.verify.cases.making import as_persona, case_id
from flask2fastapi.verify.cases.of_route import known_payload, payloads_of, step_of
from flask2fastapi.verify.cases.paths import fill, parameters, valid_values
from flask2fastapi.verify.cases.recording import Exchange, given
from flask2fastapi.verify.cases.second_login import signups
from flask2fastapi.verify.cases.varying import referring, varied

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flask2fastapi.model.facts import ResolvedRoute
    from flask2fastapi.model.verification import Answer, Effects, Header, Observation, Row
    from flask2fastapi.verify.cases.harvest import Harvest
    from flask2fastapi.verify.cases.inputs import Inputs
    from flask2fastapi.verify.cases.personas import Persona
    from flask2fastapi.verify.worker_setup import StoreFacts
    from flask2fastapi.verify.workers import Worker

ENOUGH = 3
"""Rows of a table with which orders and escapes can be seen."""
_MOST_STEPS = 20
_ROUNDS = 2
_SAME = "grow"
"""One id for all: what chance gives (the salt of a hash, above all) is then the same, and known from the last time."""
_LINK = re.compile(r"""(?:href|src|action)\s*=\s*["']([^"'#\s]+)""", re.IGNORECASE)
_LINKS_PER_RULE = 2
_LONG_TOKEN = 16
_PLACEHOLDER = re.compile(r"\{\{\w+\}\}")


@dataclass(frozen=True, slots=True)
class Grown:
    """Rows that requests have added to the state in which cases would start."""

    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    """Table (``main.users``) -> rows, as in `Effects`."""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    """The requests that added them, the login's first."""


def grow(worker: Worker, routes: Sequence[ResolvedRoute], inputs: Inputs, persona: Persona) -> Grown:
    """Have routes add rows to tables that hold fewer than three; the database is then as it was.

    ``persona`` sends the requests: the one that may do most.
    """
    growing = _Growing(worker, persona, worker.facts().stores)
    growing.try_all(signups(persona))
    posting = sorted(
        (route for route in routes if "POST" in route.methods), key=lambda r: (len(parameters(r.rule)), r.rule)
    )
    for _ in range(_ROUNDS):
        for route in posting:
            if not growing.try_all(_candidates(route, inputs, growing.existing)):
                growing.try_all(_incomplete(route, inputs, growing.existing))
    return growing.grown


def _candidates(route: ResolvedRoute, inputs: Inputs, existing: Harvest) -> Iterator[Step]:
    """Requests that may add a row: the tests' own, one with their values, one made up; each also varied."""
    path = fill(route.rule, valid_values(route.rule, route.endpoint, existing))
    fields = inputs.of_view(route, "POST")
    payloads = [known_payload(route, "POST", inputs, existing), next(payloads_of("POST", fields, existing, ""), None)]
    made = [Step("POST", path, each.query, each.headers, each.body) for each in payloads if each is not None]
    told = [replace(step_of(each, path), path=path) for each in inputs.examples.of(route.rule, "POST", route.endpoint)]
    pointing = [referring(each, existing) for each in told]
    for step in dict.fromkeys([*made, *pointing, *told]) or [Step("POST", path)]:
        yield from varied(step)


def _incomplete(route: ResolvedRoute, inputs: Inputs, existing: Harvest) -> Iterator[Step]:
    """The same without one of the fields: the one whose value is refused may be one that is not needed."""
    path = fill(route.rule, valid_values(route.rule, route.endpoint, existing))
    every = payloads_of("POST", inputs.of_view(route, "POST"), existing, "")
    for each in islice((each for each in every if each.kind.endswith("-missing")), _MOST_STEPS):
        yield from varied(Step("POST", path, each.query, each.headers, each.body))


class _Growing:
    """The requests that were found to add something, and what they add."""

    def __init__(self, worker: Worker, persona: Persona, stores: Iterable[StoreFacts]) -> None:
        self._worker = worker
        self._persona = persona
        self._stores = tuple(stores)
        self._counts = {
            f"{store.name}.{name}": table.count for store in self._stores for name, table in store.tables.items()
        }
        self._steps: list[Step] = []
        self._effects = self._observe([]).effects
        self.existing = self._harvest()

    def try_all(self, candidates: Iterable[Step]) -> bool:
        """Keep those of the requests that add rows where there are too few; tell whether any was accepted."""
        accepted = False
        for candidate in candidates:
            if len(self._steps) >= _MOST_STEPS:
                return True
            seen = self._observe([*self._steps, candidate])
            if seen.crashed or not seen.answers or not 200 <= seen.answers[-1].status < 400:
                continue
            accepted = True
            if self._adds(seen.effects):
                self._steps.append(candidate)
                self._effects = seen.effects
                self.existing = self._harvest()
        return accepted

    def _adds(self, effects: Effects) -> bool:
        """Whether some table that holds few rows got more, and none lost any."""
        if any(len(effects.removed.get(table, ())) > len(rows) for table, rows in self._effects.removed.items()):
            return False
        if set(effects.removed) - set(self._effects.removed):
            return False
        return any(
            len(rows) > len(self._effects.added.get(table, ()))
            and self._counts.get(table, 0) + len(self._effects.added.get(table, ())) < ENOUGH
            for table, rows in effects.added.items()
        )

    def _observe(self, steps: Sequence[Step]) -> Observation:
        every = as_persona(Case("", Origin.AUTO, "grow", tuple(steps)), self._persona)
        return self._worker.observe(replace(every, id=_SAME))

    def _harvest(self) -> Harvest:
        return with_rows(harvest(self._stores), self._effects)

    @property
    def grown(self) -> Grown:
        """All that was found."""
        if self._effects.removed:
            return Grown()
        steps = (*self._persona.steps, *self._steps)
        return Grown(dict(self._effects.added), dict(self._effects.columns), steps)


def with_rows(existing: Harvest, effects: Effects) -> Harvest:
    """What exists, and what a case has added."""
    tables = {name: dict(columns) for name, columns in existing.tables.items()}
    for table, rows in effects.added.items():
        columns = tables.setdefault(table.rpartition(".")[2].lower(), {})
        for index, column in enumerate(effects.columns.get(table, ())):
            new = tuple(row[index] for row in rows[:ENOUGH] if not row[index].startswith("\x00"))
            columns[column] = (*columns.get(column, ()), *new)[:ENOUGH]
    return replace(existing, tables=tables)


def crawl(worker: Worker, routes: Sequence[ResolvedRoute], inputs: Inputs, personas: Sequence[Persona]) -> Examples:
    """The examples, with links that pages show: files of static folders above all, whose names nobody can guess."""
    patterns = [(route.rule, rule_pattern(route.rule)) for route in routes]
    found: dict[str, dict[str, None]] = {}
    existing = harvest(worker.facts().stores)
    for persona in personas:
        for route in (row for row in routes if "GET" in row.methods):
            path = fill(route.rule, valid_values(route.rule, route.endpoint, existing))
            case = as_persona(Case("", Origin.AUTO, "crawl", (Step("GET", path, follow=True),)), persona)
            for link in _links(worker.observe(case)):
                rule = next((rule for rule, pattern in patterns if pattern.fullmatch(link.partition("?")[0])), None)
                known = found.setdefault(rule, {}) if rule else {}
                if len(known) < _LINKS_PER_RULE:
                    known[link] = None
    links = [link for known in found.values() for link in known]
    seen = [Example("GET", path, query) for path, _, query in (link.partition("?") for link in links)]
    return replace(inputs.examples, requests=tuple(dict.fromkeys((*inputs.examples.requests, *seen))))


def _links(seen: Observation) -> Iterator[str]:
    for answer in seen.answers[-1:]:
        kind = next((value for name, value in answer.headers if name.lower() == "content-type"), "")
        if "html" not in kind:
            continue
        for match in _LINK.finditer(answer.body.decode("utf-8", "replace")):
            place = urlsplit(unescape(match[1]))
            if place.netloc in {"", "localhost"} and place.path.startswith("/"):
                yield place.path + (f"?{place.query}" if place.query else "")


def ready(worker: Worker, persona: Persona) -> tuple[Persona, ...]:
    """The persona as it is best sent, on a state in which `grow` has planted what it needs.

    Without the first requests of its login (a sign-up) where the last one alone logs in as well; with all tokens that
    the login gives; then, for each further token, somebody who is known by that one (a refresh token).
    """
    if not persona.steps:
        return (persona,)
    last = replace(persona, steps=persona.steps[-1:])
    whole, short = _login(worker, persona), _login(worker, last)
    if whole is None:
        return (persona,)
    same = short is not None and (whole.status, _cookies(whole)) == (short.status, _cookies(short))
    return _with_tokens(last if same else persona, whole)


def _login(worker: Worker, persona: Persona) -> Answer | None:
    case = Case(case_id(persona.name, persona.steps), Origin.AUTO, "log in", persona.steps)
    seen = worker.observe(case)
    return None if seen.crashed or not seen.answers else seen.answers[-1]


def _with_tokens(persona: Persona, answer: Answer) -> tuple[Persona, ...]:
    last = persona.steps[-1]
    own = {capture.source for capture in last.captures}
    tokens = {
        each.key: each.source
        for each in given(Exchange(last, answer.status, answer.headers, answer.body))
        if "token" in each.key.lower() and each.key.isidentifier() and len(each.value) >= _LONG_TOKEN
    }
    taken = {capture.name for capture in last.captures}
    more = tuple(Capture(key, source) for key, source in tokens.items() if key not in taken)
    steps = (*persona.steps[:-1], replace(last, captures=(*last.captures, *more)))
    known = tuple((key, f"{{{{{key}}}}}") for key in tokens)
    main = replace(persona, steps=steps, known=known)
    others = [
        replace(main, name=f"{persona.name} by {each.name}", headers=_by(persona.headers, each.name), is_brief=True)
        for each in more
        if each.source not in own and each.source.startswith("json:") and persona.headers
    ]
    return (main, *others)


def _by(headers: tuple[Header, ...], name: str) -> tuple[Header, ...]:
    return tuple((header, _PLACEHOLDER.sub(f"{{{{{name}}}}}", value)) for header, value in headers)


def _cookies(answer: Answer) -> list[str]:
    return [value.partition("=")[0] for name, value in answer.headers if name.lower() == "set-cookie"]
