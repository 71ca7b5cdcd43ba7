"""Read the body of a function: what it uses of the project, of Flask and of others, and whether it may block."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, ClassVar

from flask2fastapi.index.local_meanings import LITERAL, Names
from flask2fastapi.index.meanings import SAFE_BUILTINS, SAFE_MODULES
from flask2fastapi.index.nodes import FIELDS, LEAVES, every_node
from flask2fastapi.index.swaps import QUICK
from flask2fastapi.index.values import (
    Foreign,
    Function,
    Method,
    RouteOwner,
    Value,
)
from flask2fastapi.model.views import BodyFact, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.scanned import Body as ScannedBody
    from flask2fastapi.index.shapes import Shapes
    from flask2fastapi.index.values import FunctionNode

_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_MAY_BLOCK = (ast.With, ast.AsyncWith, ast.AsyncFor, ast.Await, ast.Yield, ast.YieldFrom, ast.Import, ast.ImportFrom)


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
        self.node = node
        self.blocks = isinstance(node, ast.AsyncFunctionDef)
        self.shapes: Shapes | None = None

    def read(self) -> None:
        """Read the body; decorators and defaults belong to what is around the function."""
        for statement in self.node.body:
            self.walk(statement)

    def fact(self) -> BodyFact:
        """What was read."""
        blockers, swaps = dict.fromkeys(self.blockers), dict.fromkeys(self.swaps)
        return BodyFact(
            self.key, frozenset(self.calls), tuple(blockers), self.blocks, tuple(swaps), frozenset(self.rare)
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
            self.suspect(node)
        elif name in self._enclosing and name not in self._local:
            self.blocks = True
        else:
            self.use(node, self.resolve(node))

    def suspect(self, node: ast.expr) -> None:
        """What nobody knows may be anything, also an object that asks a database when it is looked at."""
        if not self.blocks:
            self.blocks = self.shapes is None or self.shapes.of(node).kind is Kind.UNKNOWN

    def meaning(self, node: ast.expr) -> Value | None:
        """What an expression means to the general reading; views know better of parts that they convert."""
        return self.resolve(node)

    def _attribute(self, node: ast.Attribute) -> None:
        value = self.meaning(node)
        if value is not None:
            self.use(node, value)
        else:
            self.note(node)
            self.walk(node.value)
            self.suspect(node.value)

    def _call(self, node: ast.Call) -> None:
        value = self.meaning(node.func)
        if value is None and isinstance(node.func, ast.Attribute):
            self.note(node.func)
            self.walk(node.func.value)
            self.suspect(node.func.value)
        elif isinstance(value, Method) and isinstance(value.receiver, LITERAL):
            pass  # a method of a literal
        else:
            self.called = node.func
            self.walk(node.func)
            self.blocks |= not self._is_quick(value)
        self.walk_arguments(node)

    def walk_arguments(self, node: ast.Call) -> None:
        """Read what a call is given."""
        for argument in node.args:
            if argument.__class__ is not ast.Constant:
                self.walk(argument)
        for keyword in node.keywords:
            if keyword.value.__class__ is not ast.Constant:
                self.walk(keyword.value)

    def _loop(self, node: ast.For | ast.comprehension) -> None:
        self.suspect(node.iter)
        self.below(node)

    def _blocking(self, node: ast.AST) -> None:
        self.blocks = True
        self.below(node)

    def _is_quick(self, value: Value | None) -> bool:
        """Whether calling something cannot block; functions of the project are asked on their own."""
        if isinstance(value, Method) and isinstance(value.receiver, RouteOwner):
            return f"flask.current_app.{value.name}" in QUICK
        if isinstance(value, Foreign):
            name = self.world.canonical(value.name)
            builtin = name.removeprefix("builtins.")
            return builtin in SAFE_BUILTINS if builtin != name else name.startswith(SAFE_MODULES) or name in QUICK
        return isinstance(value, Function)

    def _nested(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef) -> None:
        """A function inside: its own names are hidden while it is read, and what calls it is not known."""
        self.blocks = True
        kept = self._local
        inside = every_node(node)
        names = {arg.arg for arg in inside if isinstance(arg, ast.arg)}
        names |= {each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        self._local, self._resolved = {**kept, **dict.fromkeys(names)}, {}
        self.below(node)
        self._local, self._resolved = kept, {}

    kinds: ClassVar[Mapping[type[ast.AST], Callable[[Any, Any], None]]] = {
        **dict.fromkeys(_MAY_BLOCK, _blocking),
        **dict.fromkeys(_NESTED, _nested),
        **dict.fromkeys((ast.For, ast.comprehension), _loop),
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Call: _call,
    }
    """What reads the nodes of a class; of all others only what is below them is read."""
