"""A verification on a terminal: causes with both answers side by side, then routes, then one line that sums up."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from flask2fastapi.model.verification import Verdict, Weight
from flask2fastapi.verify.reports import totals
from flask2fastapi.verify.reports.aligned import Line, Mark, folded
from flask2fastapi.verify.reports.curl import AFTER, BEFORE, shown_curl
from flask2fastapi.verify.reports.server_parts import terminal_lines
from flask2fastapi.verify.reports.shown import many, short, short_pair
from flask2fastapi.verify.reports.sides import parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from flask2fastapi.model.verification import CaseResult, Cluster, RouteCoverage, Verification
    from flask2fastapi.verify.reports.sides import Part

_MOST_CAUSES = 30
_MOST_LINES = 16
_MOST_STEPS = 6
_WEIGHTS = {Weight.BLOCKER: "bold red", Weight.MAJOR: "yellow", Weight.MINOR: "cyan"}
VERDICTS = {
    Verdict.IDENTICAL: "green",
    Verdict.EQUIVALENT: "green",
    Verdict.ACCEPTED: "blue",
    Verdict.FLAKY: "magenta",
    Verdict.NOT_EXERCISED: "yellow",
    Verdict.DIFFERENT: "red",
    Verdict.CRASHED: "bold red",
}
_MARKS = {
    Mark.EQUAL: ("", " "),
    Mark.DIFFERENT: ("bold red", "≠"),
    Mark.FOLLOWS: ("yellow", "·"),
    Mark.QUIET: ("dim", "~"),
    Mark.ACCEPTED: ("blue", "✓"),
    Mark.FOLD: ("dim italic", " "),
}


def print_verification(console: Console, verification: Verification, bases: tuple[str, str] = (BEFORE, AFTER)) -> None:
    """Print all of it; ``bases`` are the URLs that curl lines go to, before and after."""
    causes = totals.together(verification)
    for group in causes[:_MOST_CAUSES]:
        print_clusters(console, group, bases)
    if len(causes) > _MOST_CAUSES:
        console.print(f"\n… {many(len(causes) - _MOST_CAUSES, 'more cause')}: see --report html or json")
    print_routes(console, verification.routes)
    for rule in verification.unused_rules:
        console.print(Text(f"unused policy rule: {short(rule)}", style="yellow"), soft_wrap=True)
    for note in (*verification.notes, *terminal_lines(verification.servers)):
        console.print(Text(short(note, 2000)), soft_wrap=True)
    print_summary(console, verification)


def print_summary(console: Console, verification: Verification) -> None:
    """Print the counts, and what the exit code means."""
    console.print()
    console.print(Text(totals.summary_line(verification)), soft_wrap=True)
    style = "bold green" if verification.exit_code == 0 else "bold red"
    console.print(Text(totals.ending(verification), style=style), soft_wrap=True)


def print_clusters(console: Console, group: tuple[Cluster, ...], bases: tuple[str, str] = (BEFORE, AFTER)) -> None:
    """Print causes that one case shows: their heads, the case on both sides, and how to see it again."""
    first = group[0]
    style = "bold white on red" if first.difference.lost_guard else _WEIGHTS[first.difference.weight]
    console.print()
    console.print(Rule(Text(totals.headline(first), style=style), align="left", style="dim"))
    for each in group:
        console.print(Text(totals.place(each.difference), style="bold"), soft_wrap=True)
    console.print(Text(_about(group), style="dim"), soft_wrap=True)
    _print_example(console, first.example)
    _print_curl(console, first, bases)
    console.print(
        Text(f"replay  {totals.replay(first.id, first.example.case.origin)}"), soft_wrap=True, highlight=False
    )


def _print_curl(console: Console, cluster: Cluster, bases: tuple[str, str]) -> None:
    steps = cluster.example.case.steps
    jar = "cookies.txt" if len(steps) > 1 else ""
    for label, base in zip(("before", "after"), bases, strict=True):
        for step in steps[:_MOST_STEPS]:
            console.print(Text(f"{label:8}{shown_curl(step, base, jar)}"), soft_wrap=True, highlight=False)
    if len(steps) > _MOST_STEPS:
        console.print(Text(f"        … {many(len(steps) - _MOST_STEPS, 'more step')}", style="dim"))


def print_routes(console: Console, routes: tuple[RouteCoverage, ...]) -> None:
    """Print how far each route was exercised; what is not verified says what is missing."""
    if not routes:
        return
    console.print()
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", "methods", "rule", "endpoint", "rung", "worst", "reached", "lines", "missing"):
        table.add_column(heading, overflow="fold", no_wrap=heading in {"methods", "rung", "worst", "lines"})
    for route in routes:
        table.add_row(*_route(route))
    console.print(table)


def _about(group: tuple[Cluster, ...]) -> str:
    first = group[0]
    words = [totals.shown_by(group)]
    if first.handler:
        words.append(short(first.handler))
    if first.codes:
        words.append(f"written by {', '.join(first.codes)}")
    if not all(each.reproducible for each in group):
        words.append("not reproducible: it did not show again")
    return " · ".join(words)


def _print_example(console: Console, result: CaseResult) -> None:
    for number, part in enumerate(part for part in parts(result) if part.differs):
        table = Table(box=None, padding=(0, 1, 0, 0), expand=True, show_header=number == 0)
        table.add_column("", width=1)
        table.add_column("before (Flask)", ratio=1, overflow="fold")
        table.add_column("after (FastAPI)", ratio=1, overflow="fold")
        for cells in _rows(part):
            table.add_row(*cells)
        console.print(Text(part.title, style="underline"), soft_wrap=True)
        console.print(table)


def _rows(part: Part) -> Iterator[tuple[Text, Text, Text]]:
    lines = folded(part.lines, context=1)
    first = next((i for i, line in enumerate(lines) if line.mark in {Mark.DIFFERENT, Mark.ACCEPTED}), 0)
    start = 0 if first < _MOST_LINES - 2 else first - 2  # the difference itself must be among the lines
    yield from map(_cells, islice(lines, start, start + _MOST_LINES))
    left = len(lines) - start - _MOST_LINES
    if left > 0:
        yield Text(), Text(f"… {many(left, 'more line')}", style="dim"), Text()


def _cells(line: Line) -> tuple[Text, Text, Text]:
    style, sign = _MARKS[line.mark]
    before, after = short_pair(line.before or "", line.after or "")
    note = f"  [{short(line.note, 60)}]" if line.note else ""
    return Text(sign, style=style), Text(before, style=style), Text(after + note, style=style)


def _route(route: RouteCoverage) -> tuple[Text, ...]:
    good = route.verified
    return (
        Text("✓" if good else "✗", style="green" if good else "red"),
        Text(",".join(route.methods)),
        Text(short(route.rule, 80)),
        Text(short(route.endpoint, 60)),
        Text(route.rung, style="green" if route.rung == "native" else "yellow"),
        Text(route.worst.value, style=VERDICTS[route.worst]),
        Text(totals.statuses(route)),
        Text(totals.lines(route)),
        Text(short(route.missing), style="dim"),
    )
