"""What real servers showed, for each kind of report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.verify.reports.html_parts import text
from flask2fastapi.verify.reports.shown import many

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.served import ServerFault, ServerRun

KINDS = {
    "mixed": "somebody else's answer",
    "different": "another answer",
    "error": "no answer, or a 5xx",
    "end": "it did not start or stop well",
}
"""What the kinds of faults mean."""
MOST = 40
"""Faults that a report for people shows."""
_HEADINGS = ("kind", "request", "where", "what came", "times", "case")
TITLE = "Real servers, many clients"


def about(run: ServerRun) -> list[tuple[str, str]]:
    """What was done, as pairs of a name and a value."""
    if run.skipped:
        return [("not tried", run.skipped)]
    rows = [
        ("Flask", run.before or "no answer"),
        ("FastAPI", run.after or "no answer"),
        ("cases", str(run.cases)),
        ("requests", f"{run.requests} to FastAPI, by {many(run.clients, 'client')} at once"),
        ("faults", ", ".join(f"{name} {run.count(name)}" for name in KINDS)),
    ]
    return [*rows, ("duration", f"{run.seconds:.1f} s")] if run.seconds else rows


def fault_line(fault: ServerFault) -> str:
    """A fault in one line."""
    place = " ".join(part for part in (fault.request, fault.where) if part)
    times = f" ({fault.count} times)" if fault.count > 1 else ""
    return f"{fault.kind}: {place + ': ' if place else ''}{fault.detail}{times}"


def terminal_lines(run: ServerRun | None, most: int = 12) -> Iterator[str]:
    """The run for a terminal: a line that sums up, and one for each fault."""
    if run is None:
        return
    yield f"{run}; {run.seconds:g} s" if run.seconds else str(run)
    yield from (f"over real servers: {fault_line(fault)}" for fault in run.faults[:most])
    if len(run.faults) > most:
        yield f"over real servers: … {many(len(run.faults) - most, 'more fault')}: see --report html or json"
    if run.shared:
        which = sorted({fault.request for fault in run.shared})
        yield f"over real servers Flask itself did not bear so many clients either: {', '.join(which)}"


def html_section(run: ServerRun | None) -> str:
    """A section of the HTML report, "" where servers were not asked for."""
    if run is None:
        return ""
    rows = "".join(
        f"<tr><th scope='row'>{text(name)}</th><td>{text(value, 300)}</td></tr>" for name, value in about(run)
    )
    faults = "".join(_html_faults(run))
    table = f'<table class="routes servers">{rows}</table>'
    return f'<section><h2>{TITLE}</h2><div class="scroll">{table}{faults}</div></section>'


def _html_faults(run: ServerRun) -> Iterator[str]:
    for name, faults, style in (
        ("faults of the migrated side", run.faults, "different"),
        ("Flask itself did so as well", run.shared, "soft"),
    ):
        if not faults:
            continue
        yield f'<p class="part">{name}</p><table class="routes faults">'
        yield f"<thead><tr>{''.join(f'<th>{name}</th>' for name in _HEADINGS)}</tr></thead>"
        for fault in faults[:MOST]:
            cells = (
                f'<b class="{style}" title="{text(KINDS.get(fault.kind, ""))}">{text(fault.kind)}</b>',
                text(fault.request, 120),
                text(fault.where, 120),
                text(fault.detail, 400),
                str(fault.count),
                f"<code>{text(fault.case, 60)}</code>",
            )
            yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        yield "</table>"
        if len(faults) > MOST:
            yield f'<p class="soft">… {many(len(faults) - MOST, "more fault")}, in the JSON report</p>'
