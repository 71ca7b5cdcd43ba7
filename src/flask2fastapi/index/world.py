"""What is known while a program's set-up is followed, and the operations that its parts offer one another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from enum import Enum, auto
from typing import TYPE_CHECKING

from flask2fastapi.index.blocking import Blocking
from flask2fastapi.index.recorder import Recorder
from flask2fastapi.index.values import UNKNOWN, Class, Foreign, Function, Made, RouteOwner, Scope, Value

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Mapping, Sequence

    from flask2fastapi.index.modules import Module, Modules
    from flask2fastapi.index.values import Arguments
    from flask2fastapi.model.claims import Claim

LONGEST_RUN = 400_000
"""Statements and calls that are followed in one program; what comes after is not seen (and said so)."""
DEEPEST_CALL = 24
MOST_STEPS_OF_ONE = 40_000
"""Steps inside one function over all its calls; a short one may be called a thousand times, a long one may not."""


class Flow(Enum):
    """Where execution goes on after a statement."""

    NEXT = auto()
    CONTINUE = auto()
    BREAK = auto()
    LEAVE = auto()  # the function returned, or something was raised


class World(ABC):
    """State and interface; `program.Program` is the whole of it."""

    def __init__(self, modules: Modules, aliases: Mapping[str, str]) -> None:
        self.modules = modules
        self.aliases = aliases
        self.blocking = Blocking()
        self.without_flask: Mapping[str, Claim] = {}
        """By qualified name, what can be had of extensions where an application has left Flask."""
        self.recorder = Recorder()
        self.scopes: dict[str, Scope] = {}
        """Module scopes by path."""
        self.functions: list[Function] = []
        self.called: dict[str, int] = {}
        self.spent: dict[str, int] = {}
        """Steps inside each function, over all calls."""
        self.frames: list[Frame] = []
        self.conditional = 0
        self.steps = 0
        self.too_deep: dict[str, None] = {}
        """Modules that could not be followed to their end."""
        self.cut_short = False
        """Whether a literal table was too long to be followed row by row."""
        self.contexts: list[RouteOwner] = []
        """Applications whose context is pushed, innermost last."""
        self.hints: list[str] = []
        """Names that are being assigned to, innermost last: an object learns its variable from it."""

    @abstractmethod
    def evaluate(self, node: ast.expr | None, scope: Scope) -> Value:
        """What an expression stands for."""

    @abstractmethod
    def lookup(self, name: str, scope: Scope) -> Value:
        """A name as Python finds it."""

    @abstractmethod
    def attribute(self, value: Value, name: str) -> Value:
        """``value.name``."""

    @abstractmethod
    def call(self, value: Value, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        """``value(...)``; ``node`` is the call, or the decorator."""

    @abstractmethod
    def call_function(self, function: Function, arguments: Arguments) -> Value:
        """Follow the body of a function of the project."""

    @abstractmethod
    def execute(self, body: Sequence[ast.stmt], scope: Scope) -> Flow:
        """Follow statements in order, up to one after which the others are not reached."""

    @abstractmethod
    def bind(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Bind a value to a target of any form."""

    @abstractmethod
    def truth(self, test: ast.expr, scope: Scope) -> bool | None:
        """Whether a condition holds, None when that is not known."""

    @abstractmethod
    def import_name(self, dotted: str, importer: Module, level: int = 0) -> Value:
        """What ``import dotted`` gives: a module of the project, followed, or a foreign name."""

    @abstractmethod
    def decorator_name(self, node: ast.expr, scope: Scope) -> str:
        """Qualified name of a decorator as far as it is known, else its source."""

    @abstractmethod
    def run_import(self, node: ast.Import, scope: Scope) -> None:
        """``import a.b`` and ``import a.b as c``."""

    @abstractmethod
    def run_import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        """``from a import b``, ``from . import b``, ``from a import *``."""

    @abstractmethod
    def run_module(self, module: Module) -> Scope:
        """Follow a module once, its packages first, and give its names."""

    @contextmanager
    def maybe(self, condition: bool = True) -> Iterator[None]:
        """What happens inside happens only under some condition."""
        self.conditional += condition
        try:
            yield
        finally:
            self.conditional -= condition

    def is_conditional_for(self, owner: RouteOwner | None) -> bool:
        """Whether what is being followed may not happen although there is an application or blueprint."""
        return self.conditional > (owner.depth if owner is not None else 0)

    @property
    def is_conditional(self) -> bool:
        """Whether what is being followed may not happen."""
        return self.conditional > 0

    def step(self) -> bool:
        """Count one step; False when the program is longer than what is followed."""
        self.steps += 1
        return self.steps < LONGEST_RUN

    def canonical(self, name: str) -> str:
        """The name by which a foreign thing is known: aliases of the configuration applied, old import paths cut."""
        name = self.aliases.get(name, name)
        if name.startswith("flask.ext."):
            package, _, rest = name.removeprefix("flask.ext.").partition(".")
            return f"flask_{package}.{rest}" if rest else f"flask_{package}"
        return name

    def name_of(self, value: Value) -> str | None:
        """Qualified name of what a value was made of or is, as far as known."""
        match value:
            case Foreign(name=name):
                return self.canonical(name)
            case Function(key=key) | Class(key=key):
                return key.replace(":", ".")
            case Made(name=name):
                return name
            case RouteOwner(class_name=name):
                return name
        return None

    def mro(self, cls: Class) -> list[Class]:
        """A class and its bases inside the project, nearest first (depth first is exact for what views inherit)."""
        if cls.order is None:
            found = [cls]
            for base in cls.bases:
                if isinstance(base, Class):
                    found += [each for each in self.mro(base) if each not in found]
            cls.order = found
        return cls.order

    def foreign_bases(self, cls: Class) -> list[str]:
        """Names of the classes outside the project that a class inherits from, nearest first."""
        bases = [base for each in self.mro(cls) for base in each.bases]
        return [self.canonical(base.name) for base in bases if isinstance(base, Foreign)]

    def class_attribute(self, cls: Class, name: str) -> Value:
        """An attribute of a class or its bases in the project, UNKNOWN when none has it."""
        return next((each.attributes[name] for each in self.mro(cls) if name in each.attributes), UNKNOWN)


class Frame:
    """A function call that is being followed."""

    __slots__ = ("depth", "function", "scope")

    def __init__(self, function: Function, scope: Scope, depth: int) -> None:
        self.function = function
        self.scope = scope
        self.depth = depth
