"""What a file binds and uses, scope by scope."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.rewrite import ImportName


class Guard(StrEnum):
    """Under what condition an import statement runs."""

    NONE = "none"
    TYPE_CHECKING = "type-checking"
    CONDITIONAL = "conditional"
    TRIED = "tried"


@dataclass(frozen=True, slots=True)
class Imported:
    """One name that an import statement binds."""

    what: ImportName
    statement: int
    """Number of its statement among all import statements of the file, in their order."""
    position: int
    """Its place in the statement's list."""
    scope: str
    """The functions and classes that it stands in: ``create_app`` or ``A.m``; empty when the name is the module's."""
    guard: Guard
    deliberate: bool
    """Marked as a re-export: ``# noqa: F401`` or ``import x as x``."""
    used: int
    """How many uses of its name mean this binding."""

    @property
    def at_top(self) -> bool:
        """Whether it binds a name of the module."""
        return not self.scope


@dataclass(frozen=True, slots=True)
class NameUse:
    """All names of a file."""

    imported: tuple[Imported, ...]
    bound: frozenset[str]
    """Names that anything but an import binds, in any scope."""
    free: frozenset[str]
    """Names that are used and nowhere bound: builtins, and what a star import brings."""


@dataclass(slots=True, eq=False)
class Scope:
    """What one scope binds and reads."""

    parent: Scope | None = None
    path: str = ""
    is_class: bool = False
    bound: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    loads: Counter[str] = field(default_factory=Counter)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)

    def owners(self, name: str) -> Iterator[Scope | None]:
        """The scopes that a use may mean: in the body of a class also the one around it, until the class binds it."""
        yield self.owner(name)
        if self.is_class and self.parent is not None and name not in self.globals:
            yield self.parent.owner(name)

    def owner(self, name: str) -> Scope | None:
        """The scope whose binding of a name is meant here."""
        if name in self.globals:
            return self.root
        if name not in self.nonlocals and (name in self.bound or name in self.imports):
            return self
        outer = self.parent
        while outer is not None:
            if not outer.is_class and name not in outer.globals and (name in outer.bound or name in outer.imports):
                return outer
            outer = outer.parent
        return None

    @property
    def root(self) -> Scope:
        """The module's scope."""
        return self if self.parent is None else self.parent.root
