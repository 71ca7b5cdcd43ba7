"""Read what views do with their request and what they return: each fact with the node that it is about."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from flask2fastapi.index import requests
from flask2fastapi.index.bodies import Body
from flask2fastapi.index.body_fields import body_fields
from flask2fastapi.index.guards import is_narrow, sees_responses
from flask2fastapi.index.nodes import children, every_node, is_docstring, names_among
from flask2fastapi.index.raised import raised_status
from flask2fastapi.index.requesting import FORMS, Requesting
from flask2fastapi.index.response_variables import response_variables
from flask2fastapi.index.returns import Returns, falls_through
from flask2fastapi.index.shapes import Shapes
from flask2fastapi.model.views import AbortFact, ViewFact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.scanned import Body as ScannedBody
    from flask2fastapi.index.values import FunctionNode
    from flask2fastapi.model.views import MadeFact, ReturnFact, RouteSource, Shape

ABORT = {"flask.abort", "flask.helpers.abort", "werkzeug.exceptions.abort"}
_BRANCHING = (ast.comprehension, ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class View(Requesting):
    """The body of a view."""

    def __init__(
        self,
        world: Program,
        module: Module,
        scanned: ScannedBody,
        node: FunctionNode,
        parameters: Mapping[str, Shape],
        rebound: frozenset[str],
    ) -> None:
        super().__init__(world, module, scanned, node, rebound)
        arguments = every_node(node.args)
        head = every_node(*node.decorator_list, *([node.returns] if node.returns else []))
        self._nodes = [*arguments, *head, *(each for body in scanned.everything() for each in body.kept)]
        """Those of the decorators and arguments, and of its body those that bind, change or call something."""
        self._names = frozenset(scanned.used_names())
        self.returned: list[ReturnFact] = []
        self.aborts: list[AbortFact] = []
        self._shapes = Shapes(scanned.kept, self._nodes, parameters, self.resolve, self._known_call)
        self._returns = Returns(self._shapes, self.foreign, self._key)
        self.made: list[MadeFact] = []
        self._responses = response_variables(node, self._nodes, self._returns.is_made, self._returns.is_header_text)
        self._seen |= {arg.arg for arg in arguments if isinstance(arg, ast.arg)}
        self._inner = 0
        """Depth of functions inside the view."""
        self.may_end = False
        self._watched = 0
        """Depth of what would see errors of making a response, or change what it is made of."""

    def read(self) -> None:
        """Read the body."""
        super().read()
        self.may_end = falls_through(self.node.body, self._is_abort)

    def view_fact(self, sources: tuple[RouteSource, ...]) -> ViewFact:
        """What was read."""
        return ViewFact(
            key=self.key,
            path=self.module.path,
            function=self._key(self.node),
            body=self.fact(),
            is_async=isinstance(self.node, ast.AsyncFunctionDef),
            has_return_annotation=self.node.returns is not None,
            sources=sources,
            queries=tuple(self.queries),
            bodies=tuple(self.bodies),
            requests=tuple(self.requests),
            returns=tuple(self.returned),
            aborts=tuple(self.aborts),
            made=tuple(self.made),
            names=self._names | names_among(self._nodes),
            may_end=self.may_end,
            fields=body_fields(self.node.body, self.foreign, self._key) if self._reads_body() else (),
        )

    def _reads_body(self) -> bool:
        return bool(self.bodies) or any(each.attribute in FORMS for each in self.requests)

    def forget(self) -> None:
        """Let go of the syntax nodes: shapes hold who asks them, and only the collector would free both."""
        self._shapes.forget()
        del self._shapes, self._returns

    def _named(self, node: ast.Name) -> None:
        self._seen.add(node.id)
        self._noticed |= node.id in self.rebound and not isinstance(node.ctx, ast.Load)
        if not self._is_request_itself(node):
            self.walk_plainly(node)

    def _statement(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call) and self._is_abort(node):
            self._abort(node, node.value)
        else:
            self.below(node)

    def _returning(self, node: ast.Return) -> None:
        if isinstance(node.value, ast.Call) and self.foreign(node.value.func) in ABORT:
            self._abort(node, node.value)
        elif self._inner:
            self.below(node)
        else:
            self._return(node)

    def _assigning(self, node: ast.Assign) -> None:
        match node.targets:
            case [ast.Name(id=name)] if self._assign(node, name, node.value):
                return
        self.below(node)

    def _calling(self, node: ast.Call) -> None:
        if self._is_request(node):
            return
        if id(node) in self._returns.accepted:
            self.walk_arguments(node)
        else:
            self.below_call(node)

    def _member(self, node: ast.Attribute) -> None:
        if self._is_request(node):
            return
        if node.ctx.__class__ is ast.Store:
            self.below_call(node)
        else:
            self.walk_plainly(node)

    def _item(self, node: ast.Subscript) -> None:
        if self._is_request(node):
            return
        if node.ctx.__class__ is ast.Store:
            self.below_call(node)
        else:
            self.below(node)

    def _comparing(self, node: ast.Compare) -> None:
        if not self._is_request(node):
            self.below(node)

    def _generating(self, node: ast.Yield | ast.YieldFrom) -> None:
        if not self._inner:
            self.block("return-value", "it is a generator", node)
        self.walk_plainly(node)

    def _choosing(self, node: ast.BoolOp) -> None:
        self.walk(node.values[0])
        self._maybe(*node.values[1:])

    def _choice(self, node: ast.IfExp) -> None:
        self.walk(node.test)
        self._maybe(node.body, node.orelse)

    def _inside(self, node: ast.AST) -> None:
        """A function, a class or a comprehension inside the view."""
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        self._branches += 1
        self._inner += is_function
        self.walk_plainly(node)
        self._inner -= is_function
        self._branches -= 1

    def below_call(self, node: ast.AST) -> None:
        """Something that may be noticed, once what it is made of was read."""
        self.walk_plainly(node)
        self._noticed = True

    def _is_abort(self, node: ast.stmt) -> bool:
        match node:
            case ast.Expr(value=ast.Call(func=func)):
                return self.foreign(func) in ABORT
        return False

    def _abort(self, node: ast.stmt, call: ast.Call) -> None:
        """What only Flask's own ``abort`` can say stays as it is; so does what somebody may catch."""
        if requests.abort_problem(call) is not None or self._guards or self._inner:
            self.below_call(call)
            return
        status = call.args[0].value if isinstance(call.args[0], ast.Constant) else 0
        self.aborts.append(AbortFact(self._key(node), status if isinstance(status, int) else 0))
        self.walk_arguments(call)
        self._noticed = True

    def _raise(self, node: ast.Raise) -> None:
        status = None if self._guards or self._inner else raised_status(node, self.foreign)
        if status is not None:
            self.aborts.append(AbortFact(self._key(node), status, by_class=True))
            if isinstance(node.exc, ast.Call):
                self.walk_arguments(node.exc)
            self._noticed = True
        else:
            self.below_call(node)

    def _return(self, node: ast.Return) -> None:
        is_held = isinstance(node.value, ast.Name) and node.value.id in self._responses
        fact = self._returns.held(node) if is_held else self._returns.read(node)
        if fact is None:
            what = ast.unparse(node.value) if node.value else "nothing"
            shown = what if len(what) < 60 else f"{what[:57]}..."
            self.block("return-value", f"what `return {shown}` answers cannot be known by reading", node)
        else:
            last = len(self.node.body) > 1 and node is self.node.body[-1] and not is_docstring(self.node.body[-2])
            self.returned.append(replace(fact, last=last, watched=self._watched > 0))
        if node.value is not None:
            self.walk(node.value)
        self._noticed = True

    def _assign(self, node: ast.Assign, name: str, value: ast.expr) -> bool:
        """``page = request.args.get("page")``: a parameter may take its place."""
        if name in self._responses and isinstance(value, ast.Call):
            made = self._returns.made(value)
            self.made += [made] if made is not None else []
            return False
        return self._assigned(node, name, value)

    def _branch(self, node: ast.If | ast.While | ast.For | ast.AsyncFor | ast.Match) -> None:
        if isinstance(node, ast.If):
            self._look_at(node.test)
            self.walk(node.test)
            self._maybe(*node.body, *node.orelse)
        elif isinstance(node, ast.For):
            self._look_at(node.iter)
            self.walk(node.iter)
            self._maybe(node.target, *node.body, *node.orelse)
        else:
            if isinstance(node, ast.AsyncFor):
                self.wait("it awaits something", node)
            self._maybe(*children(node))

    def _maybe(self, *nodes: ast.AST) -> None:
        """Read what may not happen, or not once."""
        self._branches += 1
        for node in nodes:
            self.walk(node)
        self._branches -= 1

    def _try(self, node: ast.Try) -> None:
        broad = any(not is_narrow(handler, self.foreign) for handler in node.handlers)
        ends = bool(node.finalbody)
        seen = ends or any(sees_responses(handler, self.foreign) for handler in node.handlers)
        self._guards += broad
        self._catching += 1
        self._watched += seen
        for statement in node.body:
            self.walk(statement)
        self._catching -= 1
        self._guards -= broad
        self._watched += ends - seen
        self._maybe(*node.handlers, *node.orelse)
        self._watched -= ends
        self._maybe(*node.finalbody)

    def _within(self, node: ast.With) -> None:
        files = all(
            isinstance(item.context_expr, ast.Call) and self.foreign(item.context_expr.func) == "builtins.open"
            for item in node.items
        )
        self._watched += not files
        self.below_call(node)
        self._watched -= not files

    kinds: ClassVar[Mapping[type[ast.AST], Callable[[Any, Any], None]]] = {
        **Body.kinds,
        **dict.fromkeys((ast.If, ast.While, ast.For, ast.AsyncFor, ast.Match), _branch),
        **dict.fromkeys((ast.Yield, ast.YieldFrom), _generating),
        ast.Delete: below_call,
        ast.With: _within,
        ast.Raise: _raise,
        **dict.fromkeys(_BRANCHING, _inside),
        ast.Name: _named,
        ast.Expr: _statement,
        ast.Return: _returning,
        ast.Assign: _assigning,
        ast.Call: _calling,
        ast.Attribute: _member,
        ast.Subscript: _item,
        ast.Compare: _comparing,
        ast.Try: _try,
        ast.BoolOp: _choosing,
        ast.IfExp: _choice,
    }
