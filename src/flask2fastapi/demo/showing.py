"""What the demo shows: the diff, the table of routes, where the result lies."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from flask2fastapi.diff import unified_diff
from flask2fastapi.model.plan import Rung

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console

    from flask2fastapi.demo.driving import Compared, Target
    from flask2fastapi.demo.project import Folders
    from flask2fastapi.migrate import Run

_STYLES = {"+": "green", "-": "red", "@": "cyan", "d": "bold", "n": "bold"}
"""By the first character of a line of a patch."""
_NO_ROUTE = "no route, or not this method"


def show_diff(console: Console, run: Run) -> None:
    """Print what was changed; of the support module, which is the same for everybody, only that it is there."""
    support = {front.support_path for front in run.plan.fronts}
    shown = [change for change in run.changes if change.path not in support]
    for line in unified_diff(shown).decode(errors="replace").splitlines():
        heading = line.startswith(("+++", "---"))
        style = "bold" if heading else _STYLES.get(line[:1], "")
        console.print(Text(line, style=style), soft_wrap=True)
    for change in run.changes:
        if change.path in support and change.after is not None:
            lines = change.after.count(b"\n")
            console.print(
                f"\nnew file {escape(change.path)}: {lines} lines of support code, not shown here", style="bold"
            )


def show_table(console: Console, run: Run, compared: Sequence[Compared]) -> bool:
    """Print each route with its rung and whether its answers were equal; True if all of them were asked and were."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("methods", "rule", "rung", "requests", "equal"):
        table.add_column(heading, justify="right" if heading == "requests" else "left", no_wrap=True)
    good = True
    for methods, rule, rung, endpoint in _rows(run):
        mine = [each for each in compared if each.step.endpoint == endpoint]
        equal = bool(mine) and not any(each.differences for each in mine)
        good = good and equal
        verdict = Text("yes", style="green") if equal else Text("NO" if mine else "not asked", style="bold red")
        table.add_row(methods, escape(rule), _rung(rung), str(len(mine)), verdict)
    console.print(table)
    for each in compared:
        for difference in each.differences:
            console.print(f"{each.step.request}: {difference}", style="red", markup=False, soft_wrap=True)
    equal_answers = sum(not each.differences for each in compared)
    console.print(
        f"\n{equal_answers} of {len(compared)} answers are equal.", style="bold green" if good else "bold red"
    )
    return good


def show_place(console: Console, folders: Folders, target: Target) -> None:
    """Say where the result lies and how it is started."""
    flag = "--factory " if target.factory else ""
    command = f"cd {shlex.quote(str(target.folder))} && {shlex.quote(sys.executable)} -m uvicorn {flag}{target.name}"
    console.print(
        f"The original is in {folders.flask}, the migrated copy in {folders.fastapi}. Start it with:",
        markup=False,
        soft_wrap=True,
    )
    console.print(f"  {command}", markup=False, highlight=False, soft_wrap=True)


def _rows(run: Run) -> Iterator[tuple[str, str, str, str | None]]:
    """Methods, rule, rung and endpoint of each row: the project's routes, the static folder, and no route at all."""
    for plan in run.plan.routes:
        yield ",".join(plan.route.methods), plan.route.rule, plan.rung.value, plan.route.endpoint
    known: Iterable[str] = {plan.route.endpoint for plan in run.plan.routes}
    if "static" not in known:
        yield "GET", "/static/<path:filename>", Rung.MOUNTED.value, "static"
    yield "", _NO_ROUTE, "", None


def _rung(rung: str) -> Text:
    return Text(rung, style="green" if rung == Rung.NATIVE.value else "yellow")
