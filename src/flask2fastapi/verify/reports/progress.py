"""Signs of life while a verification runs: one moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

from flask2fastapi.model.verification import Verdict
from flask2fastapi.verify.reports.shown import many, short

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console
    from rich.progress import TaskID

    from flask2fastapi.model.verification import CaseResult, Side

_EVERY = 5.0
"""Seconds between two plain lines."""
_BAD = (Verdict.CRASHED, Verdict.DIFFERENT)


class Progress:
    """What the orchestration tells as it goes on; to be used as a context, by one thread.

    `booted` once for each side, `stage` when something else begins, `begin` with the number of cases, then `case` for
    each with its result and the number of causes so far.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = self._new_bar(console) if console.is_terminal else None
        self._task: TaskID | None = None
        self._total = 0
        self._done = 0
        self._started = self._said = time.monotonic()
        self._verdicts: Counter[Verdict] = Counter()
        self._causes = 0

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def booted(self, side: Side, seconds: float, routes: int) -> None:
        """Say that a side is ready."""
        counted = f", {many(routes, 'route')}" if routes else ""  # FastAPI's own are not counted
        self._line(f"✓ {side.value} booted in {seconds:.1f} s{counted}", "green")

    def stage(self, what: str) -> None:
        """Say what is going on now: ``baseline``, ``shrinking 3 causes``."""
        if self._bar is None:
            self._line(what)
        elif self._task is None:
            self._task = self._bar.add_task(short(what, 60), total=None, seen="")
        else:
            self._bar.update(self._task, description=short(what, 60))

    def begin(self, total: int, what: str = "cases") -> None:
        """Start to count cases."""
        self._total, self._done = total, 0
        self._started = self._said = time.monotonic()
        if self._bar is None:
            self._line(f"{what}: {total}")
            return
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(what, total=total, seen="")

    def case(self, result: CaseResult, causes: int) -> None:
        """Count one case."""
        self._done += 1
        self._verdicts[result.verdict] += 1
        self._causes = causes
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._done, seen=self._seen())
        elif time.monotonic() - self._said >= _EVERY or self._done == self._total:
            self._said = time.monotonic()
            self._line(f"{self._done}/{self._total} cases{self._remaining()}; {self._seen()}")

    def note(self, text: str) -> None:
        """Say something that stays."""
        self._line(text, "yellow")

    def _seen(self) -> str:
        bad = sum(self._verdicts[verdict] for verdict in _BAD)
        return f"{bad} different, {many(self._causes, 'cause')}"

    def _remaining(self) -> str:
        left = self._total - self._done
        if left <= 0 or not self._done:
            return ""
        return f", about {left * (time.monotonic() - self._started) / self._done:.0f} s left"

    def _line(self, text: str, style: str = "") -> None:
        self._console.print(Text(short(text, 400), style=style), soft_wrap=True, highlight=False)

    @staticmethod
    def _new_bar(console: Console) -> Bar:
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[seen]}", markup=False),
        )
        return Bar(*columns, console=console, transient=True)
