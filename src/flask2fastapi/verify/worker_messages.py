"""Cases and observations as messages between a worker and its process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask2fastapi.model.verification import Answer, Effects, Observation, Recorded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.model.verification import Case, Side, Step


def observation(
    side: Side, case: Case, answers: Iterable[Answer], seen: dict[str, Any], end: dict[str, Any]
) -> Observation:
    """Everything that the process of a case (``seen``) and the one that keeps the state (``end``) have told."""
    return Observation(
        side,
        case.id,
        tuple(answers),
        effects=effects_of(seen, end["effects"]),
        lines={path: frozenset(numbers) for path, numbers in seen.get("lines", {}).items()},
        crashed=seen["crashed"],
        printed=end["printed"],
        recorded=tuple(Recorded(request, answer) for request, answer in seen.get("recorded", ())),
        notes=(*seen.get("notes", ()), *end["left"]),
    )


def step_message(step: Step) -> dict[str, Any]:
    """A step as the process takes it."""
    return {
        "method": step.method,
        "path": step.path,
        "query": step.query,
        "headers": step.headers,
        "body": step.body,
        "captures": [(capture.name, capture.source) for capture in step.captures],
        "follow": step.follow,
        "wait": step.wait,
        "elsewhere": step.elsewhere,
        "account": step.account,
    }


def answer_of(row: dict[str, Any]) -> Answer:
    """What the process says of one answer."""
    return Answer(
        status=row["status"],
        headers=tuple((name, value) for name, value in row["headers"]),
        body=row["body"],
        error=row.get("error"),
        traceback=row.get("traceback", ""),
        endpoint=row["endpoint"],
        rung=row["rung"],
        path=row["path"],
        sent=tuple(row["sent"]),
        cut=row.get("cut", ""),
    )


def effects_of(seen: dict[str, Any], found: dict[str, Any]) -> Effects:
    """What a case has done outside of the process."""
    rows = {
        key: {table: tuple(tuple(row) for row in value) for table, value in found[key].items()}
        for key in ("added", "removed")
    }
    return Effects(
        added=rows["added"],
        removed=rows["removed"],
        columns={table: tuple(names) for table, names in found["columns"].items()},
        files=found["files"],
        mails=tuple(seen.get("mails", ())),
        outgoing=tuple(seen.get("outgoing", ())),
        tasks=tuple(seen.get("tasks", ())),
        refused=tuple(seen.get("refused", ())),
        programs=tuple(seen.get("programs", ())),
    )
