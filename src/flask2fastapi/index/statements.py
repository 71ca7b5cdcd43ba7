"""Follow statements: the part of a program that sets up its application, not the bodies of its views."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.imports import Imports
from flask2fastapi.index.values import (
    UNKNOWN,
    Arguments,
    Class,
    Config,
    Const,
    Decorator,
    Function,
    Instance,
    Items,
    Made,
    ModuleValue,
    Pairs,
    RouteOwner,
    Scope,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask2fastapi.index.values import FunctionNode

MOST_TURNS = 200
"""Turns of a loop over a literal list that are followed."""


class Statements(Imports):
    """Statements of the language; both branches of a condition are followed."""

    def execute(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        """Follow statements in order."""
        for statement in body:
            if not self.step():
                return
            self._statement(statement, scope)

    def _statement(self, statement: ast.stmt, scope: Scope) -> None:
        match statement:
            case ast.Import():
                self.run_import(statement, scope)
            case ast.ImportFrom():
                self.run_import_from(statement, scope)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._define(statement, scope)
            case ast.ClassDef():
                self._define_class(statement, scope)
            case ast.Expr(value=value):
                self.evaluate(value, scope)
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, value, scope)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign([target], value, scope)
            case ast.AugAssign(target=target, value=value):
                self._extend(target, value, scope)
            case ast.Return(value=value):
                self.hints.append("")
                scope.returned.append(self.evaluate(value, scope) if value else Const(None))
                self.hints.pop()
            case ast.For() | ast.AsyncFor():
                self._loop(statement, scope)
            case _:
                self._compound(statement, scope)

    def _compound(self, statement: ast.stmt, scope: Scope) -> None:
        match statement:
            case ast.If(test=test, body=body, orelse=orelse):
                self._branch(test, body, orelse, scope)
            case ast.While(body=body, orelse=orelse):
                with self.maybe():
                    self.execute([*body, *orelse], scope)
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                self.execute(body, scope)
                self.execute(orelse, scope)
                with self.maybe():
                    for handler in handlers:
                        self._fall_back(handler.body, scope)
                self.execute(final, scope)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    value = self.evaluate(item.context_expr, scope)
                    if item.optional_vars is not None:
                        self.bind(item.optional_vars, value, scope)
                self.execute(body, scope)
            case ast.Match(cases=cases):
                with self.maybe():
                    for case in cases:
                        self.execute(case.body, scope)

    def _branch(self, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt], scope: Scope) -> None:
        known = self.truth(test, scope)
        if _type_checking(test):
            return self.execute([*body, *orelse], scope)
        before = dict(scope.names)
        if known is not None:
            # The other branch may be taken in another call: what it registers counts, what it binds does not.
            with self.maybe():
                self.execute(orelse if known else body, scope)
            scope.names = before
            return self.execute(body if known else orelse, scope)
        if _main_guard(test):
            with self.maybe():
                self.execute(body, scope)
            scope.names = before  # who imports the module finds none of it
            return None
        with self.maybe():
            self.execute(body, scope)
            after, scope.names = scope.names, dict(before)
            self.execute(orelse, scope)
        # Where the branches disagree, what is known wins: an unknown value hides routes.
        scope.names = {**scope.names, **{n: v for n, v in after.items() if v is not UNKNOWN and v is not before.get(n)}}
        return None

    def truth(self, test: ast.expr, scope: Scope) -> bool | None:
        """Whether a condition holds, None when that is not known."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.truth(operand, scope)
                return None if inner is None else not inner
            case ast.Compare(left=left, ops=[op], comparators=[right]) if not _main_guard(test):
                return _compared(self.evaluate(left, scope), op, self.evaluate(right, scope))
        value = self.evaluate(test, scope)
        if isinstance(value, Const) and isinstance(test, ast.Constant | ast.Name):
            return bool(value.value)
        return None

    def _fall_back(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        """An ``except`` block: what it binds counts only where the ``try`` bound nothing known."""
        kept = {name: value for name, value in scope.names.items() if value is not UNKNOWN}
        self.execute(body, scope)
        scope.names.update(kept)

    def _loop(self, loop: ast.For | ast.AsyncFor, scope: Scope) -> None:
        iterable = self.evaluate(loop.iter, scope)
        if isinstance(iterable, Items) and len(iterable.items) <= MOST_TURNS:
            for item in iterable.items:
                self.bind(loop.target, item, scope)
                self.execute(loop.body, scope)
        else:
            with self.maybe():
                self.bind(loop.target, UNKNOWN, scope)
                self.execute(loop.body, scope)
        self.execute(loop.orelse, scope)

    def _assign(self, targets: Sequence[ast.expr], node: ast.expr, scope: Scope) -> None:
        self.hints.append(ast.unparse(targets[0]) if isinstance(targets[0], ast.Name | ast.Attribute) else "")
        value = self.evaluate(node, scope)
        self.hints.pop()
        for target in targets:
            self.bind(target, value, scope)

    def bind(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Bind a value to a target of any form."""
        match target:
            case ast.Name(id=name):
                scope.names[name] = value
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                items = value.items if isinstance(value, Items) and len(value.items) == len(elements) else None
                for index, element in enumerate(elements):
                    self.bind(element, items[index] if items else UNKNOWN, scope)
            case ast.Attribute(value=owner, attr=name):
                self._set(self.evaluate(owner, scope), name, value)
            case ast.Subscript(value=owner, slice=key):
                self._set_item(self.evaluate(owner, scope), self.evaluate(key, scope), value)

    def _set(self, owner: Value, name: str, value: Value) -> None:
        match owner:
            case Instance() | RouteOwner() | Made() | Class():
                owner.attributes[name] = value
                if isinstance(owner, RouteOwner):
                    self.recorder.assigned(owner, name)
            case ModuleValue(module=module):
                self.run_module(module).names[name] = value
            case Function() if name == "methods":
                owner.methods = value

    def _set_item(self, owner: Value, key: Value, value: Value) -> None:
        if not isinstance(key, Const):
            return
        if isinstance(owner, Pairs):
            owner.pairs[key.value] = value
        elif isinstance(owner, Config):
            owner.owner.config[str(key.value)] = value

    def _extend(self, target: ast.expr, node: ast.expr, scope: Scope) -> None:
        """``+=``: on lists of routes and on strings."""
        joined = self.evaluate(ast.copy_location(ast.BinOp(_loaded(target), ast.Add(), node), node), scope)
        self.bind(target, joined, scope)

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
        if not isinstance(decorated, Function) or not isinstance(result, Function) or result is decorated:
            return
        if result.wrapped is None and not isinstance(result.node, ast.Lambda):
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


def _type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _main_guard(test: ast.expr) -> bool:
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return True
    return False


def _compared(left: Value, op: ast.cmpop, right: Value) -> bool | None:
    if not isinstance(left, Const) or not isinstance(right, Const):
        return None
    match op:
        case ast.Is() | ast.Eq():
            return left.value == right.value
        case ast.IsNot() | ast.NotEq():
            return left.value != right.value
    return None


def _loaded(target: ast.expr) -> ast.expr:
    match target:
        case ast.Name(id=name):
            return ast.copy_location(ast.Name(name, ast.Load()), target)
        case ast.Attribute(value=value, attr=attr):
            return ast.copy_location(ast.Attribute(value, attr, ast.Load()), target)
    return target
