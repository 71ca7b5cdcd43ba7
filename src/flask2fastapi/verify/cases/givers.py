"""Ask the running Flask side which route hands out what another one takes.

A link in a mail, the state of a redirect to somebody else, a hidden field of a form: such a value is known only once it
was given, and the routes that take it refuse everything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from flask2fastapi.model.inputs import Place
from flask2fastapi.model.verification import Capture
from flask2fastapi.verify.cases.examples import rule_pattern
from flask2fastapi.verify.cases.hiding import basic_account
from flask2fastapi.verify.cases.making import as_persona, case_id
from flask2fastapi.verify.cases.of_route import of_route
from flask2fastapi.verify.cases.paths import parameters
from flask2fastapi.verify.cases.recording import Exchange, Given, given
from flask2fastapi.verify.secret_values import SECRET

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from flask2fastapi.model.facts import ResolvedRoute
    from flask2fastapi.model.verification import Case, Observation, Step
    from flask2fastapi.verify.cases.harvest import Harvest
    from flask2fastapi.verify.cases.inputs import Inputs
    from flask2fastapi.verify.cases.personas import Persona
    from flask2fastapi.verify.workers import Worker

_LIKELY = {"valid", "known-values", "existing-values", "valid-other", "example"}
_MOST_ASKED = 6
"""Requests by which a route may hand something out."""
_MOST_ANSWERED = 2
"""Of those, how many that are answered well."""
_MOST_GIVERS = 2
"""Ways in which a route gets what it takes."""
_OPAQUE = re.compile(r"(?!\d{4}-\d\d-\d\d)[\w.~+/=-]{8,}")
"""What nobody can guess; dates and addresses can be."""
_NAMED = re.compile(r"csrf|state|nonce|code|hash|uuid|ticket|signature", re.IGNORECASE)
"""What keys of such values are called in JSON, beside those of secrets."""
_URL = re.compile(r"https?://[^\s\"'<>]+")
_CODE = re.compile(r"(?<![\w=/-])(\d{4,8})(?![\w=/-])")
_USER = re.compile(r"user|name|login|account", re.IGNORECASE)
_ANYBODY = "ann:Secret-pw-123"
_WORD = "([^/?&#;\\s\"'<>]+)"


@dataclass(frozen=True, slots=True)
class Handed:
    """What one route hands out and another one takes."""

    giver: Step
    """With captures."""
    route: ResolvedRoute
    method: str
    values: Mapping[str, str]
    """Fields and parameters of the one that takes -> placeholders and values."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the running application has shown to one persona."""

    handed: tuple[Handed, ...] = ()
    guarded: tuple[tuple[ResolvedRoute, Step], ...] = ()
    """GET requests that are answered with a 2xx, and to nobody unknown."""
    calling: tuple[tuple[ResolvedRoute, tuple[Step, ...]], ...] = ()
    """Requests during which the application asks other servers."""
    challenged: tuple[tuple[ResolvedRoute, str, str], ...] = ()
    """Routes and methods that want HTTP Digest authentication, and the account that likely passes."""


def explore(
    worker: Worker, routes: Sequence[ResolvedRoute], inputs: Inputs, personas: Sequence[Persona], existing: Harvest
) -> dict[str, Shown]:
    """Name of each persona -> what it is shown; the database is put back after each request."""
    found: dict[str, Shown] = {}
    open_to_all: set[tuple[str, str]] = set()
    for persona in personas:
        exploring = _Exploring(worker, routes, inputs.knowing(persona), persona, existing)
        found[persona.name] = exploring.shown(open_to_all)
        open_to_all |= exploring.well if not persona.steps and not persona.headers else set()
    return found


class _Exploring:
    """One persona's look around."""

    def __init__(
        self,
        worker: Worker,
        routes: Sequence[ResolvedRoute],
        inputs: Inputs,
        persona: Persona,
        existing: Harvest,
    ) -> None:
        self._worker = worker
        self._routes = routes
        self._inputs = inputs
        self._persona = persona
        self._existing = existing
        self._handed: list[Handed] = []
        self._givers: dict[tuple[str, str], int] = {}
        self._calling: dict[str, tuple[ResolvedRoute, tuple[Step, ...]]] = {}
        self._challenged: dict[tuple[str, str], tuple[ResolvedRoute, str, str]] = {}
        self._guarded: list[tuple[ResolvedRoute, Step]] = []
        self.well: set[tuple[str, str]] = set()
        """Routes and methods that were answered with a 2xx."""

    def shown(self, known: Collection[tuple[str, str]]) -> Shown:
        """All that there is to see beyond routes and methods that are open to everybody."""
        for route in self._routes:
            for method in sorted(route.methods):
                if (route.fact.key, method) not in known:
                    self._ask(route, method)
        return Shown(
            tuple(self._handed),
            tuple(self._guarded),
            tuple(self._calling.values()),
            tuple(self._challenged.values()),
        )

    def _ask(self, route: ResolvedRoute, method: str) -> None:
        answered = 0
        for case in self._likely(route, method, self._inputs):
            seen = self._observed(case.steps)
            self._note(route, case.steps, seen)
            if not _is_well(seen):
                continue
            if _is_well(seen, 300):
                if method == "GET" and (route.fact.key, method) not in self.well:
                    self._guarded.append((route, case.steps[0]))
                self.well.add((route.fact.key, method))
            answered += 1
            if self._take(route, case.steps[0], seen) or answered == _MOST_ANSWERED or self._persona.is_brief:
                return

    def _likely(self, route: ResolvedRoute, method: str, inputs: Inputs) -> Iterator[Case]:
        cases = of_route(route, method, inputs, self._existing, _MOST_ASKED * 2)
        return islice((case for case in cases if case.kind in _LIKELY), _MOST_ASKED)

    def _observed(self, steps: Sequence[Step]) -> Observation:
        case = as_persona(_case(steps), self._persona)
        return self._worker.observe(replace(case, id=case_id("explore", case.steps)), fresh=False)

    def _note(self, route: ResolvedRoute, steps: tuple[Step, ...], seen: Observation) -> None:
        method = steps[-1].method
        if seen.effects.outgoing:
            self._calling.setdefault(f"{route.fact.key} {method}", (route, steps))
        headers = seen.answers[-1].headers if seen.answers else ()
        if any(name.lower() == "www-authenticate" and value.lower().startswith("digest ") for name, value in headers):
            account = _account(route, steps[-1], self._persona, self._worker.setup.secrets.values)
            self._challenged.setdefault((route.fact.key, method), (route, method, account))

    def _take(self, route: ResolvedRoute, step: Step, seen: Observation) -> bool:
        """Note who takes what an answer and the mails of a request give; tell whether anybody does."""
        values = list(_values(step, seen))
        found = False
        for taker in self._routes:
            for method in sorted(taker.methods):
                key = (taker.fact.key, method)
                taken = dict(_taken(taker, method, values, self._inputs))
                if not taken or self._givers.get(key, 0) >= _MOST_GIVERS or (taker is route and method == step.method):
                    continue
                self._givers[key] = self._givers.get(key, 0) + 1
                captures = tuple(Capture(f"handed_{number}", each) for number, each in enumerate(taken.values()))
                named = {name: f"{{{{handed_{number}}}}}" for number, name in enumerate(taken)}
                giver = replace(step, captures=(*step.captures, *captures))
                values_ = {**_shared(route, step, taker), **named}
                self._handed.append(Handed(giver, taker, method, values_))
                self._try(self._handed[-1])
                found = True
        return found

    def _try(self, handed: Handed) -> None:
        """Send what takes something, to see whether it asks others."""
        for case in self._likely(handed.route, handed.method, self._inputs.giving(handed.values)):
            steps = (handed.giver, *case.steps)
            self._note(handed.route, steps, self._observed(steps))


def _case(steps: Sequence[Step]) -> Case:
    from flask2fastapi.verify.cases.making import make

    return make(None, steps[-1].method, "explore", steps)


def _is_well(seen: Observation, below: int = 400) -> bool:
    return bool(seen.answers) and not seen.crashed and 200 <= seen.answers[-1].status < below


def _values(step: Step, seen: Observation) -> Iterator[Given]:
    """What an answer and the mails give that was not sent: opaque, so that nobody can guess it."""
    answer = seen.answers[-1]
    sent = f"{step.path} {step.query} {step.headers} {step.body!r}"
    every = [*_of_mails((*seen.effects.mails, *seen.effects.tasks)), *_of_redirect(answer.headers)]
    every += given(Exchange(step, answer.status, answer.headers, answer.body))
    for each in every:
        is_code = each.source.startswith("mail:") and each.value.isdigit()
        is_secret = not each.source.startswith(("json:", "text:")) or SECRET.search(each.key) or _NAMED.search(each.key)
        if is_secret and (is_code or _OPAQUE.fullmatch(each.value)) and each.value not in sent:
            yield each


def _of_redirect(headers: Iterable[tuple[str, str]]) -> Iterator[Given]:
    for name, value in headers:
        if name.lower() == "location":
            for key, text in parse_qsl(urlsplit(value).query):
                yield Given(text, key, f"header:Location [?&]{re.escape(key)}=([^&#]+)")


def _of_mails(mails: Iterable[str]) -> Iterator[Given]:
    """Parts of links, and numbers to be typed in."""
    for mail in mails:
        for match in _URL.finditer(mail):
            place = urlsplit(match[0].rstrip(".,;:)"))
            for key, text in parse_qsl(place.query):
                yield Given(text, key, f"mail:[?&;]{re.escape(key)}=([^&#;\\s\"'<>]+)")
            head, _, last = place.path.rstrip("/").rpartition("/")
            yield Given(last, place.path, f"mail:{re.escape(head)}/{_WORD}")
        for match in _CODE.finditer(mail):
            yield Given(match[1], "code", f"mail:{_CODE.pattern}")


def _taken(route: ResolvedRoute, method: str, values: Sequence[Given], inputs: Inputs) -> Iterator[tuple[str, str]]:
    """Names of fields and parameters of a route, and where their values are given."""
    fields = {
        each.name.lower(): each.name
        for each in inputs.of_view(route, method)
        if each.place not in {Place.HEADER, Place.COOKIE, Place.FILE}
    }
    names = {each.name.lower(): each.name for each in parameters(route.rule)}
    pattern = rule_pattern(route.rule)
    for each in reversed(values):  # the first of a name wins, as the last one put in
        key = each.key.lower()
        if key in fields and f"{{{{{fields[key]}}}}}" not in inputs.examples.values.get(fields[key], ()):
            yield fields[key], each.source
        elif key in names:
            yield names[key], each.source
        elif each.key.startswith("/") and names and pattern.fullmatch(each.key):
            last = list(names.values())[-1]
            if route.rule.rstrip("/").endswith(">"):
                yield last, each.source


def _account(route: ResolvedRoute, step: Step, persona: Persona, secrets: Mapping[str, str]) -> str:
    """The account that a path names, as demonstrations do; else the persona's; else anybody's."""
    named = _parameters(route, step)
    user = next((text for name, text in named.items() if _USER.search(name)), "")
    password = next((text for name, text in named.items() if SECRET.search(name)), "")
    if user and password:
        return f"{user}:{password}"
    for name, value in (*persona.headers, *(each for own in persona.steps for each in own.headers)):
        if name.lower() == "authorization" and value.startswith("Basic "):
            return basic_account(value, secrets) or _ANYBODY
    return _ANYBODY


def _parameters(route: ResolvedRoute, step: Step) -> dict[str, str]:
    """Values of the parameters of a rule in the path of a request."""
    pattern = re.escape(route.rule)
    for each in parameters(route.rule):
        pattern = pattern.replace(re.escape(each.text), f"(?P<{each.name}>.+?)", 1)
    match = re.fullmatch(pattern, step.path)
    return match.groupdict() if match else {}


def _shared(route: ResolvedRoute, step: Step, taker: ResolvedRoute) -> dict[str, str]:
    """Values of parameters that both rules have, as the request that hands something out had them."""
    both = {each.name for each in parameters(route.rule)} & {each.name for each in parameters(taker.rule)}
    return {name: text for name, text in sorted(_parameters(route, step).items()) if name in both}
