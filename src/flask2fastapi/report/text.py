"""Runs and scans on a terminal, with rich."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from flask2fastapi.model.diagnostics import Severity
from flask2fastapi.model.plan import AppState, Rung
from flask2fastapi.plan.generated import app_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from flask2fastapi.model.diagnostics import Diagnostic
    from flask2fastapi.model.files import FileChange
    from flask2fastapi.model.plan import FrontPlan, Plan, RoutePlan
    from flask2fastapi.report.inventory import Section

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def print_sections(console: Console, sections: Iterable[Section]) -> None:
    """Print what a project holds."""
    for section in sections:
        console.print(f"\n[bold]{section.title}[/bold]")
        table = Table.grid(padding=(0, 2))
        for name, place in section.entries:
            table.add_row(f"  {escape(name)}", Text(place, style="dim"))
        console.print(table)


def print_routes(console: Console, routes: Sequence[RoutePlan]) -> None:
    """Print every route with its rung and the codes of the reasons for it (``explain`` says what they mean)."""
    for app, rows in _by_app(routes).items():
        console.print(f"\n[bold]Routes of {escape(app_label(app))}[/bold]")
        table = Table(box=None, padding=(0, 2, 0, 0))
        for heading in ("rung", "methods", "rule", "endpoint", "why"):
            table.add_column(heading, overflow="fold", no_wrap=heading in {"rung", "methods", "rule"})
        for plan in rows:
            native = plan.rung is Rung.NATIVE
            table.add_row(
                Text(plan.rung.value, style="green" if native else "yellow"),
                ",".join(plan.route.methods),
                escape(plan.route.rule),
                escape(plan.route.endpoint),
                Text(
                    operation_kind(plan) if native else ", ".join(dict.fromkeys(each.code for each in plan.reasons)),
                    style="dim",
                ),
            )
        console.print(table)


def operation_kind(plan: RoutePlan) -> str:
    """Why the operation of a native route is a coroutine or none, and for what it runs in Flask's context."""
    if plan.needs:
        first = plan.needs[0]
        more = f", and {len(plan.needs) - 1} more" if len(plan.needs) > 1 else ""
        return f"in Flask's context: {first.message}{f' ({first.location})' if first.location else ''}{more}"
    if plan.verdict is None:
        return ""
    wait = plan.verdict.wait
    if wait is None:
        return "async"
    return f"{'async, but' if plan.verdict.is_async else 'def:'} {wait.what} ({wait.location})"


def print_diagnostics(console: Console, diagnostics: Iterable[Diagnostic]) -> None:
    """Print each message on a line of its own."""
    for each in diagnostics:
        console.print(Text(str(each), style=_STYLES[each.severity]), soft_wrap=True)


def print_summary(console: Console, routes: Sequence[RoutePlan], fronts: Sequence[FrontPlan]) -> None:
    """Print the counts: routes by rung, and what keeps the others mounted."""
    rungs = Counter(plan.rung for plan in routes)
    console.print(
        f"\n{_many(len(fronts), 'application')}, {_many(len(routes), 'route')}: "
        f"[green]{rungs[Rung.NATIVE]} native[/green], [yellow]{rungs[Rung.MOUNTED]} mounted[/yellow]"
    )
    inside = [plan for plan in routes if plan.needs]
    if inside:
        codes = Counter(code for plan in inside for code in {need.code for need in plan.needs})
        listed = ", ".join(f"{code} {count}" for code, count in codes.most_common())
        console.print(
            f"  {len(inside)} of the native ones in Flask's context: {listed}", highlight=False, soft_wrap=True
        )
    reasons = Counter(code for plan in routes for code in {reason.code for reason in plan.reasons})
    for code, count in reasons.most_common():
        console.print(f"  {count:5}  {code}", highlight=False)


def print_around(console: Console, plan: Plan) -> None:
    """Print what of Flask's runs around the operations of hybrid applications."""
    for front in plan.fronts:
        around = plan.around.get(front.app.key, ())
        mine = [route for route in plan.routes if route.route.app == front.app.key and route.rung is Rung.NATIVE]
        if front.state is AppState.HYBRID and around and mine:
            first = f"{around[0].message} ({around[0].location})" if around[0].location else around[0].message
            more = f", and {len(around) - 1} more" if len(around) > 1 else ""
            label = escape(app_label(front.app.key))
            console.print(
                f"{label}: Flask goes on running what surrounds its {_many(len(mine), 'native route')}: "
                f"{escape(first)}{more}",
                highlight=False,
                soft_wrap=True,
            )


def print_changes(console: Console, changes: Sequence[FileChange]) -> None:
    """Print the files that were, or will be, written."""
    for change in sorted(changes, key=lambda change: change.path):
        word = "new" if change.before is None else "deleted" if change.after is None else "changed"
        console.print(f"  {word:8}{escape(change.path)}", highlight=False)


def _by_app(routes: Iterable[RoutePlan]) -> dict[str, list[RoutePlan]]:
    found: dict[str, list[RoutePlan]] = {}
    for plan in routes:
        found.setdefault(plan.route.app, []).append(plan)
    return found


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
