"""Read the body of a function: what it uses of the project, of Flask and of others, and whether it may block."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, ClassVar

from flask2fastapi.index.closures import is_plain
from flask2fastapi.index.local_meanings import LITERAL, Names
from flask2fastapi.index.nodes import FIELDS, LEAVES, every_node
from flask2fastapi.index.swaps import QUICK
from flask2fastapi.index.values import (
    Class,
    Const,
    Instance,
    Items,
    Method,
    Pairs,
    RouteOwner,
    Value,
)
from flask2fastapi.model.bodies import BodyFact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.scanned import Body as ScannedBody
    from flask2fastapi.index.values import FunctionNode

_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_AWAITING = (ast.AsyncWith, ast.AsyncFor, ast.Await)


class Body(Names):
    """The body of one function; ``read`` walks it once."""

    def __init__(
        self,
        world: Program,
        module: Module,
        scanned: ScannedBody,
        node: FunctionNode,
        rebound: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(world, module, scanned, rebound)
        self.key = scanned.key
        self.is_closure = False
        """Whether it stands in a factory that declares routes."""
        self.node = node
        self._inner_names = scanned.bound
        self.asked: dict[str, int] = {}
        self.looked: set[str] = set()

    def read(self) -> None:
        """Read the body; decorators and defaults belong to what is around the function."""
        if isinstance(self.node, ast.AsyncFunctionDef):
            self.wait("it is a coroutine already", self.node)
        for default in (*self.node.args.defaults, *self.node.args.kw_defaults):
            if default is not None and not isinstance(default, ast.Constant | ast.List | ast.Dict | ast.Tuple):
                self.wait("whether $, a default, blocks is not known", default)
        for statement in self.node.body:
            self.walk(statement)

    def fact(self) -> BodyFact:
        """What was read."""
        blockers, swaps = dict.fromkeys(self.blockers), dict.fromkeys(self.swaps)
        return BodyFact(
            key=self.key,
            calls=frozenset(self.calls),
            blockers=tuple(blockers),
            waits=tuple(self.waits.values()),
            classes=frozenset(self.objects),
            held=frozenset(self.held),
            writers=frozenset(self.writers),
            asked=tuple(self.asked.items()),
            looked=frozenset(self.looked),
            swaps=tuple(swaps),
            rare=frozenset(self.rare),
        )

    def walk(self, node: ast.AST) -> None:
        """Read one node and what is below it."""
        kind = self.kinds.get(node.__class__)
        if kind is not None:
            kind(self, node)
        else:
            self.below(node)

    def walk_plainly(self, node: ast.AST) -> None:
        """Read a node as in a function that is no view."""
        kind = Body.kinds.get(node.__class__)
        if kind is not None:
            kind(self, node)
        else:
            self.below(node)

    def below(self, node: ast.AST) -> None:
        """Read what is below a node; this goes over all functions, so it does without `children`."""
        kinds, leaves = self.kinds, LEAVES
        for name in FIELDS.get(node.__class__, ()):
            value: Any = getattr(node, name, None)
            for child in value if value.__class__ is list else (value,):
                cls = child.__class__
                if cls not in leaves:
                    kind = kinds.get(cls)
                    if kind is not None:
                        kind(self, child)
                    else:
                        self.below(child)

    def _name(self, node: ast.Name) -> None:
        name = node.id
        if node.ctx.__class__ is not ast.Load:
            return
        if name in self._local and self._local[name] is None:
            return  # it holds what was made, given or asked for in a function that is read
        if name in self._enclosing and name not in self._local and self.resolve(node) is None:
            self._enclosed(node)
        else:
            self.use(node, self.resolve(node))

    def _enclosed(self, node: ast.Name) -> None:
        """A name of the function around this one."""
        holder = self.scanned.holder(node.id)
        binding = holder.bound[node.id] if holder is not None else None
        if isinstance(binding, str) and self.is_closure:
            self.calls.add(binding)
            return
        self.wait("whether $ of the function around it blocks is not known", node)
        if self.is_closure and (holder is None or not is_plain(holder, node.id, self.foreign)):
            self.bind("closure-view", f"it uses `{node.id}` of the function around it", node)

    def meaning(self, node: ast.expr) -> Value | None:
        """What an expression means to the general reading; views know better of parts that they convert."""
        return self.resolve(node)

    def _attribute(self, node: ast.Attribute) -> None:
        value = self.meaning(node)
        if value is not None:
            self.use(node, value)
        else:
            self.note(node)
            self.looked.add(node.attr)
            self.walk(node.value)

    def _call(self, node: ast.Call) -> None:
        value = self.meaning(node.func)
        if value is None and isinstance(node.func, ast.Attribute):
            self.note(node.func)
            self.asked.setdefault(node.func.attr, node.lineno)
            self.walk(node.func.value)
        elif isinstance(value, Method) and isinstance(value.receiver, LITERAL):
            pass  # a method of a literal
        else:
            self.called = node.func
            self.walk(node.func)
            self._runs(node.func, value)
        self.walk_arguments(node)

    def walk_arguments(self, node: ast.Call) -> None:
        """Read what a call is given."""
        for argument in node.args:
            if argument.__class__ is not ast.Constant:
                self.walk(argument)
        for keyword in node.keywords:
            if keyword.value.__class__ is not ast.Constant:
                self.walk(keyword.value)

    def _awaiting(self, node: ast.AST) -> None:
        self.wait("it awaits something", node)
        self.below(node)

    def _runs(self, func: ast.expr, value: Value | None) -> None:
        """What is called: names from outside were judged when they were read, functions are asked on their own."""
        match value:
            case None if isinstance(func, ast.Name) and isinstance(self._inner_names.get(func.id), str):
                pass  # a function inside this one, which is read with it
            case None | Items() | Pairs() | Const():
                self.wait("whether calling $ blocks is not known", func)
            case Method(name=name) if isinstance(_first(value), Instance | Class):
                self.asked.setdefault(name, func.lineno)
            case Method(receiver=RouteOwner(), name=name) if f"flask.current_app.{name}" not in QUICK:
                self.wait("whether calling $ blocks is not known", func)

    def _nested(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef) -> None:
        """A function inside: its own names are hidden while it is read, and what calls it is not known."""
        if isinstance(node, ast.AsyncFunctionDef | ast.ClassDef):
            self.wait(f"it has a {'class' if isinstance(node, ast.ClassDef) else 'coroutine'} inside", node)
        kept = self._local
        inside = every_node(node)
        names = {arg.arg for arg in inside if isinstance(arg, ast.arg)}
        names |= {each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        self._local, self._resolved = {**kept, **dict.fromkeys(names)}, {}
        self.below(node)
        self._local, self._resolved = kept, {}

    kinds: ClassVar[Mapping[type[ast.AST], Callable[[Any, Any], None]]] = {
        **dict.fromkeys(_AWAITING, _awaiting),
        **dict.fromkeys(_NESTED, _nested),
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Call: _call,
    }
    """What reads the nodes of a class; of all others only what is below them is read."""


def _first(value: Value) -> Value:
    """What a chain of attributes begins with."""
    while isinstance(value, Method):
        value = value.receiver
    return value
