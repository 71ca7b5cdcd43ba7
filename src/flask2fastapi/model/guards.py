"""Decorators on views, and what those that guard them do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask2fastapi.model.location import Span


@dataclass(frozen=True, slots=True)
class GuardFact:
    """What a decorator gives a view whose answer it returns as it is."""

    positional: int = 0
    """How many arguments it puts before those of the rule."""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecoratorFact:
    """A decorator on a view that is not the route itself."""

    name: str
    """Qualified name as far as it could be resolved, else the source text."""
    span: Span
    called: bool = False  # ``@role("admin")`` rather than ``@login_required``
    on_function: bool = False
    """Whether it stands on the function that is the view, below all of its routes."""
    guard: GuardFact | None = None
    """What it gives the view, if it is a function of the project that returns the view's answer as it is."""
