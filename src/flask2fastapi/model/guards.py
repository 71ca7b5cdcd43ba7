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
    on_methods: bool = True
    """Whether it hands on positional arguments, as the object of a method."""


@dataclass(frozen=True, slots=True)
class DecoratorFact:
    """A decorator on a view that is not the route itself."""

    name: str
    """Qualified name as far as it could be resolved, else the source text."""
    span: Span
    called: bool = False  # ``@role("admin")`` rather than ``@login_required``
    on: str = ""
    """Key of the function that it stands on, below all of its routes; "" for one that stands elsewhere."""
    listed: str = ""
    """Its source where it stands in the ``decorators`` of the view's own class."""
    guard: GuardFact | None = None
    """What it gives the view, if it is a function of the project that returns the view's answer as it is."""
    is_transparent: bool = False
    """Whether a view's parameters can be seen through it."""
