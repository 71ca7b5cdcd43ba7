"""Read the body of a function: what it uses of the project, of Flask and of others, and whether it may block."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.body_uses import Uses
from flask2fastapi.index.meanings import SAFE_BUILTINS, SAFE_MODULES
from flask2fastapi.index.nodes import children, every_node
from flask2fastapi.index.swaps import QUICK
from flask2fastapi.index.values import (
    Arguments,
    Class,
    Const,
    Foreign,
    Function,
    Instance,
    Items,
    Made,
    Method,
    ModuleValue,
    Pairs,
    RouteOwner,
    Value,
)
from flask2fastapi.model.views import BodyFact, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.scan import Body as ScannedBody
    from flask2fastapi.index.shapes import Shapes
    from flask2fastapi.index.values import FunctionNode

_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_MAY_BLOCK = (ast.With, ast.AsyncWith, ast.AsyncFor, ast.Await, ast.Yield, ast.YieldFrom, ast.Import, ast.ImportFrom)


class Body(Uses):
    """The body of one function; ``read`` walks it once."""

    taken: frozenset[type[ast.AST]] = frozenset()
    """Classes of the nodes that `special` is asked about."""

    def __init__(
        self,
        world: Program,
        module: Module,
        scanned: ScannedBody,
        node: FunctionNode,
        rebound: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(world, module)
        self.key = scanned.key
        self.node = node
        self._scope = world.run_module(module)
        self._local: Mapping[str, ast.Import | ast.ImportFrom | None] = scanned.local_names()
        self._enclosing = frozenset(scanned.around())
        self._resolved: dict[int, Value | None] = {}
        """By the identity of the node; of the names that are local now."""
        self.rebound = rebound
        self.blocks = isinstance(node, ast.AsyncFunctionDef)
        self.shapes: Shapes | None = None

    def read(self) -> None:
        """Read the body; decorators and defaults belong to what is around the function."""
        for statement in self.node.body:
            self.walk(statement)

    def fact(self) -> BodyFact:
        """What was read."""
        blockers, swaps = dict.fromkeys(self.blockers), dict.fromkeys(self.swaps)
        return BodyFact(self.key, frozenset(self.calls), tuple(blockers), self.blocks, tuple(swaps))

    def walk(self, node: ast.AST) -> None:
        """Read one node and what is below it."""
        if node.__class__ not in self.taken or not self.special(node):
            self.walk_plainly(node)

    def walk_plainly(self, node: ast.AST) -> None:
        """Read a node that nothing special is known about."""
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                self._name(node, node.id)
        elif isinstance(node, ast.Attribute):
            self._attribute(node)
        elif isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, _NESTED):
            self._nested(node)
        else:
            if isinstance(node, ast.For | ast.comprehension):
                self.suspect(node.iter)
            self.blocks |= isinstance(node, _MAY_BLOCK)
            self.below(node)

    def below(self, node: ast.AST) -> None:
        """Read what is below a node."""
        for child in children(node):
            self.walk(child)

    def special(self, node: ast.AST) -> bool:
        """Take a node out of the general reading; views do it for what can be converted."""
        del node
        return False

    def resolve(self, node: ast.expr) -> Value | None:
        """What a name or a chain of attributes means; None when it is local, or something that is worked out."""
        if not isinstance(node, ast.Name | ast.Attribute):
            return None
        known = id(node)
        if known not in self._resolved:
            self._resolved[known] = self._resolve(node)
        return self._resolved[known]

    def _resolve(self, node: ast.Name | ast.Attribute) -> Value | None:
        match node:
            case ast.Name(id=name):
                if name in self._local:
                    imported = self._local[name]
                    return self._imported(imported) if imported else None
                return None if name in self._enclosing else self._global(name)
            case ast.Attribute(value=owner, attr=name):
                value = self.resolve(owner)
                if isinstance(value, Foreign | ModuleValue | Class):
                    return self.world.attribute(value, name)
                return Method(value, name) if isinstance(value, Made | RouteOwner | Instance | Method) else None

    def foreign(self, node: ast.expr) -> str | None:
        """Qualified name of something from outside the project, None for all else."""
        value = self.resolve(node)
        return self.world.canonical(value.name) if isinstance(value, Foreign) else None

    def _global(self, name: str) -> Value | None:
        value = self.world.lookup(name, self._scope)
        if name in self.rebound and isinstance(value, Const | Items | Pairs):
            return Made("builtins.object", Arguments())  # anything by now
        return value

    def _imported(self, node: ast.Import | ast.ImportFrom) -> Value | None:
        scope = type(self._scope)(self.module, {}, None, "")
        if isinstance(node, ast.Import):
            self.world.run_import(node, scope)
        else:
            self.world.run_import_from(node, scope)
        return next(iter(scope.names.values()), None) if len(scope.names) == 1 else None

    def _name(self, node: ast.Name, name: str) -> None:
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
            self.walk(node.value)
            self.suspect(node.value)

    def _call(self, node: ast.Call) -> None:
        value = self.meaning(node.func)
        if value is None and isinstance(node.func, ast.Attribute):
            self.walk(node.func.value)
            self.suspect(node.func.value)
        elif isinstance(value, Method) and isinstance(value.receiver, Const | Items | Pairs):
            pass  # a method of a literal
        else:
            self.called = node.func
            self.walk(node.func)
            self.blocks |= not self._is_quick(value)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            self.walk(argument)

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
