"""What a recorded suite has sent and was answered, as data."""

from __future__ import annotations

import base64
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask2fastapi.model.verification import Answer, Side, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from flask2fastapi.verify.suite_result import SuiteResult


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One request of a test, and its answer."""

    phase: str
    """``setup``, ``call`` or ``teardown``."""
    seq: int
    """Which request of the test it was, from 1."""
    step: Step
    answer: Answer


@dataclass(frozen=True, slots=True)
class Trace:
    """One run of the suite."""

    side: Side
    tests: Mapping[str, tuple[Exchanged, ...]] = field(default_factory=dict)
    """Node id -> its requests, in order; only tests that sent some."""
    outcomes: Mapping[str, str] = field(default_factory=dict)
    """Node id -> ``passed``, ``skipped``, or ``failed: message``."""
    output: str = ""
    """The end of what pytest printed."""
    suite: SuiteResult | None = None
    """Which requests went through FastAPI, on the migrated side."""

    @property
    def requests(self) -> int:
        """How many there were."""
        return sum(map(len, self.tests.values()))

    @property
    def counts(self) -> Mapping[str, int]:
        """How many tests passed, failed, were skipped."""
        return Counter(outcome.partition(":")[0] for outcome in self.outcomes.values())


def read_trace(side: Side, path: Path, output: str) -> Trace:
    """Read what the processes of a run have written."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    tests: dict[str, list[Exchanged]] = {}
    outcomes: dict[str, str] = {}
    for event in map(json.loads, lines):
        if event["kind"] == "exchange":
            tests.setdefault(event["test"], []).append(_exchanged(event))
        elif event["kind"] == "outcome":
            _add_outcome(outcomes, event)
    ordered = {test: tuple(sorted(found, key=lambda each: each.seq)) for test, found in tests.items() if test}
    return Trace(side, ordered, outcomes, output)


def _add_outcome(outcomes: dict[str, str], event: Mapping[str, str]) -> None:
    """The worst of the phases counts."""
    known = outcomes.get(event["test"], "passed")
    if event["outcome"] == "failed":
        outcomes[event["test"]] = f"failed: {event['message']}" if known.partition(":")[0] != "failed" else known
    elif event["outcome"] == "skipped" and known == "passed":
        outcomes[event["test"]] = "skipped"
    else:
        outcomes[event["test"]] = known


def _exchanged(event: Mapping[str, Any]) -> Exchanged:
    request = event["request"]
    step = Step(
        request["method"], request["path"], request["query"], _pairs(request["headers"]), _bytes(request["body"])
    )
    answer = Answer(
        status=event["status"],
        headers=_pairs(event["headers"]),
        body=_bytes(event["body"]),
        error=event.get("error"),
        traceback=event.get("traceback", ""),
        endpoint=event["endpoint"],
        rung=event["rung"] or None,
        path=request["path"],
        sent=tuple(event["sent"]),
        cut=event["cut"],
    )
    return Exchanged(event["phase"], event["seq"], step, answer)


def _pairs(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in rows)


def _bytes(value: Mapping[str, str]) -> bytes:
    return base64.b64decode(value["b64"])
