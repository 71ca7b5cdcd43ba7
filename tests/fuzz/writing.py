"""What productions write into: tables of weighted productions, modules with their imports, views with their scope.

A production is one function in one table. It gets the view in the making, notes what it uses there, and returns source
text. The first row of a table is the simplest: failing applications shrink towards it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
Draw = Any
"""``draw`` of a composite strategy."""

COMMON = 5
"""The weight from which a production belongs into plain applications."""
_INTEGERS: dict[int, Any] = {}


def below(draw: Draw, count: int) -> int:
    """A number from 0 to ``count`` - 1; 0 is the simplest."""
    if count not in _INTEGERS:
        _INTEGERS[count] = st.integers(0, count - 1)
    number: int = draw(_INTEGERS[count])
    return number


def pick(draw: Draw, choices: Sequence[T]) -> T:
    """One of ``choices``; the first is the simplest."""
    return choices[below(draw, len(choices))]


def rarely(draw: Draw, one_in: int) -> bool:
    """True once in ``one_in`` times; False is the simplest."""
    return below(draw, one_in) == one_in - 1


class Table(Generic[T]):
    """Productions of one kind, each with a weight and a name under which reports count it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[tuple[int, str, Callable[..., T]]] = []

    def add(self, weight: int, label: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
        """A decorator that puts a production into the table."""

        def added(production: Callable[..., T]) -> Callable[..., T]:
            self.rows.append((weight, f"{self.name}: {label}", production))
            return production

        return added

    def choose(self, draw: Draw, *, plain: bool = False) -> tuple[str, Callable[..., T]]:
        """One row by weight: its label and its production. ``plain`` leaves out what is rare."""
        rows = [row for row in self.rows if row[0] >= COMMON] if plain else self.rows
        at = below(draw, sum(weight for weight, _, _ in rows))
        for weight, label, production in rows:
            at -= weight
            if at < 0:
                return label, production
        raise AssertionError("unreachable")


@dataclass
class Module:
    """A module in the making: its imports in the application's style, and its text from top to bottom."""

    name: str
    draw: Draw
    plain: bool
    """Whether only common productions are wanted."""
    style: str
    """``from``, ``alias`` (``from flask import request as rq``), or ``dotted`` (``import flask as f``)."""
    lines: set[str] = field(default_factory=set)
    """Import lines other than Flask's."""
    names: dict[str, str] = field(default_factory=dict)
    """Flask's names in use, and how they are spelled here."""
    head: list[str] = field(default_factory=list)
    """Definitions above the application object."""
    body: list[str] = field(default_factory=list)
    defined: set[str] = field(default_factory=set)

    def flask(self, name: str) -> str:
        """How something of Flask is spelled in this module."""
        if name not in self.names:
            alias = {"request": "rq", "jsonify": "to_json", "abort": "stop", "Flask": "F"}.get(name)
            if self.style == "dotted":
                self.names[name] = f"f.{name}"
            else:
                self.names[name] = alias if self.style == "alias" and alias else name
        return self.names[name]

    def use(self, line: str, name: str) -> str:
        """Ask for an import; gives the name back."""
        self.lines.add(line)
        return name

    def define(self, name: str, *text: str) -> str:
        """A helper at the top of the module, once; gives its name back."""
        if name not in self.defined:
            self.defined.add(name)
            self.head += ["", "", *text] if text[0].startswith(("def", "class", "@", "async")) else list(text)
        return name

    def text(self) -> str:
        """The whole module."""
        lines = sorted(self.lines)
        if self.style == "dotted" and self.names:
            lines.append("import flask as f")
        elif self.names:
            spelled = [name if name == use else f"{name} as {use}" for name, use in sorted(self.names.items())]
            lines.append(f"from flask import {', '.join(spelled)}")
        return "\n".join([*lines, *self.head, *self.body, ""])


@dataclass(frozen=True)
class Variable:
    """Something in the scope of a view."""

    name: str
    kind: str
    """``text``, ``number``, or ``data`` (anything that JSON has, None too)."""


@dataclass
class Scene:
    """A view in the making: what is in its scope, what it reads, how it was built."""

    module: Module
    draw: Draw
    owner: str
    """What it is registered on: ``app``, ``bp``."""
    name: str
    methods: list[str] = field(default_factory=lambda: ["GET"])
    scope: list[Variable] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    queries: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    """Names in forms and JSON bodies."""
    bodies: set[str] = field(default_factory=set)
    """``json``, ``form``, ``files``, ``data``."""
    headers: set[str] = field(default_factory=set)
    cookies: set[str] = field(default_factory=set)
    depth: int = 0
    is_async: bool = False
    made: int = 0

    def flask(self, name: str) -> str:
        """How something of Flask is spelled."""
        return self.module.flask(name)

    def request(self, rest: str) -> str:
        """``request.<rest>``."""
        return f"{self.flask('request')}.{rest}"

    def take(self, table: Table[T], *arguments: Any) -> T:
        """Choose a production of a table, note its name, and run it."""
        label, production = table.choose(self.draw, plain=self.module.plain)
        self.labels.add(label)
        return production(self, *arguments)

    def pick(self, choices: Sequence[T]) -> T:
        """One of ``choices``."""
        return pick(self.draw, choices)

    def rarely(self, one_in: int) -> bool:
        """True once in ``one_in`` times."""
        return rarely(self.draw, one_in)

    def fresh(self, kind: str) -> str:
        """A new variable in the scope."""
        self.made += 1
        name = self.pick(["value", "item", "found", "result"]) + str(self.made)
        self.scope.append(Variable(name, kind))
        return name

    def known(self, *kinds: str) -> list[str]:
        """Variables of some kinds, the last one first."""
        return [each.name for each in reversed(self.scope) if each.kind in kinds]
