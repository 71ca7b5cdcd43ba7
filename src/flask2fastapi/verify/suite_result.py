"""What a run of the suite showed, read from the record that its processes wrote, and how it is told."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_T = TypeVar("_T")
FAILED = 1
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Bypass:
    """Requests to a migrated application that did not go through FastAPI."""

    app: str
    request: str
    """Method and path."""
    test: str
    why: str


@dataclass(frozen=True, slots=True)
class Untransferable:
    """A failed test that asks for something which only a Flask view has."""

    test: str
    reason: str


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """Exit status and counts of requests; a request is counted once, on the rung that served it."""

    pytest_status: int
    tests: int = 0
    native: int = 0
    mounted: int = 0
    bypassed: tuple[Bypass, ...] = ()
    own: tuple[tuple[str, int], ...] = ()
    """Applications that the suite (or the project) builds and that have no front: ``path:line``, requests."""
    copies: tuple[str, ...] = ()
    """Labels of migrated applications of which the suite drove an installed copy."""
    unused: tuple[str, ...] = ()
    """Labels of migrated applications that got no request."""
    untransferable: tuple[Untransferable, ...] = ()
    broken_fronts: tuple[tuple[str, str], ...] = ()
    """Label and error of fronts that did not build."""

    @property
    def through(self) -> int:
        """Requests that went through FastAPI."""
        return self.native + self.mounted

    @property
    def nothing_shown(self) -> bool:
        """Whether the suite sent requests, and none of them to a migrated application."""
        return not self.through and bool(self.own or self.bypassed)

    @property
    def exit_code(self) -> int:
        """Status of pytest itself; 1 where that is 0 although a request bypassed FastAPI or none went through it."""
        if self.pytest_status == 0 and (self.bypassed or self.broken_fronts or self.copies or self.nothing_shown):
            return FAILED
        return self.pytest_status


def read_result(status: int, record: Path, labels: Iterable[str]) -> SuiteResult:
    """Sum up the events of all processes; ``status`` is pytest's, negative when a signal ended it."""
    lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
    events = [json.loads(line) for line in lines]
    through = Counter(event["rung"] for event in _of(events, "through"))
    used = {event["app"] for event in events if event["kind"] in ("through", "bypassed")}
    return SuiteResult(
        pytest_status=status if status >= 0 else 128 - status,
        tests=max((event["tests"] for event in _of(events, "collected")), default=0),
        native=through["native"],
        mounted=through["mounted"],
        bypassed=tuple(Bypass(e["app"], e["request"], e["test"], e["why"]) for e in _of(events, "bypassed")),
        own=tuple(sorted(Counter(event["place"] for event in _of(events, "own")).items())),
        copies=tuple(sorted({event["copy_of"] for event in _of(events, "own")} - {""})),
        unused=tuple(sorted(set(labels) - used)),
        untransferable=_distinct(Untransferable(e["nodeid"], e["reason"]) for e in _of(events, "untransferable")),
        broken_fronts=_distinct((event["app"], event["error"]) for event in _of(events, "front")),
    )


def summary(result: SuiteResult) -> list[str]:
    """What the user is told after pytest's own report, a line each."""
    lines = [
        f"{_count(result.through, 'request')} of {_count(result.tests, 'test')} went through FastAPI: {_rungs(result)}"
    ]
    if result.nothing_shown:
        lines.append("No request reached a migrated application: this run says nothing about the migration")
    elif not result.through and result.tests:
        lines.append("The tests sent no request: this run says nothing about the migration")
    lines += [
        f"{_count(count, 'request')} to {place}, which has no front, ran on Flask alone" for place, count in result.own
    ]
    lines += [f"The tests import an installed copy of {label}: install it editable" for label in result.copies]
    lines += [f"{label} got no request" for label in result.unused if result.through]
    lines += [f"{label}: {error}" for label, error in result.broken_fronts]
    lines += _bypasses(result.bypassed)
    lines += [f"{row.test} cannot be carried over: {row.reason}" for row in result.untransferable]
    return lines


def _rungs(result: SuiteResult) -> str:
    return f"{result.native} native, {result.mounted} mounted"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _bypasses(rows: tuple[Bypass, ...]) -> list[str]:
    if not rows:
        return []
    shown = [f"  {row.request} of {row.app} in {row.test or 'no test'}: {row.why}" for row in rows[:SHOWN]]
    more = [f"  and {len(rows) - SHOWN} more"] if len(rows) > SHOWN else []
    return [f"{_count(len(rows), 'request')} did not go through FastAPI:", *shown, *more]


def _of(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event for event in events if event["kind"] == kind]


def _distinct(rows: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(rows))
