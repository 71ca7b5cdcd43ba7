"""What all reports say in the same words: counts, the order of causes, how a run ended."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Origin, Verdict, Weight
from flask2fastapi.verify.reports.shown import many, short

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask2fastapi.model.verification import Case, Cluster, Difference, RouteCoverage, Verification

ENDINGS: Mapping[int, str] = {
    0: "verified: no difference, and enough was exercised",
    1: "not the same: there are differences",
    2: "wrong usage",
    3: "an application did not boot",
    4: "not verified: too little was exercised",
    5: "ended early: interrupted, timed out, or by an internal error",
}
"""Exit code -> what it means."""
_SOURCES: Mapping[Origin, str] = {
    Origin.SUITE: "--cases suite ",
    Origin.OPENAPI: "--cases openapi ",
    Origin.HAR: "--case-file FILE ",
    Origin.YAML: "--case-file FILE ",
}
ORDER = (
    Verdict.CRASHED,
    Verdict.DIFFERENT,
    Verdict.FLAKY,
    Verdict.NOT_EXERCISED,
    Verdict.ACCEPTED,
    Verdict.EQUIVALENT,
    Verdict.IDENTICAL,
)
"""Verdicts as reports list them: what a reader must see comes first."""
BAD = frozenset({Verdict.CRASHED, Verdict.DIFFERENT})


def verdicts(verification: Verification) -> dict[Verdict, int]:
    """How many cases have which verdict, in the order of reports; none without cases."""
    counts = Counter(result.verdict for result in verification.cases)
    return {verdict: counts[verdict] for verdict in ORDER if counts[verdict]}


def causes(verification: Verification) -> list[Cluster]:
    """Clusters as reports list them: lost guards, then by weight, then by how many cases show them."""
    return sorted(
        verification.clusters,
        key=lambda each: (not each.difference.lost_guard, -each.difference.weight, -len(each.cases), each.id),
    )


def together(verification: Verification) -> list[tuple[Cluster, ...]]:
    """Clusters as reports show them: those that one case shows, side by side, as it stands there once."""
    found: dict[object, list[Cluster]] = {}
    for each in causes(verification):
        found.setdefault((each.route, each.difference.lost_guard, each.example.case), []).append(each)
    return [tuple(group) for group in found.values()]


def lost_guards(verification: Verification) -> list[Cluster]:
    """Clusters of requests that were refused and are let in now."""
    return [each for each in causes(verification) if each.difference.lost_guard]


def summary_line(verification: Verification) -> str:
    """``402 cases: 371 identical, …; 6 causes, 1 lost guard; 7 of 9 routes verified; 12.3 s``."""
    counts = [f"{count} {verdict.value}" for verdict, count in reversed(verdicts(verification).items())]
    cases = many(len(verification.cases), "case") + (f": {', '.join(counts)}" if counts else "")
    parts = [cases, many(len(verification.clusters), "cause")]
    if lost := lost_guards(verification):
        parts[-1] += f", {many(len(lost), 'lost guard')}"
    verified = sum(route.verified for route in verification.routes)
    parts.append(f"{verified} of {many(len(verification.routes), 'route')} verified")
    return "; ".join([*parts, f"{verification.seconds:.1f} s"])


def ending(verification: Verification) -> str:
    """What the exit code means."""
    return ENDINGS.get(verification.exit_code, f"exit code {verification.exit_code}")


def place(difference: Difference) -> str:
    """Where and how a cause differs, in one line: ``status 302 → 200``, ``body:$.id, only before: 7``."""
    before, after = short(difference.before, 60), short(difference.after, 60)
    where = short(difference.where, 120)
    if difference.kind == "missing":
        return f"{where}, only before: {before}"
    if difference.kind == "extra":
        return f"{where}, only after: {after}"
    kind = f" ({difference.kind})" if difference.kind not in {"value", ""} else ""
    return f"{where}{kind} {before} → {after}"


def headline(cluster: Cluster) -> str:
    """``lost guard`` or the weight, and the route."""
    what = "lost guard" if cluster.difference.lost_guard else weight_name(cluster.difference.weight)
    return f"{what}: {short(cluster.route or 'no single route', 120)}"


def shown_by(group: tuple[Cluster, ...]) -> str:
    """How many cases show a cause, and which for example."""
    cases = {name for cluster in group for name in cluster.cases}
    first = case_line(group[0].example.case)
    return f"{many(len(cases), 'case')}, such as {first}" if len(cases) > 1 else first


def weight_name(weight: Weight) -> str:
    """``blocker``, ``major`` or ``minor``."""
    return weight.name.lower()


def replay(identifier: str, origin: Origin = Origin.AUTO) -> str:
    """The command that sends one case again, or all of a cause; with the source that it comes from."""
    return f"flask2fastapi verify {_SOURCES.get(origin, '')}--replay {identifier}"


def statuses(route: RouteCoverage) -> str:
    """``2xx: 3, login: 7``: what the Flask side answered on a route."""
    return ", ".join(f"{name}: {count}" for name, count in sorted(route.statuses.items()))


def lines(route: RouteCoverage) -> str:
    """``12/14``: lines of the handler that ran, "" when nobody counted."""
    return f"{route.lines_run}/{route.lines_total}" if route.lines_total else ""


def case_line(case: Case) -> str:
    """The title of a case and who sends it."""
    who = "" if case.persona == "anonymous" else f" as {case.persona}"
    return short(case.title, 160) + short(who, 40)
