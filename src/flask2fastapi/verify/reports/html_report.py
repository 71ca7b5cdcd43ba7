"""A verification as one HTML file: no network, light and dark, keyboard, filters; small enough to attach anywhere.

The file forbids itself everything but its own script and style (Content-Security-Policy), so that even a text that
were not escaped could do nothing.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from flask2fastapi import __version__
from flask2fastapi.model.verification import Verdict
from flask2fastapi.verify.reports import totals
from flask2fastapi.verify.reports.curl import AFTER, BEFORE
from flask2fastapi.verify.reports.html_parts import (
    case_row,
    cause_article,
    cause_id,
    reasons,
    route_row,
    runs,
    sides,
    text,
)
from flask2fastapi.verify.reports.server_parts import html_section
from flask2fastapi.verify.reports.shown import many

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.verification import CaseResult, Cluster, Verification

_BUDGET = 900_000
"""Bytes of the file; the promise is 1 MB for 400 cases."""
_LITTLE = 1500
_CAUSE_LINES = 120
_CASE_LINES = 40
_MOST_CAUSES = 200
_HEADINGS = ("", "methods", "rule", "endpoint", "rung", "worst", "Flask answered", "lines", "missing")
_KEYS = (
    ("j k", "next and previous"),
    ("o", "open or close a case"),
    ("/", "search"),
    ("Esc", "leave the search"),
    ("x", "show all again"),
    ("t", "light or dark"),
)


def html_report(verification: Verification, bases: tuple[str, str] = (BEFORE, AFTER), title: str = "") -> str:
    """The whole file. ``bases`` are the URLs that curl lines go to; ``title`` names the project.

    Causes are always there; of single cases both sides are shown as long as the file stays below its budget, after
    that a case says how to replay it.
    """
    style, script = (
        files("flask2fastapi.verify.reports").joinpath("assets", name).read_text("utf-8") for name in _ASSETS
    )
    head = _head(title, style, script) + _top(verification, title) + _filters(verification)
    room = _Room(_BUDGET - len(head.encode()) - len(script) - 4000)
    causes = "".join(_causes(verification, bases, room))
    routes = _routes(verification) + html_section(verification.servers)
    room.take(routes)
    return (
        f"{head}<main>{causes}{routes}{''.join(_cases(verification, bases, room))}{_notes(verification)}</main>"
        f"{_footer()}<script>{script}</script></body></html>\n"
    )


_ASSETS = ("report.css", "report.js")


class _Room:
    """How many bytes are left."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, piece: str) -> bool:
        """Whether a piece still fits; then it counts."""
        size = len(piece.encode())
        if size > self.left:
            return False
        self.left -= size
        return True


def _head(title: str, style: str, script: str) -> str:
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_digest(script)}'; base-uri 'none'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{text(title or 'Verification', 80)}</title><style>{style}</style></head><body>"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _top(verification: Verification, title: str) -> str:
    lost = len(totals.lost_guards(verification))
    verified = sum(route.verified for route in verification.routes)
    numbers = [
        (str(len(verification.cases)), "cases"),
        (str(len(verification.clusters)), "causes of differences"),
        *([(str(lost), "lost guards")] if lost else []),
        (f"{verified} of {len(verification.routes)}", "routes verified"),
        (f"{verification.seconds:.1f} s", "duration"),
    ]
    bar = "".join(
        f'<span class="{verdict.value}" style="flex-grow:{count}" title="{count} {verdict.value}"></span>'
        for verdict, count in reversed(totals.verdicts(verification).items())
    )
    good = " good" if verification.exit_code == 0 else ""
    cells = "".join(f"<div><dd>{number}</dd><dt>{label}</dt></div>" for number, label in numbers)
    return (
        f"<header><h1>{text(title or 'Flask and FastAPI, compared', 120)}</h1>"
        f'<p class="ending{good}">{text(totals.ending(verification))}</p>'
        f'<dl class="numbers">{cells}</dl><div class="bar">{bar}</div></header>'
    )


def _filters(verification: Verification) -> str:
    chips = "".join(
        f'<button type="button" class="chip {verdict.value}" value="{verdict.value}" aria-pressed="true" '
        f'title="Show or hide; with shift this one alone"><span>{verdict.value} {count}</span></button>'
        for verdict, count in totals.verdicts(verification).items()
    )
    names = {result.case.route or "" for result in verification.cases}
    names |= {route.endpoint for route in verification.routes} | {each.route or "" for each in verification.clusters}
    options = "".join(
        f'<option value="={text(name)}">{text(name or "(no single route)", 80)}</option>' for name in sorted(names)
    )
    return (
        '<nav><form><input type="search" id="search" placeholder="Search  ( / )" aria-label="Search">'
        f'<select id="route" aria-label="Route"><option value="">all routes</option>{options}</select>{chips}'
        '<button type="button" id="reset" title="Show all again ( x )">reset</button>'
        '<button type="button" id="theme" title="Light or dark ( t )" aria-label="Light or dark">◐</button>'
        '<span id="shown" class="soft" role="status"></span></form></nav>'
    )


def _causes(verification: Verification, bases: tuple[str, str], room: _Room) -> Iterator[str]:
    """Causes, with fewer lines of each when there are many."""
    found = totals.together(verification)
    yield f'<section class="items"><h2>{many(len(verification.clusters), "cause")} of differences</h2>'
    yield f'<p class="none soft"{" hidden" if found else ""}>None{" that fits the filter" if found else ""}.</p>'
    for group in found[:_MOST_CAUSES]:
        for most in (_CAUSE_LINES, _CASE_LINES, 12, 0):
            piece = cause_article(group, bases, most)
            if room.take(piece):
                yield piece
                break
    if len(found) > _MOST_CAUSES:
        yield f'<p class="soft">… {many(len(found) - _MOST_CAUSES, "more cause")}, in the JSON report</p>'
    yield "</section>"


def _routes(verification: Verification) -> str:
    if not verification.routes:
        return ""
    heads = "".join(f"<th>{name}</th>" for name in _HEADINGS)
    rows = "".join(map(route_row, verification.routes))
    return (
        '<section><h2>Routes</h2><div class="scroll"><table class="routes">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def _cases(verification: Verification, bases: tuple[str, str], room: _Room) -> Iterator[str]:
    order = {verdict: number for number, verdict in enumerate(totals.ORDER)}
    cases = sorted(verification.cases, key=lambda result: order[result.verdict])
    groups = totals.together(verification)
    causes = {name: group[0] for group in reversed(groups) for each in group for name in each.cases}
    room.left -= 420 * len(cases)  # every case gets its line first
    yield '<section class="items"><h2>Cases</h2><p class="none soft" hidden>None that fits the filter.</p>'
    left_out = 0
    for result in cases:
        bare = result.verdict is Verdict.IDENTICAL
        if bare and room.left < -_BUDGET // 2:
            left_out += 1
            continue
        row = case_row(result, _inside(result, causes, bases)) if bare or room.left > _LITTLE else ""
        if not bare and not (row and room.take(row)):
            replay = text(totals.replay(result.case.id, result.case.origin))
            row = case_row(result, f"<p>Left out to keep this file small: <code>{replay}</code></p>")
        yield row
    if left_out:
        yield f'<p class="soft">… {many(left_out, "more case")} without differences</p>'
    yield "</section>"


def _inside(result: CaseResult, causes: dict[str, Cluster], bases: tuple[str, str]) -> str:
    """What a case's line opens: both sides, unless they stand in the list of causes already."""
    if result.verdict is Verdict.IDENTICAL:
        return ""
    if result.verdict is Verdict.EQUIVALENT:
        return reasons(result)
    cause = causes.get(result.case.id)
    link = f'<p>See <a class="cause-link" href="#{cause_id(cause)}">its cause</a>.</p>' if cause else ""
    if cause is not None and cause.example == result:
        return link
    return link + (sides(result, _CASE_LINES) or reasons(result)) + runs(result.case, result.case.id, bases)


def _notes(verification: Verification) -> str:
    notes = [f"unused policy rule: {rule}" for rule in verification.unused_rules] + list(verification.notes)
    if not notes:
        return ""
    return f"<section><h2>Notes</h2>{''.join(f'<p>{text(note, 2000)}</p>' for note in notes)}</section>"


def _footer() -> str:
    keys = " · ".join(f"{' '.join(f'<kbd>{key}</kbd>' for key in names.split())} {what}" for names, what in _KEYS)
    return f"<footer><p>{keys}</p><p>flask2fastapi {text(__version__)}</p></footer>"
