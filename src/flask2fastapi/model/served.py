"""What real servers showed within a verification, and the verdicts that it shares with cases."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a case, or one difference in it, amounts to; from best to worst."""

    IDENTICAL = "identical"
    EQUIVALENT = "equivalent"
    ACCEPTED = "accepted"
    FLAKY = "flaky-before"
    NOT_EXERCISED = "not-exercised"
    DIFFERENT = "different"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class ServerFault:
    """One thing that the migrated side did wrong when real servers ran and many clients asked at once."""

    kind: str
    """``mixed`` (somebody else's answer), ``different``, ``error`` (none, or a 5xx), ``end`` (it did not stop well)."""
    request: str
    """``GET /books``; "" when it is about none."""
    case: str
    """Id of the case; "" when it is about none."""
    where: str
    """As in `Difference`; "" when it is no difference."""
    detail: str
    """What was expected and what came, in one line."""
    count: int = 1
    """How many answers showed it."""


@dataclass(frozen=True, slots=True)
class ServerRun:
    """A part of the cases, sent by many clients at once to real servers of both sides."""

    before: str = ""
    """Name of the server, as it gives it: ``gunicorn``, ``Werkzeug/3.0.1 Python/3.11.2``."""
    after: str = ""
    cases: int = 0
    requests: int = 0
    """That all clients together sent to the migrated side."""
    clients: int = 0
    faults: tuple[ServerFault, ...] = ()
    shared: tuple[ServerFault, ...] = ()
    """What Flask itself does as well, with as many clients: no fault of the migration."""
    skipped: str = ""
    """Why none of this was tried; "" when it was."""
    seconds: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """Identical, different, crashed (the migrated side did not start or stop), or not exercised."""
        if self.skipped:
            return Verdict.NOT_EXERCISED
        if any(fault.kind == "end" for fault in self.faults):
            return Verdict.CRASHED
        return Verdict.DIFFERENT if self.faults else Verdict.IDENTICAL

    def count(self, kind: str) -> int:
        """How many answers were wrong in one way."""
        return sum(fault.count for fault in self.faults if fault.kind == kind)

    def __str__(self) -> str:
        """The run in one line."""
        if self.skipped:
            return f"not tried over real servers: {self.skipped}"
        return (
            f"over real servers ({self.before}; {self.after}): {self.requests} requests, {self.clients} clients, "
            f"mixed-up answers {self.count('mixed')}, differences {self.count('different')}, "
            f"errors {self.count('error') + self.count('end')}"
        )
