"""A verification as markdown for a comment on a pull request: never longer than a comment may be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Verdict
from flask2fastapi.verify.reports import server_parts, totals
from flask2fastapi.verify.reports.aligned import Line, Mark, folded
from flask2fastapi.verify.reports.curl import AFTER, BEFORE, shown_curl
from flask2fastapi.verify.reports.shown import many, short, short_pair, visible
from flask2fastapi.verify.reports.sides import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask2fastapi.model.served import ServerRun
    from flask2fastapi.model.verification import Cluster, RouteCoverage, Verification

LONGEST = 65_000
"""Signs of a comment; GitHub takes 65,536."""
_TAIL = 200
_MOST_LINES = 40
_MOST_ROUTES = 100
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~@&$]|:(?=//))")


def markdown_report(
    verification: Verification, bases: tuple[str, str] = (BEFORE, AFTER), most: int = LONGEST, title: str = ""
) -> str:
    """The comment, at most ``most`` signs long: causes that do not fit are named in a note at its end."""
    head = "\n".join(_head(verification, title))
    tail = "\n".join(_tail(verification))
    room = most - len(head) - len(tail) - _TAIL
    if room < 0:
        tail, room = "", most - len(head) - _TAIL
    pieces: list[str] = []
    found = totals.together(verification)
    for group in found:
        piece = "\n".join(_cause(group, bases, full=len(pieces) < _FULL)) + "\n"
        if len(piece) > room:
            piece = "\n".join(_cause(group, bases, full=False)) + "\n"
        if len(piece) > room:
            break
        pieces.append(piece)
        room -= len(piece) + 1
    left = sum(map(len, found[len(pieces) :]))
    note = f"\n_Cut to fit into a comment: {many(left, 'more cause')}, see the HTML or JSON report._\n" if left else ""
    return "\n".join(part for part in (head, *pieces, note, tail) if part).rstrip()[: most - 1] + "\n"


_FULL = 20
"""Causes that are shown with both sides; the others get a line."""


def plain(text: str) -> str:
    """A text that markdown shows as it is, on one line: no markup, no mention of anybody, no link."""
    return _SPECIAL.sub(r"\\\1", visible(text)).replace("\\@", "@\N{ZERO WIDTH SPACE}").replace("\\&", "&amp;")


def code(text: str) -> str:
    """A text as code, with as many backticks around it as it needs (CommonMark, 6.1)."""
    shown = visible(text).replace("|", "\\|")
    ticks = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    return f"{ticks} {shown} {ticks}" if "`" in shown else f"`{shown}`" if shown.strip() else ""


def _head(verification: Verification, title: str) -> Iterator[str]:
    sign = "✅" if verification.exit_code == 0 else "❌"
    yield f"## {sign} {plain(title or 'Flask and FastAPI')}: {plain(totals.ending(verification))}"
    yield ""
    yield plain(totals.summary_line(verification)) + "\n"
    if lost := totals.lost_guards(verification):
        where = ", ".join(code(cluster.route or "no single route") for cluster in lost[:20])
        yield f"> [!CAUTION]\n> {many(len(lost), 'lost guard')}: {where} let in what they refused.\n"


def _cause(group: tuple[Cluster, ...], bases: tuple[str, str], *, full: bool) -> Iterator[str]:
    cluster = group[0]
    difference = cluster.difference
    name = "lost guard" if difference.lost_guard else totals.weight_name(difference.weight)
    yield f"### {'🔓 ' if difference.lost_guard else ''}{name}: {code(short(cluster.route or 'no single route', 120))}"
    yield "  \n".join(code(totals.place(each.difference)) for each in group[:10]) + "\n"
    about = [code(totals.shown_by(group))]
    about += [code(cluster.handler)] if cluster.handler else []
    about += [f"written by {plain(', '.join(cluster.codes))}"] if cluster.codes else []
    yield " · ".join(about)
    if full:
        yield "\n<details><summary>both answers, and how to see them again</summary>\n"
        yield from _sides(cluster)
        yield from _fenced("sh", _again(cluster, bases))
        yield "</details>"
    else:
        yield f"\n{code(totals.replay(cluster.id, cluster.example.case.origin))}"


def _sides(cluster: Cluster) -> Iterator[str]:
    for part in parts(cluster.example):
        if part.differs:
            yield f"{code(part.title)}\n"
            lines = [text for line in folded(part.lines) for text in _diff(line)]
            cut = [f" … {many(len(lines) - _MOST_LINES, 'more line')}"] if len(lines) > _MOST_LINES else []
            yield from _fenced("diff", [*lines[:_MOST_LINES], *cut])


def _diff(line: Line) -> Iterator[str]:
    """A pair of lines as a diff has them; noise and what is accepted is no difference there either."""
    if line.mark in {Mark.DIFFERENT, Mark.FOLLOWS}:
        before, after = short_pair(line.before or "", line.after or "")
        yield from ([f"-{before}"] if line.before is not None else [])
        yield from ([f"+{after}"] if line.after is not None else [])
    else:
        shown = short(line.after if line.after is not None else line.before or "")
        yield f" {shown}{f'   ({short(line.note, 80)})' if line.note else ''}"


def _again(cluster: Cluster, bases: tuple[str, str]) -> Iterator[str]:
    steps = cluster.example.case.steps
    jar = "cookies.txt" if len(steps) > 1 else ""
    for label, base in zip(("before", "after"), bases, strict=True):
        yield f"# {label}"
        yield from (shown_curl(step, base, jar) for step in steps)
    yield totals.replay(cluster.id, cluster.example.case.origin)


def _fenced(language: str, lines: Iterable[str]) -> Iterator[str]:
    """A block of code whose fence is longer than any in it (CommonMark, 4.5)."""
    content = list(lines)
    fence = "`" * max(3, *(len(run) + 1 for line in content for run in re.findall("`+", line)), 3)
    yield f"{fence}{language}"
    yield from content
    yield f"{fence}\n"


def _tail(verification: Verification) -> Iterator[str]:
    routes = [route for route in verification.routes if not route.verified]
    if routes:
        yield f"\n<details><summary>{many(len(routes), 'route')} not verified</summary>\n"
        yield "| endpoint | methods | rule | rung | worst | Flask answered | lines | missing |"
        yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
        yield from (_route(route) for route in routes[:_MOST_ROUTES])
        yield from ([f"\n… {len(routes) - _MOST_ROUTES} more"] if len(routes) > _MOST_ROUTES else [])
        yield "\n</details>\n"
    yield from _servers(verification.servers)
    yield from (f"- unused policy rule: {code(short(rule))}" for rule in verification.unused_rules[:20])
    yield from (f"- {plain(short(note, 400))}" for note in verification.notes[:20])


def _servers(run: ServerRun | None) -> Iterator[str]:
    if run is None:
        return
    sign = "✅" if run.verdict is Verdict.IDENTICAL else "⏭️" if run.skipped else "❌"
    yield f"### {sign} {server_parts.TITLE}\n"
    yield "; ".join(f"{name}: {code(short(value, 200))}" for name, value in server_parts.about(run)) + "\n"
    yield from (f"- {plain(short(server_parts.fault_line(fault), 400))}" for fault in run.faults[:20])
    if run.shared:
        yield f"- {many(len(run.shared), 'fault')} more, which Flask itself shows with so many clients"
    yield ""


def _route(route: RouteCoverage) -> str:
    cells = (
        code(short(route.endpoint, 80)),
        plain(",".join(route.methods)),
        code(short(route.rule, 120)),
        route.rung,
        route.worst.value,
        totals.statuses(route),
        totals.lines(route),
        plain(short(route.missing, 200)),
    )
    return f"| {' | '.join(cells)} |"
