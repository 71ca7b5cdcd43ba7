"""Bind names, attributes and items to values."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.folding import as_key, elements
from flask2fastapi.index.imports import Imports
from flask2fastapi.index.values import (
    UNKNOWN,
    Class,
    Config,
    Const,
    Function,
    Instance,
    Made,
    ModuleValue,
    Pairs,
    RouteOwner,
    Scope,
    Value,
    string,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


class Binding(Imports):
    """Assignments."""

    def assign(self, targets: Sequence[ast.expr], node: ast.expr, scope: Scope) -> None:
        """``targets[0] = targets[1] = … = node``."""
        self.hints.append(_label(targets[0]))
        value = self.evaluate(node, scope)
        self.hints.pop()
        for target in targets:
            self.bind(target, value, scope)

    def extend(self, target: ast.expr, node: ast.expr, op: ast.operator, scope: Scope) -> None:
        """``target += node``."""
        joined = ast.copy_location(ast.BinOp(_loaded(target), op, node), node)
        self.bind(target, self.evaluate(joined, scope), scope)

    def declare(self, names: Sequence[str], nonlocal_: bool, scope: Scope) -> None:
        """``global name`` and ``nonlocal name``."""
        module = self.scopes.get(scope.module.path)
        for name in names:
            at = scope.parent if nonlocal_ else module
            while nonlocal_ and at is not None and name not in at.names:
                at = at.parent
            if at is not None and at is not scope:
                scope.elsewhere[name] = at

    def bind(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Bind a value to a target of any form."""
        match target:
            case ast.Name(id=name):
                scope.elsewhere.get(name, scope).names[name] = value
                if scope.turns:
                    scope.given.add(name)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                items = elements(value)
                known = items if items is not None and len(items) == len(targets) else None
                for index, each in enumerate(targets):
                    self.bind(each, known[index] if known else UNKNOWN, scope)
            case ast.Attribute(value=owner, attr=name):
                self.set_attribute(self.evaluate(owner, scope), name, value)
            case ast.Subscript(value=owner, slice=key):
                self.set_item(self.evaluate(owner, scope), self.evaluate(key, scope), value, target, scope)

    def set_attribute(self, owner: Value, name: str, value: Value) -> None:
        """``owner.name = value``."""
        match owner:
            case Instance() | RouteOwner() | Made() | Class():
                owner.attributes[name] = value
                if isinstance(owner, RouteOwner):
                    self.recorder.assigned(owner, name)
            case ModuleValue(module=module):
                self.run_module(module).names[name] = value
            case Function() if name == "methods":
                owner.methods = value
            case Function() if name == "__name__":
                owner.name = string(value) or owner.name

    def set_item(self, owner: Value, key: Value, value: Value, node: ast.expr, scope: Scope) -> None:  # noqa: ARG002
        """``owner[key] = value``; who overrides this wants to know where that stands."""
        match owner:
            case Pairs(pairs=pairs) if (known := as_key(key)) is not UNKNOWN:
                pairs[known] = value
            case Pairs():
                owner.complete = False
            case Config(owner=app) if isinstance(key, Const):
                app.config[str(key.value)] = value
            case ModuleValue():  # globals()["name"] = value
                self.set_attribute(owner, string(key) or "", value)


def _label(target: ast.expr) -> str:
    """The text of a variable or attribute that is assigned to, "" for other targets."""
    names: list[str] = []
    while isinstance(target, ast.Attribute):
        names.append(target.attr)
        target = target.value
    return ".".join([target.id, *reversed(names)]) if isinstance(target, ast.Name) else ""


def _loaded(target: ast.expr) -> ast.expr:
    match target:
        case ast.Name(id=name):
            return ast.copy_location(ast.Name(name, ast.Load()), target)
        case ast.Attribute(value=value, attr=attr):
            return ast.copy_location(ast.Attribute(value, attr, ast.Load()), target)
    return target
