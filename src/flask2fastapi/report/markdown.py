"""A scan as markdown, for a pull request or a wiki."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.plan.generated import app_label
from flask2fastapi.report.text import operation_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask2fastapi.model.plan import RoutePlan
    from flask2fastapi.report.inventory import Section


def scan_markdown(sections: Iterable[Section], routes: Sequence[RoutePlan], notes: Iterable[str] = ()) -> str:
    """The inventory and the table of routes; ends with a newline."""
    lines = ["# Flask inventory", ""]
    for section in sections:
        lines += [f"## {section.title}", "", *(f"- `{name}`: {_cell(place)}" for name, place in section.entries), ""]
    lines += [
        "## Routes",
        "",
        "| app | methods | rule | endpoint | rung | why |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for plan in routes:
        why = "; ".join(f"{reason.code}: {reason.message}" for reason in plan.reasons) or operation_kind(plan)
        route = plan.route
        cells = (app_label(route.app), ",".join(route.methods), f"`{route.rule}`", route.endpoint, plan.rung.value, why)
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join([*lines, *([""] if notes else []), *notes]).rstrip() + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
