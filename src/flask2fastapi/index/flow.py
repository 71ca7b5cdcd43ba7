"""Follow branches and loops: what may happen is followed as well as what does happen."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.binding import Binding
from flask2fastapi.index.folding import compared, elements, truth
from flask2fastapi.index.values import UNKNOWN, Const, Context, Foreign, Items, RouteOwner, Scope, Value
from flask2fastapi.index.world import Flow

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_TURNS = 1000
"""Turns of a loop over a literal table that are followed."""


class Control(Binding):
    """Compound statements."""

    def branch(self, node: ast.If, scope: Scope) -> Flow:
        """``if``: one branch where it is known which, else both."""
        if _type_checking(node.test):
            return self.execute([*node.body, *node.orelse], scope)
        if _main_guard(node.test):
            return self._main(node, scope)
        known = self.truth(node.test, scope)
        if known is None:
            return self._both(node.body, node.orelse, scope)
        taken, other = (node.body, node.orelse) if known else (node.orelse, node.body)
        if self._is_decided(node.test, scope):
            return self.execute(taken, scope)
        # The other branch may be taken in another call: what it registers counts, what it binds does not.
        before = dict(scope.names)
        with self.maybe():
            self.execute(other, scope)
        scope.names = before
        self.execute(taken, scope)
        return Flow.NEXT

    def _is_decided(self, test: ast.expr, scope: Scope) -> bool:
        """Whether a known outcome is the only one in this call; others may call a factory, with other arguments."""
        if _mentions(test, scope.given):
            return True
        return _mentions(test, scope.defaulted) and not any(
            isinstance(value, RouteOwner) and value.is_app and name not in scope.given
            for name, value in scope.names.items()
        )

    def _main(self, node: ast.If, scope: Scope) -> Flow:
        before = dict(scope.names)
        with self.maybe():
            self.execute(node.body, scope)
        scope.names = before  # who imports the module finds none of it
        return self.execute(node.orelse, scope)

    def _both(self, body: Sequence[ast.stmt], orelse: Sequence[ast.stmt], scope: Scope) -> Flow:
        before = dict(scope.names)
        with self.maybe():
            first = self.execute(body, scope)
            after, scope.names = scope.names, dict(before)
            second = self.execute(orelse, scope)
        # Where the branches disagree, what is known wins: an unknown value hides routes.
        scope.names = {**scope.names, **{n: v for n, v in after.items() if v is not UNKNOWN and v is not before.get(n)}}
        return first if first is second else Flow.NEXT

    def truth(self, test: ast.expr, scope: Scope) -> bool | None:
        """Whether a condition holds, None when that is not known."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.truth(operand, scope)
                return None if inner is None else not inner
            case ast.BoolOp(op=op, values=values):
                outcomes = [self.truth(value, scope) for value in values]
                decisive = isinstance(op, ast.Or)
                return decisive if decisive in outcomes else None if None in outcomes else not decisive
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return compared(self.evaluate(left, scope), op, self.evaluate(right, scope))
        value = self.evaluate(test, scope)
        if _mentions(test, scope.given):
            return truth(value)
        return bool(value.value) if isinstance(value, Const) and isinstance(test, ast.Constant | ast.Name) else None

    def loop(self, node: ast.For | ast.AsyncFor, scope: Scope) -> Flow:
        """``for``: turn by turn over what is known, else once as something that may happen."""
        items = elements(self.evaluate(node.iter, scope))
        if items is None or len(items) > MOST_TURNS:
            self.cut_short |= items is not None
            with self.maybe():
                self.bind(node.target, UNKNOWN, scope)
                self.execute(node.body, scope)
            return self.execute(node.orelse, scope)
        flow = self._turn_by_turn(node, list(items), scope)
        return self.execute(node.orelse, scope) if flow is Flow.NEXT else Flow.NEXT if flow is Flow.BREAK else flow

    def _turn_by_turn(self, node: ast.For | ast.AsyncFor, items: list[Value], scope: Scope) -> Flow:
        given, scope.given = scope.given, set(scope.given)
        scope.turns += 1
        flow = Flow.NEXT
        for item in items:
            self.bind(node.target, item, scope)
            flow = self.execute(node.body, scope)
            if flow in {Flow.BREAK, Flow.LEAVE} or not self.step():
                break
            flow = Flow.NEXT
        scope.turns -= 1
        scope.given = given
        return flow

    def attempt(self, node: ast.Try | ast.TryStar, scope: Scope) -> Flow:
        """``try``: its body counts, what its handlers do may happen."""
        first = self.execute(node.body, scope)
        if first is Flow.NEXT:
            self.execute(node.orelse, scope)
        with self.maybe():
            others = [self._fall_back(handler.body, scope) for handler in node.handlers]
        last = self.execute(node.finalbody, scope)
        return first if all(flow is first for flow in others) else last

    def _fall_back(self, body: Sequence[ast.stmt], scope: Scope) -> Flow:
        """An ``except`` block: what it binds counts only where the ``try`` bound nothing of the project."""
        before = dict(scope.names)
        flow = self.execute(body, scope)
        for name, value in before.items():
            if value is not UNKNOWN and not (isinstance(value, Foreign) and _is_telling(scope.names.get(name))):
                scope.names[name] = value
        return flow

    def manage(self, node: ast.With | ast.AsyncWith, scope: Scope) -> Flow:
        """``with``: an application's context makes ``current_app`` known inside it."""
        depth = len(self.contexts)
        for item in node.items:
            value = self.evaluate(item.context_expr, scope)
            if isinstance(value, Context):
                self.contexts.append(value.app)
            if item.optional_vars is not None:
                made = value.items[0] if isinstance(value, Items) and len(value.items) == 1 else value
                self.bind(item.optional_vars, made, scope)
        flow = self.execute(node.body, scope)
        del self.contexts[depth:]
        return flow

    def match(self, node: ast.Match, scope: Scope) -> Flow:
        """``match``: the first case that is known to fit, else all that may."""
        subject = self.evaluate(node.subject, scope)
        for case in node.cases:
            fits = self._fits(case, subject, scope)
            if fits and _mentions(node.subject, scope.given):
                return self.execute(case.body, scope)
            if fits is not False:
                with self.maybe():
                    self.execute(case.body, scope)
        return Flow.NEXT

    def _fits(self, case: ast.match_case, subject: Value, scope: Scope) -> bool | None:
        if case.guard is not None:
            return None
        match case.pattern:
            case ast.MatchAs(pattern=None):
                return True
            case ast.MatchValue(value=value):
                return compared(subject, ast.Eq(), self.evaluate(value, scope))
        return None


def _is_telling(value: Value | None) -> bool:
    return value is not None and value is not UNKNOWN and not isinstance(value, Const | Foreign)


def _mentions(node: ast.expr, names: set[str]) -> bool:
    return bool(names) and any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(node))


def _type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _main_guard(test: ast.expr) -> bool:
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return True
    return False
