"""Evaluate expressions as far as setting up an application needs it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from flask2fastapi.index.attributes import Attributes
from flask2fastapi.index.folding import LONGEST, as_key, binary, compared, elements, first_known, item, part
from flask2fastapi.index.values import (
    UNKNOWN,
    Arguments,
    Const,
    Function,
    Items,
    Made,
    Method,
    ModuleValue,
    Pairs,
    RouteOwner,
    Scope,
    Value,
    string,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flask2fastapi.index.modules import Modules


_LITERALS = frozenset({str, int, float, bool, bytes, type(None)})


class Expressions(Attributes):
    """Expressions; what cannot be known is UNKNOWN, never guessed."""

    def __init__(self, modules: Modules, aliases: Mapping[str, str]) -> None:
        super().__init__(modules, aliases)
        self._forms: dict[type[ast.expr], Callable[[Any, Scope], Value]] = {
            ast.Constant: self._constant,
            ast.Name: lambda node, scope: self.lookup(node.id, scope),
            ast.Attribute: lambda node, scope: self.attribute(self.evaluate(node.value, scope), node.attr),
            ast.Call: self._call,
            ast.Tuple: self._sequence,
            ast.List: self._sequence,
            ast.Set: self._sequence,
            ast.Dict: self._dict,
            ast.JoinedStr: self._joined,
            ast.BinOp: self._binary,
            ast.Subscript: self._subscript,
            ast.IfExp: self._choice,
            ast.BoolOp: self._bool,
            ast.NamedExpr: self._named,
            ast.Lambda: self._lambda,
            ast.Await: lambda node, scope: self.evaluate(node.value, scope),
            ast.Starred: lambda node, scope: self.evaluate(node.value, scope),
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compare,
            ast.Yield: self._yield,
            ast.YieldFrom: self._yield_from,
        }

    def evaluate(self, node: ast.expr | None, scope: Scope) -> Value:
        """What an expression stands for."""
        form = self._forms.get(node.__class__) if node is not None else None
        return form(node, scope) if form is not None else UNKNOWN

    def _constant(self, node: ast.Constant, _: Scope) -> Value:
        return Const(node.value) if node.value.__class__ in _LITERALS else UNKNOWN  # type: ignore[arg-type]

    def _sequence(self, node: ast.Tuple | ast.List | ast.Set, scope: Scope) -> Value:
        return Items(self._elements(node.elts, scope))

    def _binary(self, node: ast.BinOp, scope: Scope) -> Value:
        return binary(node.op, self.evaluate(node.left, scope), self.evaluate(node.right, scope))

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        owner = self.evaluate(node.value, scope)
        if isinstance(node.slice, ast.Slice):
            bounds = (node.slice.lower, node.slice.upper, node.slice.step)
            return part(owner, *(None if each is None else self.evaluate(each, scope) for each in bounds))
        key = self.evaluate(node.slice, scope)
        if isinstance(owner, ModuleValue):  # only globals() and vars(module) are subscripted
            return self.attribute(owner, string(key) or "")
        return owner if isinstance(owner, Method) else item(owner, key)  # a table of an application, by blueprint

    def _choice(self, node: ast.IfExp, scope: Scope) -> Value:
        known = self.truth(node.test, scope)
        if known is not None:
            return self.evaluate(node.body if known else node.orelse, scope)
        return first_known(self.evaluate(node.body, scope), self.evaluate(node.orelse, scope))

    def _bool(self, node: ast.BoolOp, scope: Scope) -> Value:
        return first_known(*[self.evaluate(value, scope) for value in reversed(node.values)])

    def _named(self, node: ast.NamedExpr, scope: Scope) -> Value:
        self.hints.append(node.target.id)
        found = scope.names[node.target.id] = self.evaluate(node.value, scope)
        self.hints.pop()
        return found

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        return Function(f"{scope.module.name}:{scope.qualname or '<module>'}.<lambda>", "<lambda>", node, scope)

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Value:
        value = self.evaluate(node.operand, scope)
        if isinstance(node.op, ast.USub) and isinstance(value, Const) and isinstance(value.value, int | float):
            return Const(-value.value)
        return UNKNOWN

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        values = [self.evaluate(each, scope) for each in (node.left, *node.comparators)]
        known = compared(values[0], node.ops[0], values[1]) if len(values) == 2 else None
        return UNKNOWN if known is None else Const(known)

    def _yield(self, node: ast.Yield, scope: Scope) -> Value:
        scope.yielded.append(self.evaluate(node.value, scope) if node.value else Const(None))
        return UNKNOWN

    def _yield_from(self, node: ast.YieldFrom, scope: Scope) -> Value:
        scope.yielded += elements(self.evaluate(node.value, scope)) or [UNKNOWN]
        return UNKNOWN

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
            elif (items := elements(value)) is not None:
                found.positional += items
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
            found += (elements(value) or [UNKNOWN]) if isinstance(node, ast.Starred) else [value]
        return found

    def _dict(self, node: ast.Dict, scope: Scope) -> Value:
        found = Pairs()
        for key, each in zip(node.keys, node.values, strict=True):
            value = self.evaluate(each, scope)
            if key is None:
                found.pairs.update(value.pairs if isinstance(value, Pairs) else {})
                found.complete &= isinstance(value, Pairs) and value.complete
            elif (name := as_key(self.evaluate(key, scope))) is not UNKNOWN:
                found.pairs[name] = value
            else:
                found.pairs[object()] = value
        return found

    def _joined(self, node: ast.JoinedStr, scope: Scope) -> Value:
        texts: list[str] = []
        for each in node.values:
            value = self.evaluate(each.value if isinstance(each, ast.FormattedValue) else each, scope)
            if not isinstance(value, Const) or (isinstance(each, ast.FormattedValue) and each.format_spec):
                return UNKNOWN
            texts.append(str(value.value))
        return Const("".join(texts)) if sum(map(len, texts)) < LONGEST else UNKNOWN

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Value:
        found: list[Value] = []
        known = self._turns(node.generators, node.elt, Scope(scope.module, {}, scope, scope.qualname), found)
        return Items(found) if known else UNKNOWN

    def _turns(self, loops: list[ast.comprehension], element: ast.expr, scope: Scope, found: list[Value]) -> bool:
        """Evaluate an element in every turn of nested loops; False when one cannot be followed to its end."""
        if not loops:
            found.append(self.evaluate(element, scope))
            return self.step()
        items = elements(self.evaluate(loops[0].iter, scope))
        if items is None or len(items) > LONGEST:
            with self.maybe():
                self.evaluate(element, scope)
            return False
        for each in list(items):
            self.bind(loops[0].target, each, scope)
            holds = [self.truth(test, scope) for test in loops[0].ifs]
            if None in holds or (all(holds) and not self._turns(loops[1:], element, scope, found)):
                return False
        return True
