"""Pieces of the HTML report. Every text goes through `text`: no browser can take what is left for markup."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from flask2fastapi.verify.reports import totals
from flask2fastapi.verify.reports.aligned import Line, Mark, folded
from flask2fastapi.verify.reports.curl import shown_curl
from flask2fastapi.verify.reports.shown import many, short, short_pair, visible
from flask2fastapi.verify.reports.sides import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask2fastapi.model.verification import Case, CaseResult, Cluster, RouteCoverage
    from flask2fastapi.verify.reports.sides import Part

_LONGEST = 600
_MOST_STEPS = 12
_CLASSES = {Mark.DIFFERENT: "d", Mark.FOLLOWS: "f", Mark.QUIET: "q", Mark.ACCEPTED: "a", Mark.FOLD: "o"}


def text(content: str, most: int = 0) -> str:
    """A text as HTML, also inside of an attribute in double quotes."""
    return escape(short(content, most) if most else visible(content))


def cause_article(group: tuple[Cluster, ...], bases: tuple[str, str], most_lines: int) -> str:
    """Causes that one case shows, with that case."""
    first = group[0]
    weight = totals.weight_name(first.difference.weight)
    guard = " guard" if first.difference.lost_guard else ""
    name = "lost guard" if guard else weight
    about = [text(totals.shown_by(group))]
    about += [f"<code>{text(first.handler, 200)}</code>"] if first.handler else []
    about += [f"written by {text(', '.join(first.codes), 200)}"] if first.codes else []
    about += [] if all(each.reproducible for each in group) else ["<b>did not show again</b>"]
    places = "".join(f'<p class="where">{text(totals.place(each.difference))}</p>' for each in group)
    return (
        f'<article class="item cause{guard}" id="{cause_id(first)}" data-v="{first.example.verdict.value}"'
        f' data-r="{text(first.route or "")}"><div class="head">'
        f'<h3><span class="tag {weight}">{name}</span>{text(first.route or "no single route", 120)}</h3>'
        f'{places}<p class="soft">{" · ".join(about)}</p></div>'
        f"<div>{sides(first.example, most_lines)}{runs(first.example.case, first.id, bases)}</div></article>"
    )


def cause_id(cluster: Cluster) -> str:
    """What links lead to: safe as an attribute and as a fragment, whatever the cluster's id is."""
    return "c" + cluster.id.encode("utf-8", "replace").hex()


def sides(result: CaseResult, most_lines: int) -> str:
    """Both answers of a case side by side, at most so many lines of each part."""
    return "".join(_part(part, most_lines) for part in parts(result))


def runs(case: Case, identifier: str, bases: tuple[str, str]) -> str:
    """How to see it again: curl lines for either side, and the replay."""
    jar = "cookies.txt" if len(case.steps) > 1 else ""
    rows = []
    for label, base in zip(("before", "after"), bases, strict=True):
        lines = [shown_curl(step, base, jar) for step in case.steps[:_MOST_STEPS]]
        lines += ["# …"] if len(case.steps) > _MOST_STEPS else []
        rows.append(f"<span>{label}</span><code>{escape(chr(10).join(lines))}</code>")
    again = text(totals.replay(identifier, case.origin))
    return f'<div class="run">{"".join(rows)}<span>replay</span><code>{again}</code></div>'


def case_row(result: CaseResult, inside: str) -> str:
    """One case: a line that opens where there is something inside."""
    case = result.case
    verdict = result.verdict.value
    attributes = f'class="item case" data-v="{verdict}" data-r="{text(case.route or "")}"'
    cells = (
        f'<b class="{verdict}">{verdict}</b><span>{text(totals.case_line(case))}</span>'
        f'<span class="soft">{text(case.route or "", 80)}</span><code>{text(case.id, 60)}</code>'
    )
    if not inside:
        return f'<div {attributes}><div class="row">{cells}</div></div>'
    return f'<details {attributes}><summary class="row">{cells}</summary><div class="inside">{inside}</div></details>'


def reasons(result: CaseResult) -> str:
    """Why a case has its verdict where nothing stands side by side: its differences as a list, each with its rule."""
    rows = (
        f"<p>{text(totals.place(each))} <span class='soft'>{text(each.rule, 200)}</span></p>"
        for each in result.differences[:20]
    )
    return "".join(rows)


def route_row(route: RouteCoverage) -> str:
    """One line of the table of routes."""
    sign = '<td class="identical">✓' if route.verified else '<td class="different">✗'
    cells: Iterable[str] = (
        text(",".join(route.methods), 60),
        f"<code>{text(route.rule, 120)}</code>",
        f'<button type="button" value="={text(route.endpoint)}">{text(route.endpoint, 80)}</button>',
        text(route.rung, 20),
        f'<span class="{route.worst.value}">{route.worst.value}</span>',
        text(totals.statuses(route)),
        text(totals.lines(route)),
        text(route.missing, 300),
    )
    return f"<tr>{sign}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _part(part: Part, most_lines: int) -> str:
    lines = folded(part.lines)
    first = next((i for i, line in enumerate(lines) if line.mark in {Mark.DIFFERENT, Mark.ACCEPTED}), 0)
    start = 0 if first < most_lines else first - 3
    shown = lines[start : start + most_lines]
    left = len(lines) - len(shown)
    if left:
        shown.append(Line(f"… {many(left, 'more line')}, in the JSON report", None, Mark.FOLD))
    return (
        f'<p class="part">{text(part.title)}</p><table class="diff"><tr><th>before (Flask)<th>after (FastAPI)'
        f"{''.join(_rows(shown))}</table>"
    )


def _rows(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        kind = f" class={_CLASSES[line.mark]}" if line.mark in _CLASSES else ""
        if line.mark is Mark.FOLD:
            yield f"<tr{kind}><td colspan=2>{text(line.before or '')}"
            continue
        before, after = short_pair(line.before or "", line.after or "", _LONGEST)
        both = line.before is not None and line.after is not None
        cells = _marked(before, after) if line.mark is Mark.DIFFERENT and both else (escape(before), escape(after))
        note = f"<i>{text(line.note, 120)}</i>" if line.note else ""
        yield f"<tr{kind}><td>{cells[0]}<td>{cells[1]}{note}"


def _marked(before: str, after: str) -> tuple[str, str]:
    """Two lines, with the words that differ between their common beginning and end marked."""
    shortest = min(len(before), len(after))
    start = next((i for i in range(shortest) if before[i] != after[i]), shortest)
    while start and before[start - 1].isalnum():
        start -= 1
    end = next((i for i in range(shortest - start) if before[-1 - i] != after[-1 - i]), shortest - start)
    while end and before[len(before) - end].isalnum():
        end -= 1
    return _middle(before, start, end), _middle(after, start, end)


def _middle(line: str, start: int, end: int) -> str:
    stop = len(line) - end
    middle = f"<mark>{escape(line[start:stop])}</mark>" if stop > start else ""
    return f"{escape(line[:start])}{middle}{escape(line[stop:])}"
