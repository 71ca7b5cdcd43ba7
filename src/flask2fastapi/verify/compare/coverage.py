"""How far each route was exercised, what is missing where it was not, and what a run amounts to."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask2fastapi.model.verification import RouteCoverage, Verdict
from flask2fastapi.verify.compare import answers, guards, locations
from flask2fastapi.verify.compare.blame import causes, is_left_behind
from flask2fastapi.verify.compare.bodies import header
from flask2fastapi.verify.compare.verdicts import worst

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from flask2fastapi.model.verification import Answer, Case, CaseResult, Step

WELL, DIFFERENT, TOO_LITTLE = 0, 1, 4
_AUTOMATIC = {"HEAD", "OPTIONS"}
_FAULTS = {Verdict.DIFFERENT, Verdict.CRASHED}
_LOGIN = "login"
"""Key for redirects to a login, which are no redirect that a route was reached with."""
_HINTS = {
    "401": "give --login",
    "403": "give the --login of somebody who may",
    _LOGIN: "give --login",
    "404": "there is no row that it finds: start from a database with some, or give --seed",
    "400": "no case had input that it takes: give one as YAML or HAR",
    "422": "no case had input that it takes: give one as YAML or HAR",
    "415": "no case had the content type that it takes: give one as YAML or HAR",
    "429": "raise or turn off the rate limit for the run",
    "500": "it fails on the Flask side as well: see the traceback of one of its cases",
    "503": "it needs a service that is not there",
}


@dataclass(frozen=True, slots=True)
class KnownRoute:
    """A route as Flask's URL map has it; give one for each method to see which methods were exercised."""

    endpoint: str
    rule: str
    methods: tuple[str, ...]
    rung: str


def by_method(routes: Iterable[KnownRoute]) -> tuple[KnownRoute, ...]:
    """One route for each method, without the automatic ones."""
    return tuple(replace(route, methods=(method,)) for route in routes for method in sorted(_declared(route)))


def route_coverage(
    routes: Iterable[KnownRoute],
    results: Iterable[CaseResult],
    lines: Mapping[str, tuple[int, int]],
    logins: Collection[str] = (),
) -> tuple[RouteCoverage, ...]:
    """What was seen of each route, in the order of ``routes``.

    ``lines`` are the lines of a handler that ran, and all of them, by endpoint. Answers of the Flask side count, to
    declared methods only; a redirect to a login (``logins`` are the known ones) or to the same path with a slash does
    not reach a route.
    """
    tallies = [_Tally(route) for route in routes]
    by_endpoint: dict[str, list[_Tally]] = {}
    for tally in tallies:
        by_endpoint.setdefault(tally.route.endpoint, []).append(tally)
    for result in results:
        _count(result, by_endpoint, logins)
    for tally in tallies:
        tally.stands_for(_first_of_its_url(tally, tallies))
    return tuple(tally.finished(lines.get(tally.route.endpoint, (0, 0))) for tally in tallies)


def exit_code(results: Iterable[CaseResult], routes: Collection[RouteCoverage], min_verified: int) -> int:
    """0 when all is well, 1 when something differs or crashed, 4 when less than ``min_verified`` % was verified.

    Nothing exercised is never well.
    """
    if any(result.verdict in _FAULTS for result in results):
        return DIFFERENT
    verified = sum(route.verified for route in routes)
    if verified == 0 or 100 * verified < min_verified * len(routes):
        return TOO_LITTLE
    return WELL


@dataclass(slots=True, eq=False)
class _Tally:
    route: KnownRoute
    statuses: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    known_codes: Counter[str] = field(default_factory=Counter)
    """Those that somebody who is logged in was answered: what is missing beyond a login."""
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    crashes: Counter[str] = field(default_factory=Counter)
    served_by: str = ""
    pattern: re.Pattern[str] | None = None

    def takes(self, step: Step, alone: bool) -> bool:
        """Whether a request is one to this route; rules that share an endpoint are told apart by the path."""
        return step.method.upper() in _declared(self.route) and (alone or self._matches(step.path))

    def stands_for(self, other: _Tally | None) -> None:
        """Take over what was seen of the endpoint that Flask chooses for the same URL (an alias, for building URLs)."""
        if other is not None and not self.codes and not self.crashes:
            self.statuses, self.codes, self.verdicts = other.statuses, other.codes, other.verdicts
            self.served_by = other.route.endpoint

    def finished(self, lines: tuple[int, int]) -> RouteCoverage:
        route = self.route
        seen = [verdict for verdict in self.verdicts if verdict is not Verdict.NOT_EXERCISED]
        verdict = worst(seen) if seen else Verdict.NOT_EXERCISED
        statuses = dict(sorted(self.statuses.items()))
        return RouteCoverage(
            route.endpoint, route.rule, route.methods, route.rung, statuses, *lines, verdict, self._missing()
        )

    def _missing(self) -> str:
        if self.served_by:
            return f"{self.served_by} answers under the same rule"
        if self.statuses["2xx"] or self.statuses["3xx"]:
            flaky = self.verdicts[Verdict.FLAKY]
            return f"{flaky} of its cases are not answered twice alike by Flask itself" if flaky else ""
        if self.crashes:
            return f"Flask did not answer: {_last_line(self.crashes.most_common(1)[0][0])}"
        if not self.codes:
            return "no case reached it"
        (code, _), *others = (self.known_codes or self.codes).most_common()
        hint = _HINTS.get(code, "no case had input that it takes: give one as YAML or HAR")
        said = "sent to a login" if code == _LOGIN else f"answered {code}"
        return f"{'most cases were' if others else 'every case was'} {said}: {hint}"

    def _matches(self, path: str) -> bool:
        if self.pattern is None:
            parts = re.split(r"(<[^<>]*>)", self.route.rule.rstrip("/"))
            found = (
                (".+" if part.startswith("<path") else "[^/]+") if part.startswith("<") else re.escape(part)
                for part in parts
            )
            self.pattern = re.compile("".join(found) + "/?")
        return self.pattern.fullmatch(path) is not None


def _count(result: CaseResult, tallies: Mapping[str, list[_Tally]], logins: Collection[str]) -> None:
    case, before = result.case, result.before
    by_step: dict[int, _Tally] = {}
    for number, (step, answer) in enumerate(zip(case.steps, before.answers if before else (), strict=False)):
        own = tallies.get(answer.endpoint or "", ())
        for tally in own:
            if tally.takes(step, len(own) == 1):
                code = _answered(tally, step, answer, logins)
                if code and case.persona != "anonymous":
                    tally.known_codes[code] += 1
                by_step[number] = tally
    touched = set(by_step.values())
    about = [tally for tally in tallies.get(case.route or "", ()) if not touched or tally in touched]
    about = [tally for tally in about or touched if _is_about(tally, case)]
    if before is not None and before.crashed:
        for tally in about:
            tally.crashes[before.crashed] += 1
    _judged(result, about, by_step)


def _judged(result: CaseResult, about: Collection[_Tally], by_step: Mapping[int, _Tally]) -> None:
    """The verdict goes to the route of the case, but for what another route answered on the way."""
    elsewhere: dict[_Tally, list[Verdict]] = {tally: [] for tally in by_step.values() if tally not in about}
    own: list[Verdict] = []
    first = set(causes(result))
    for each in result.differences:
        tally = by_step.get(each.step) if each in first and not is_left_behind(each) else None
        (own if tally is None else elsewhere.get(tally, own)).append(each.verdict)
    strayed = any(worst(verdicts) is result.verdict for verdicts in elsewhere.values() if verdicts)
    for tally in about:
        tally.verdicts[worst(own) if strayed else result.verdict] += 1
    for tally, verdicts in elsewhere.items():
        tally.verdicts[worst(verdicts)] += 1


def _is_about(tally: _Tally, case: Case) -> bool:
    return not case.method or case.method.upper() in _declared(tally.route) | _AUTOMATIC


def _answered(tally: _Tally, step: Step, answer: Answer, logins: Collection[str]) -> str:
    """Count an answer; gives what it is counted as, "" when it does not count."""
    status = answers.status(answer)
    if 300 <= status < 400 and guards.refuses(answer, step, logins):
        kind = code = _LOGIN
    elif _mends_the_slash(step, answer):
        return ""
    else:
        kind, code = f"{status // 100}xx", str(status)
    tally.statuses[kind] += 1
    tally.codes[code] += 1
    return code


def _mends_the_slash(step: Step, answer: Answer) -> bool:
    if answer.status not in {301, 308} or not (location := header(answer, "location")):
        return False
    path = urlsplit(locations.resolved(location, step, answer)).path
    return path.strip("/") == step.path.strip("/")


def _first_of_its_url(tally: _Tally, tallies: Iterable[_Tally]) -> _Tally | None:
    """Another route with the same rule and methods that was exercised."""
    for other in tallies:
        same = other.route.rule == tally.route.rule and _declared(other.route) == _declared(tally.route)
        if same and other.route.endpoint != tally.route.endpoint and other.codes and not other.served_by:
            return other
    return None


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def _declared(route: KnownRoute) -> set[str]:
    methods = {method.upper() for method in route.methods}
    return (methods - _AUTOMATIC) or methods
