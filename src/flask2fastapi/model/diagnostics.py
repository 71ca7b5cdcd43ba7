"""What a run has to tell its user, apart from results."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask2fastapi.model.location import Location


class Severity(StrEnum):
    """How much a diagnostic matters: an error turns the exit code to 2, a warning does not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One line for the user: what is wrong, where, and what to do about it."""

    code: str
    severity: Severity
    message: str
    location: Location | None = None

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        return f"{place}{self.severity}: {self.message} [{self.code}]"
