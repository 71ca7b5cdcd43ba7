"""What an expression stands for when a program's set-up is followed: apps, blueprints, functions, classes, literals.

Values are mutable and compared by identity, as Python's own objects are; they never leave the index.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask2fastapi.index.modules import Module
    from flask2fastapi.model.location import Span

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True, eq=False)
class Value:
    """Anything; by itself: something that nothing is known of."""


UNKNOWN = Value()


@dataclass(slots=True, eq=False)
class Const(Value):
    """A string, number, boolean or None."""

    value: str | int | float | bool | bytes | None


@dataclass(slots=True, eq=False)
class Items(Value):
    """A list, tuple or set whose elements are known."""

    items: list[Value]


@dataclass(slots=True, eq=False)
class Pairs(Value):
    """A dictionary, by literal or by identity of its keys; ``complete`` unless an unknown one was merged into it."""

    pairs: dict[object, Value] = field(default_factory=dict)
    complete: bool = True


@dataclass(slots=True, eq=False)
class Scope:
    """The names of a module, class body or function call."""

    module: Module
    names: dict[str, Value] = field(default_factory=dict)
    parent: Scope | None = None
    qualname: str = ""
    """Of the function or class that it belongs to, "" for a module."""
    is_class: bool = False
    stars: list[str] = field(default_factory=list)
    """Foreign modules of which it imports everything."""
    returned: list[Value] = field(default_factory=list)
    """What the function call returned, on any path."""
    yielded: list[Value] = field(default_factory=list)
    """What the function call yielded."""
    given: set[str] = field(default_factory=set)
    """Names that stand for one thing in this call or turn of a loop: a condition on them has one outcome here."""
    defaulted: set[str] = field(default_factory=set)
    """Parameters that this call left at their defaults."""
    elsewhere: dict[str, Scope] = field(default_factory=dict)
    """Names declared ``global`` or ``nonlocal``, with the scope that they belong to."""
    turns: int = 0
    """Loops with known elements that are being followed."""


@dataclass(slots=True, eq=False)
class Function(Value):
    """A function of the project, or a lambda."""

    key: str
    name: str
    """Its ``__name__``: that of the wrapper where a decorator does not use ``functools.wraps``."""
    node: FunctionNode | ast.Lambda
    scope: Scope
    """Where it was defined."""
    decorators: list[Decorator] = field(default_factory=list)
    receiver: Value | None = None
    """``self`` or ``cls`` of a bound method."""
    methods: Value | None = None
    """An attribute ``methods`` set on the function, which Flask reads."""
    wrapped: Value | None = None
    """The view that it was made for by a decorator."""
    transparent: bool = False
    """Whether it took over the name and attributes of what it wraps, by ``functools.wraps``."""


@dataclass(slots=True, eq=False)
class Decorator:
    """A decorator as it stands on a function: its value, its name as far as known, and whether it registers a route."""

    value: Value
    name: str
    node: ast.expr
    routes: bool = False
    made: Value | None = None  # of the function that it stands on


@dataclass(slots=True, eq=False)
class Class(Value):
    """A class of the project."""

    key: str
    name: str
    node: ast.ClassDef
    scope: Scope
    bases: list[Value] = field(default_factory=list)
    attributes: dict[str, Value] = field(default_factory=dict)
    decorators: list[Decorator] = field(default_factory=list)
    order: list[Class] | None = None
    """Itself and its bases in the project, once that was asked for."""


@dataclass(slots=True, eq=False)
class Instance(Value):
    """An object of a project's class."""

    cls: Class
    attributes: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Super(Value):
    """``super()`` inside a method: attributes come from the bases."""

    cls: Class
    receiver: Value


@dataclass(slots=True, eq=False)
class Foreign(Value):
    """A name from outside the project: ``flask.Flask``."""

    name: str


@dataclass(slots=True, eq=False)
class Made(Value):
    """What calling a foreign name gave: ``flask_sqlalchemy.SQLAlchemy()``."""

    name: str
    arguments: Arguments
    attributes: dict[str, Value] = field(default_factory=dict)
    scope: Scope | None = None
    span: Span | None = None
    variable: str = ""
    cls: Class | None = None
    """The project's subclass that was called, if one was."""
    apps: list[RouteOwner] = field(default_factory=list)
    """Applications that its methods were given: ``db.init_app(app)``."""


@dataclass(slots=True, eq=False)
class ModuleValue(Value):
    """An imported module of the project."""

    module: Module


@dataclass(slots=True, eq=False)
class Folder(Value):
    """A folder of the project without ``__init__.py``, as a namespace package; ``importer`` is who names it."""

    name: str
    importer: Module


@dataclass(slots=True, eq=False)
class RouteOwner(Value):
    """An application, a blueprint, or an extension's object that holds routes as they do."""

    key: str
    class_name: str
    """Qualified name of the foreign class: ``flask.Flask``, ``flask_restful.Api``."""
    name: str = ""
    """A blueprint's or namespace's own name."""
    cls: Class | None = None
    attributes: dict[str, Value] = field(default_factory=dict)
    config: dict[str, Value] = field(default_factory=dict)
    is_app: bool = False
    arguments: Arguments | None = None
    children: list[RouteOwner] = field(default_factory=list)
    deferred: list[Value] = field(default_factory=list)
    """Functions given to ``Blueprint.record``: called when the blueprint gets onto an application."""
    depth: int = 0  # conditions under which the function was called that makes it: they hold for all that it holds


@dataclass(slots=True, eq=False)
class Context(Value):
    """``app.app_context()``: inside it ``current_app`` is known."""

    app: RouteOwner


@dataclass(slots=True, eq=False)
class Partial(Value):
    """``functools.partial(function, …)``."""

    function: Value
    arguments: Arguments


@dataclass(slots=True, eq=False)
class Config(Value):
    """The ``config`` of an application."""

    owner: RouteOwner


@dataclass(slots=True, eq=False)
class Method(Value):
    """A method, or attribute, of something foreign: ``app.route``, ``db.init_app``."""

    receiver: Value
    name: str


@dataclass(slots=True, eq=False)
class Action(Value):
    """Something of ours to call with one value: what ``app.route("/")`` or ``functools.wraps(f)`` return."""

    act: Callable[[Value], Value]
    routes: bool = False


@dataclass(slots=True, eq=False)
class ClassView(Value):
    """``SomeView.as_view("name")``, or what decorators of the project made of it."""

    cls: Class
    name: str
    arguments: Arguments | None = None


@dataclass(slots=True, eq=False)
class Arguments:
    """The arguments of a call; ``open`` when there is a ``*args`` or ``**kwargs`` that could not be read."""

    positional: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)
    open: bool = False
    unseen: bool = False
    """Whether this is no call that was seen, but stands for any: what has a default is taken to have it."""

    def get(self, position: int | None, name: str) -> Value | None:
        """An argument by position or name, None when it was not given."""
        if name in self.keywords:
            return self.keywords[name]
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None

    def text(self, position: int | None, name: str) -> str | None:
        """An argument that is a literal string, else None."""
        return string(self.get(position, name))

    def all(self) -> list[Value]:
        """All argument values."""
        return [*self.positional, *self.keywords.values()]

    def after(self, first: Arguments) -> Arguments:
        """These arguments after those that a partial function was made with."""
        keywords = {**first.keywords, **self.keywords}
        return Arguments([*first.positional, *self.positional], keywords, self.open or first.open)


def string(value: Value | None) -> str | None:
    """The string that a value is, else None."""
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def strings(value: Value | None) -> list[str] | None:
    """The strings that a literal list holds, None when it is no such list."""
    if not isinstance(value, Items):
        return None
    found = [string(item) for item in value.items]
    return [each for each in found if each is not None] if None not in found else None


def unwrapped(view: Value | None) -> Value | None:
    """The view inside what decorators made of it: ``login_required(View.as_view("x"))``."""
    while True:
        if isinstance(view, Function) and view.wrapped is not None:
            view = view.wrapped
        elif isinstance(view, Made) and view.arguments.positional:
            view = view.arguments.positional[0]
        elif isinstance(view, Partial):
            view = view.function
        else:
            return view
