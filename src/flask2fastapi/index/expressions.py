"""Evaluate expressions as far as setting up an application needs it."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from flask2fastapi.index.folding import LONGEST, binary, first_known, item
from flask2fastapi.index.values import (
    UNKNOWN,
    Arguments,
    Class,
    ClassView,
    Config,
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
    Scope,
    Super,
    Value,
)
from flask2fastapi.index.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable

_BUILTINS = frozenset(dir(builtins))


class Expressions(World):
    """Expressions; what cannot be known is UNKNOWN, never guessed."""

    def evaluate(self, node: ast.expr | None, scope: Scope) -> Value:  # noqa: C901 - one line for each kind
        """What an expression stands for."""
        match node:
            case ast.Constant(value=str() | int() | float() | bool() | bytes() | None as value):
                return Const(value)
            case ast.Name(id=name):
                return self.lookup(name, scope)
            case ast.Attribute(value=owner, attr=name):
                return self.attribute(self.evaluate(owner, scope), name)
            case ast.Call():
                return self._call(node, scope)
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                return Items(self._elements(elements, scope))
            case ast.Dict(keys=keys, values=values):
                return self._dict(keys, values, scope)
            case ast.JoinedStr(values=parts):
                return self._joined(parts, scope)
            case ast.BinOp(left=left, op=op, right=right):
                return binary(op, self.evaluate(left, scope), self.evaluate(right, scope))
            case ast.Subscript(value=owner, slice=key):
                return item(self.evaluate(owner, scope), self.evaluate(key, scope))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                known = self.truth(test, scope)
                if known is not None:
                    return self.evaluate(body if known else orelse, scope)
                return first_known(self.evaluate(body, scope), self.evaluate(orelse, scope))
            case ast.BoolOp(values=values):
                return first_known(*[self.evaluate(value, scope) for value in reversed(values)])
            case ast.NamedExpr(target=target, value=value):
                found = scope.names[target.id] = self.evaluate(value, scope)
                return found
            case _:
                return self._rare(node, scope)

    def _rare(self, node: ast.expr | None, scope: Scope) -> Value:
        match node:
            case ast.Lambda():
                return Function(f"{scope.module.name}:{scope.qualname or '<module>'}.<lambda>", "<lambda>", node, scope)
            case ast.Await(value=value) | ast.Starred(value=value):
                return self.evaluate(value, scope)
            case ast.ListComp(elt=element, generators=[single]) | ast.GeneratorExp(elt=element, generators=[single]):
                return self._comprehension(element, single, scope)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return Const(-number)
            case ast.Compare(left=left, comparators=others):
                for each in (left, *others):
                    self.evaluate(each, scope)
        return UNKNOWN

    def lookup(self, name: str, scope: Scope) -> Value:
        """A name as Python finds it: enclosing functions, not enclosing class bodies, the module, built-ins."""
        at: Scope | None = scope
        while at is not None:
            if name in at.names and (at is scope or not at.is_class):
                return at.names[name]
            at = at.parent
        module = self.scopes.get(scope.module.path)
        if module is not None and name in module.names:
            return module.names[name]
        if name in _BUILTINS:
            return Foreign(f"builtins.{name}")
        star = next((each for each in (module.stars if module else ()) if each.partition(".")[0] != ""), None)
        return Foreign(f"{star}.{name}") if star else UNKNOWN

    def attribute(self, value: Value, name: str) -> Value:
        """``value.name``."""
        match value:
            case ModuleValue():
                return self._module_attribute(value, name)
            case Foreign(name=base):
                return Foreign(f"{base}.{name}")
            case RouteOwner() if name == "config":
                return Config(value)
            case RouteOwner() | Made() | Instance():
                return self._object_attribute(value, name)
            case Class():
                found = self.class_attribute(value, name)
                if found is UNKNOWN and name == "__name__":
                    return Const(value.name)
                return Method(value, name) if found is UNKNOWN else self._bound_to_class(found, value)
            case Super(cls=cls, receiver=receiver):
                return self._super_attribute(cls, receiver, name)
            case Function(name=own) if name in {"__name__", "__doc__"}:
                return Const(own) if name == "__name__" else UNKNOWN
            case Function() | Method() | Const() | Items() | Pairs() | Config() | ClassView():
                return Method(value, name)
        return UNKNOWN

    def _module_attribute(self, value: ModuleValue, name: str) -> Value:
        names = self.run_module(value.module).names
        if name in names:
            return names[name]
        inner = self.modules.by_path.get(f"{value.module.package}/{name}.py") if value.module.is_package else None
        if inner is None and value.module.is_package:
            inner = self.modules.by_path.get(f"{value.module.package}/{name}/__init__.py")
        if inner is None:
            return UNKNOWN
        self.run_module(inner)
        return ModuleValue(inner)

    def _object_attribute(self, value: RouteOwner | Made | Instance, name: str) -> Value:
        if name in value.attributes:
            return value.attributes[name]
        if value.cls is not None:
            found = self.class_attribute(value.cls, name)
            if found is not UNKNOWN:
                return self._bound(found, value)
        return Method(value, name)

    def _super_attribute(self, cls: Class, receiver: Value, name: str) -> Value:
        for base in self.mro(cls)[1:]:
            if name in base.attributes:
                return self._bound(base.attributes[name], receiver)
        return Method(receiver, name)

    def _bound(self, found: Value, receiver: Value) -> Value:
        if not isinstance(found, Function):
            return found
        names = {decorator.name for decorator in found.decorators}
        if "builtins.staticmethod" in names:
            return found
        bound = _bind(found, receiver)
        if names & {"builtins.property", "functools.cached_property", "werkzeug.utils.cached_property"}:
            return self.call_function(bound, Arguments())
        return bound

    def _bound_to_class(self, found: Value, cls: Class) -> Value:
        if isinstance(found, Function) and any(each.name == "builtins.classmethod" for each in found.decorators):
            return _bind(found, cls)
        return found

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        value = self.evaluate(node.func, scope)
        self.hints.append(self.hints[-1] if self.hints else "")
        hint = self.hints[-1]
        self.hints[-1] = ""  # what is made inside the arguments is not what is being assigned
        arguments = self._arguments(node, scope)
        self.hints[-1] = hint
        result = self.call(value, arguments, node, scope)
        self.hints.pop()
        return result

    def _arguments(self, node: ast.Call, scope: Scope) -> Arguments:
        found = Arguments()
        for argument in node.args:
            value = self.evaluate(argument, scope)
            if not isinstance(argument, ast.Starred):
                found.positional.append(value)
            elif isinstance(value, Items):
                found.positional += value.items
            else:
                found.open = True
        for keyword in node.keywords:
            value = self.evaluate(keyword.value, scope)
            if keyword.arg is not None:
                found.keywords[keyword.arg] = value
            elif isinstance(value, Pairs):
                found.keywords.update({str(key): each for key, each in value.pairs.items()})
                found.open |= not value.complete
            else:
                found.open = True
        return found

    def dotted(self, node: ast.expr, scope: Scope) -> str:
        """Qualified name of an expression as far as it is known, else its source."""
        match node:
            case ast.Name(id=name):
                known = self.name_of(self.lookup(name, scope))
                return known or name
            case ast.Attribute(value=owner, attr=attr):
                value = self.evaluate(node, scope)
                known = None if isinstance(value, Made | RouteOwner) else self.name_of(value)
                return known or f"{self.dotted(owner, scope)}.{attr}"
            case ast.Call(func=func):
                return self.dotted(func, scope)
        return ast.unparse(node)

    def _elements(self, nodes: Iterable[ast.expr], scope: Scope) -> list[Value]:
        found: list[Value] = []
        for node in nodes:
            value = self.evaluate(node, scope)
            found += value.items if isinstance(node, ast.Starred) and isinstance(value, Items) else [value]
        return found

    def _dict(self, keys: list[ast.expr | None], values: list[ast.expr], scope: Scope) -> Value:
        found = Pairs()
        for key, node in zip(keys, values, strict=True):
            value = self.evaluate(node, scope)
            name = self.evaluate(key, scope) if key is not None else None
            if isinstance(name, Const):
                found.pairs[name.value] = value
            elif key is None and isinstance(value, Pairs):
                found.pairs.update(value.pairs)
            else:
                found.complete = False
        return found

    def _joined(self, parts: Iterable[ast.expr], scope: Scope) -> Value:
        texts: list[str] = []
        for part in parts:
            value = self.evaluate(part.value if isinstance(part, ast.FormattedValue) else part, scope)
            if not isinstance(value, Const) or (isinstance(part, ast.FormattedValue) and part.format_spec):
                return UNKNOWN
            texts.append(str(value.value))
        return Const("".join(texts))

    def _comprehension(self, element: ast.expr, single: ast.comprehension, scope: Scope) -> Value:
        iterable = self.evaluate(single.iter, scope)
        if not isinstance(iterable, Items) or single.ifs or len(iterable.items) > LONGEST:
            return UNKNOWN
        found = []
        for each in iterable.items:
            inner = Scope(scope.module, {}, scope, scope.qualname)
            self.bind(single.target, each, inner)
            found.append(self.evaluate(element, inner))
        return Items(found)


def _bind(function: Function, receiver: Value) -> Function:
    node, scope = function.node, function.scope
    return Function(function.key, function.name, node, scope, function.decorators, receiver, function.methods)
