"""What a case does to the world outside, noted where it passes by."""

from __future__ import annotations

from typing import Any


class Seen:
    """The notes of the running case."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.outgoing: list[str] = []
        self.recorded: list[tuple[str, bytes]] = []
        self.tasks: list[str] = []
        self.refused: list[str] = []
        self.programs: list[str] = []
        self.notes: list[str] = []

    def clear(self) -> None:
        """Forget what came before the case."""
        for each in vars(self).values():
            each.clear()

    def plain(self) -> dict[str, Any]:
        """All of it, for the message."""
        return {
            "mails": self.mails,
            "outgoing": sorted(self.outgoing),
            "recorded": self.recorded,
            "tasks": self.tasks,
            "refused": sorted(set(self.refused)),
            "programs": self.programs,
            "notes": self.notes,
        }


SEEN = Seen()
