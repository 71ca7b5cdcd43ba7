"""What functions do, whether views or not: what they use, what needs Flask, what would hold up an event loop."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask2fastapi.model.location import Location
    from flask2fastapi.model.plan import Reason
    from flask2fastapi.model.views import SwapFact


class Asynchrony(StrEnum):
    """Which operations become coroutines."""

    NEVER = "never"
    AUTO = "auto"  # those of which everything that they reach is known not to block
    PREFER = "prefer"  # those that reach nothing that is known to block


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a function must not run on an event loop."""

    what: str
    location: Location
    is_known: bool = False
    """Whether it is known to block; else nobody knows."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a function becomes a coroutine, and what speaks against it."""

    is_async: bool
    wait: Wait | None = None
    """Why it does not; where it does all the same, what was taken for harmless without being known."""


@dataclass(frozen=True, slots=True)
class BodyFact:
    """A function of the project, as it matters to views that call it."""

    key: str
    calls: frozenset[str] = frozenset()
    """Keys of the functions and classes of the project that it uses."""
    blockers: tuple[Reason, ...] = ()
    """Why it cannot run without Flask's context."""
    waits: tuple[Wait, ...] = ()
    """What in it blocks or may block, the first of each; what it calls in the project is not counted."""
    classes: frozenset[str] = frozenset()
    """Keys of the project's classes of which it may hold objects."""
    held: frozenset[str] = frozenset()
    """Those of whose objects others hold one too."""
    writers: frozenset[str] = frozenset()
    """Keys of functions that put something into the module's data that it uses."""
    asked: tuple[tuple[str, int], ...] = ()
    """Methods that it calls of objects of which only running it tells the class, with their lines."""
    looked: frozenset[str] = frozenset()
    """Attributes that it reads of such objects."""
    swaps: tuple[SwapFact, ...] = ()
    rare: frozenset[str] = frozenset()
    """Attributes that it reads of something unknown and that, of responses, only Flask's have."""
