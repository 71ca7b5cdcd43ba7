"""What the names and attributes in one function mean."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.body_uses import Uses
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

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.scanned import Body as ScannedBody

# tuples: a union in ``isinstance`` would be made anew at each call, and this is asked of every name
_WITH_MEMBERS = (Foreign, ModuleValue, Class)
_WITH_METHODS = (Made, RouteOwner, Instance, Method)
LITERAL = (Const, Items, Pairs)
_NOT_ASKED = Value()


class Names(Uses):
    """The names of one function; ``rebound`` are variables of its module that functions assign."""

    def __init__(self, world: Program, module: Module, scanned: ScannedBody, rebound: frozenset[str]) -> None:
        super().__init__(world, module)
        self._scope = world.run_module(module)
        self.scanned = scanned
        self._local: Mapping[str, ast.Import | ast.ImportFrom | None] = scanned.local_names()
        self._enclosing = frozenset(scanned.around())
        self._resolved: dict[int, Value | None] = {}
        """By the identity of the node; of the names that are local now."""
        self.rebound = rebound
        self._receiver = scanned.receiver()
        self.classes: Sequence[Class] = ()
        """The class views whose objects its first argument stands for."""

    def resolve(self, node: ast.expr) -> Value | None:
        """What a name or a chain of attributes means; None when it is local, or something that is worked out."""
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return None
        known = self._resolved.get(id(node), _NOT_ASKED)
        if known is _NOT_ASKED:
            known = self._resolved[id(node)] = self._resolve(node)
        return known

    def _resolve(self, node: ast.Name | ast.Attribute) -> Value | None:
        if isinstance(node, ast.Name):
            name = node.id
            if name in self._local:
                imported = self._local[name]
                return self._imported(imported) if imported else None
            return self._around(name) if name in self._enclosing else self._global(name)
        if self.classes and isinstance(node.value, ast.Name) and node.value.id == self._receiver:
            return self._own_attribute(node)
        value = self.resolve(node.value)
        if value is None:
            return None
        if isinstance(value, _WITH_MEMBERS):
            return self.world.attribute(value, node.attr)
        return Method(value, node.attr) if isinstance(value, _WITH_METHODS) else None

    def _own_attribute(self, node: ast.Attribute) -> Value | None:
        """An attribute of a view's class."""
        found = [self.world.class_attribute(each, node.attr) for each in self.classes]
        if all(each is found[0] for each in found):
            return found[0]
        if all(isinstance(each, LITERAL) for each in found):
            return Made("builtins.object", Arguments())  # one of them
        for each in found:
            self.use(node, each)
        if not all(isinstance(each, Function) for each in found):
            self.block("class-view", f"`{ast.unparse(node)}` is not the same for all that inherit it", node)
        return found[0]

    def foreign(self, node: ast.expr) -> str | None:
        """Qualified name of something from outside the project, None for all else."""
        value = self.resolve(node)
        return self.world.canonical(value.name) if isinstance(value, Foreign) else None

    def _around(self, name: str) -> Value | None:
        """What the function around this one imports; of its other names nothing is known."""
        holder = self.scanned.holder(name)
        binding = holder.bound[name] if holder is not None else None
        return self._imported(binding) if isinstance(binding, (ast.Import, ast.ImportFrom)) else None

    def _global(self, name: str) -> Value | None:
        value = self.world.lookup(name, self._scope)
        if name in self.rebound and isinstance(value, LITERAL):
            return Made("builtins.object", Arguments())  # anything by now
        return value

    def _imported(self, node: ast.Import | ast.ImportFrom) -> Value | None:
        scope = type(self._scope)(self.module, {}, None, "")
        if isinstance(node, ast.Import):
            self.world.run_import(node, scope)
        else:
            self.world.run_import_from(node, scope)
        return next(iter(scope.names.values()), None) if len(scope.names) == 1 else None
