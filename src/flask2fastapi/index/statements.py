"""Follow statements: the part of a program that sets up its application, not the bodies of its views."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from flask2fastapi.index.flow import Control
from flask2fastapi.index.values import Arguments, Class, Const, Decorator, Function, Scope
from flask2fastapi.index.world import Flow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flask2fastapi.index.modules import Modules
    from flask2fastapi.index.values import FunctionNode


class Statements(Control):
    """Statements of the language."""

    def __init__(self, modules: Modules, aliases: Mapping[str, str]) -> None:
        super().__init__(modules, aliases)
        self._kinds: dict[type[ast.stmt], Callable[[Any, Scope], Flow | None]] = {
            ast.Import: self.run_import,
            ast.ImportFrom: self.run_import_from,
            ast.FunctionDef: self._define,
            ast.AsyncFunctionDef: self._define,
            ast.ClassDef: self._define_class,
            ast.Expr: self._expression,
            ast.Assign: lambda node, scope: self.assign(node.targets, node.value, scope),
            ast.AnnAssign: self._annotated,
            ast.AugAssign: lambda node, scope: self.extend(node.target, node.value, node.op, scope),
            ast.Return: self._return,
            ast.Raise: lambda _, __: Flow.LEAVE,
            ast.Continue: lambda _, __: Flow.CONTINUE,
            ast.Break: lambda _, __: Flow.BREAK,
            ast.Global: lambda node, scope: self.declare(node.names, False, scope),
            ast.Nonlocal: lambda node, scope: self.declare(node.names, True, scope),
            ast.For: self.loop,
            ast.AsyncFor: self.loop,
            ast.If: self.branch,
            ast.While: self._while,
            ast.Try: self.attempt,
            ast.TryStar: self.attempt,
            ast.With: self.manage,
            ast.AsyncWith: self.manage,
            ast.Match: self.match,
        }

    def execute(self, body: Sequence[ast.stmt], scope: Scope) -> Flow:
        """Follow statements in order, up to one after which the others are not reached."""
        for statement in body:
            if not self.step():
                return Flow.LEAVE
            kind = self._kinds.get(statement.__class__)
            flow = kind(statement, scope) if kind is not None else None
            if flow is not None and flow is not Flow.NEXT:
                return flow
        return Flow.NEXT

    def _expression(self, node: ast.Expr, scope: Scope) -> None:
        if node.value.__class__ is not ast.Constant:  # documentation
            self.evaluate(node.value, scope)

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self.assign([node.target], node.value, scope)

    def _return(self, node: ast.Return, scope: Scope) -> Flow:
        self.hints.append("")
        scope.returned.append(self.evaluate(node.value, scope) if node.value else Const(None))
        self.hints.pop()
        return Flow.LEAVE

    def _while(self, node: ast.While, scope: Scope) -> None:
        with self.maybe():
            self.execute(node.body, scope)
            self.execute(node.orelse, scope)

    def _define(self, node: FunctionNode, scope: Scope) -> None:
        function = Function(self._key(scope, node.name), node.name, node, scope)
        self.functions.append(function)
        decorators = [
            Decorator(self.evaluate(each, scope), self.decorator_name(each, scope), each)
            for each in node.decorator_list
        ]
        function.decorators = decorators
        for decorator in reversed(decorators):
            self._decorate(function, decorator, scope)
        scope.names[node.name] = function

    def _decorate(self, decorated: Function | Class, decorator: Decorator, scope: Scope) -> None:
        decorator.routes = getattr(decorator.value, "routes", False)
        result = self.call(decorator.value, Arguments([decorated]), decorator.node, scope)
        decorator.made = result
        if not isinstance(decorated, Function) or not isinstance(result, Function) or result is decorated:
            return
        decorated.name = result.name

    def _define_class(self, node: ast.ClassDef, scope: Scope) -> None:
        inner = Scope(scope.module, {}, scope, _nested(scope, node.name), is_class=True)
        cls = Class(self._key(scope, node.name), node.name, node, scope, [self.evaluate(b, scope) for b in node.bases])
        cls.attributes = inner.names
        scope.names[node.name] = cls  # methods that register things on import may name it
        self.recorder.classes[cls.key] = cls
        self.execute(node.body, inner)
        cls.attributes = inner.names
        cls.decorators = [
            Decorator(self.evaluate(each, scope), self.decorator_name(each, scope), each)
            for each in node.decorator_list
        ]
        for decorator in reversed(cls.decorators):
            self._decorate(cls, decorator, scope)

    def decorator_name(self, node: ast.expr, scope: Scope) -> str:
        """Qualified name of a decorator as far as it is known, else its source."""
        called = node.func if isinstance(node, ast.Call) else node
        return self.dotted(called, scope)

    def _key(self, scope: Scope, name: str) -> str:
        return f"{scope.module.name}:{_nested(scope, name)}"


def _nested(scope: Scope, name: str) -> str:
    """Python's ``__qualname__`` of what is defined in a scope."""
    if not scope.qualname:
        return name
    return f"{scope.qualname}.{name}" if scope.is_class else f"{scope.qualname}.<locals>.{name}"
