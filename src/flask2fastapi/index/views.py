"""Read what views do with their request and what they return: each fact with the node that it is about."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index import requests
from flask2fastapi.index.bodies import Body
from flask2fastapi.index.guards import is_narrow
from flask2fastapi.index.keys import node_key
from flask2fastapi.index.nodes import children, every_node, is_docstring, names_among
from flask2fastapi.index.response_variables import response_variables
from flask2fastapi.index.returns import Returns, falls_through
from flask2fastapi.index.shapes import DATA, Shapes
from flask2fastapi.index.swaps import made_by
from flask2fastapi.model.views import AbortFact, QueryRead, ViewFact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.scan import Body as ScannedBody
    from flask2fastapi.index.values import FunctionNode, Value
    from flask2fastapi.model.rewrite import NodeKey
    from flask2fastapi.model.views import BodyRead, MadeFact, ReturnFact, RouteSource, Shape

_ABORT = {"flask.abort", "flask.helpers.abort", "werkzeug.exceptions.abort"}
_BRANCHING = (ast.comprehension, ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SPECIAL = {*_BRANCHING, ast.Expr, ast.Return, ast.Assign, ast.Call, ast.Attribute, ast.If, ast.While, ast.For}
_SPECIAL |= {ast.AsyncFor, ast.Match, ast.Try, ast.Yield, ast.YieldFrom, ast.Raise, ast.Delete, ast.With, ast.BoolOp}
_SPECIAL |= {ast.IfExp, ast.Name, ast.Subscript}


class View(Body):
    """The body of a view."""

    taken = frozenset(_SPECIAL)

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
        self._nodes = every_node(node)
        self.queries: list[QueryRead] = []
        self.bodies: list[BodyRead] = []
        self.requests: list[NodeKey] = []
        self.returned: list[ReturnFact] = []
        self.aborts: list[AbortFact] = []
        self._shapes = self.shapes = Shapes(node, self._nodes, parameters, self.resolve, self._known_call)
        self._returns = Returns(self._shapes, self.foreign, self._key)
        self.made: list[MadeFact] = []
        self._responses = response_variables(self._nodes, self._returns.is_jsonify)
        self._branches = 0
        """Depth of what may not happen, or not once."""
        self._guards = 0
        """Depth of ``try`` blocks whose handlers would catch what `abort` raises."""
        self._inner = 0
        """Depth of functions inside the view."""
        self.may_end = False
        self._noticed = False
        """Whether something has happened that anybody could notice."""
        self._seen: set[str] = {arg.arg for arg in every_node(node.args) if isinstance(arg, ast.arg)}

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
            names=names_among(self._nodes[1:]),
            may_end=self.may_end,
        )

    def forget(self) -> None:
        """Let go of the syntax nodes: shapes hold who asks them, and only the collector would free both."""
        self._shapes.forget()
        del self._shapes, self.shapes, self._returns

    def special(self, node: ast.AST) -> bool:  # noqa: C901 - one line for each kind of node
        """Take what can be converted out of the general reading."""
        match node:
            case ast.Name(id=name, ctx=context):
                self._seen.add(name)
                self._noticed |= name in self.rebound and not isinstance(context, ast.Load)
                return False
            case ast.Expr(value=ast.Call() as call) if self._is_abort(node):
                self._abort(node, call)
            case ast.Return(value=ast.Call() as call) if self.foreign(call.func) in _ABORT:
                self._abort(node, call)
            case ast.Return() if not self._inner:
                self._return(node)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                return self._assign(node, name, value)
            case ast.Call() | ast.Attribute() if self._is_request(node):
                pass
            case ast.Call() if id(node) in self._returns.accepted:
                for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                    self.walk(argument)
            case ast.If() | ast.While() | ast.For() | ast.AsyncFor() | ast.Match():
                self._branch(node)
            case ast.Try():
                self._try(node)
            case ast.Yield() | ast.YieldFrom() if not self._inner:
                self.block("return-value", "it is a generator", node)
                return False
            case ast.Call() | ast.Raise() | ast.Delete() | ast.With():
                self.below_call(node)
            case ast.BoolOp(values=[first, *others]):
                self.walk(first)
                self._maybe(*others)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.walk(test)
                self._maybe(body, orelse)
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                self.below_call(node)
            case _ if isinstance(node, _BRANCHING):
                self._inside(node)
            case _:
                return False
        return True

    def _inside(self, node: ast.AST) -> None:
        """A function, a class or a comprehension inside the view."""
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        self._branches += 1
        self._inner += is_function
        self.walk_plainly(node)
        self._inner -= is_function
        self._branches -= 1

    def meaning(self, node: ast.expr) -> Value | None:
        """Nothing for what is taken from something that is read from the request: ``request.json.get``."""
        inner = node
        while isinstance(inner, ast.Attribute):
            inner = inner.value
            if isinstance(inner, ast.Call | ast.Attribute) and self._known_call(inner) is not None:
                return None
        return self.resolve(node)

    def below_call(self, node: ast.AST) -> None:
        """Something that may be noticed, once what it is made of was read."""
        self.walk_plainly(node)
        self._noticed = True

    def _key(self, node: ast.AST) -> NodeKey:
        return node_key(node, self.module.span)

    def _is_abort(self, node: ast.stmt) -> bool:
        match node:
            case ast.Expr(value=ast.Call(func=func)):
                return self.foreign(func) in _ABORT
        return False

    def _abort(self, node: ast.stmt, call: ast.Call) -> None:
        problem = requests.abort_problem(call)
        if problem is None and self._guards:
            problem = "it catches what `abort` raises"
        if problem is not None:
            self.block("flask-call", problem, node)
        status = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else 0
        self.aborts.append(AbortFact(self._key(node), status if isinstance(status, int) else 0))
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            self.walk(argument)
        self._noticed = True

    def _return(self, node: ast.Return) -> None:
        is_held = isinstance(node.value, ast.Name) and node.value.id in self._responses
        fact = self._returns.held(node) if is_held else self._returns.read(node)
        if fact is None:
            what = ast.unparse(node.value) if node.value else "nothing"
            shown = what if len(what) < 60 else f"{what[:57]}..."
            self.block("return-value", f"what `return {shown}` answers cannot be known by reading", node)
        else:
            last = len(self.node.body) > 1 and node is self.node.body[-1] and not is_docstring(self.node.body[-2])
            self.returned.append(replace(fact, last=last))
        if node.value is not None:
            self.walk(node.value)
        self._noticed = True

    def _assign(self, node: ast.Assign, name: str, value: ast.expr) -> bool:
        """``page = request.args.get("page")``: a parameter may take its place."""
        if name in self._responses and isinstance(value, ast.Call):
            self.made.append(self._returns.made(value))
            return False
        liftable = not self._branches and not self._guards and name not in self._seen
        query = requests.query_read(value, self.foreign, self._key)
        if query is not None and liftable:
            self.queries.append(replace(query, target=name, statement=self._key(node)))
        elif (body := self._body_read(value)) is not None and liftable and body.first:
            self.bodies.append(replace(body, target=name, statement=self._key(node)))
        else:
            return False
        self._seen.add(name)
        return True

    def _is_of_flask(self, node: ast.Call | ast.Attribute) -> bool:
        """Whether something of Flask is called or read: only that can be the request."""
        name = self.foreign(node.func if isinstance(node, ast.Call) else node)
        return name is not None and name.startswith("flask.")

    def _is_request(self, node: ast.Call | ast.Attribute) -> bool:
        if not self._is_of_flask(node):
            return False
        query = requests.query_read(node, self.foreign, self._key)
        if query is not None:
            self.queries.append(query)
            return True
        body = self._body_read(node)
        if body is not None:
            self.bodies.append(body)
            return True
        if isinstance(node, ast.Attribute) and self.foreign(node) in requests.SAME_ATTRIBUTES:
            self.requests.append(self._key(node.value))
            return True
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(value=request))) if self._is_header(node):
                self.requests.append(self._key(request))
                return True
        return False

    def _is_header(self, node: ast.Call) -> bool:
        return requests.header_shape(node, self.foreign) is not None

    def _body_read(self, node: ast.expr) -> BodyRead | None:
        read = requests.body_read(node, self.foreign, self._key, not (self._branches or self._guards or self._noticed))
        if read is not None and read.silent and not self._branches:
            return replace(read, first=True)  # it raises nothing
        return read

    def _known_call(self, node: ast.Call | ast.Attribute) -> Shape | None:
        """The shape of what is read from the request, and of responses that are kept."""
        if not self._is_of_flask(node):
            return None
        if isinstance(node, ast.Call) and (made := made_by(self.foreign(node.func) or "")) is not None:
            return made
        query = requests.query_read(node, self.foreign, self._key)
        if query is not None:
            return requests.query_shape(query)
        if requests.body_read(node, self.foreign, self._key, False) is not None:
            return DATA
        header = requests.header_shape(node, self.foreign)
        if header is not None:
            return header
        name = self.foreign(node) if isinstance(node, ast.Attribute) else None
        return requests.SAME_ATTRIBUTES.get(name) if name else None

    def _branch(self, node: ast.If | ast.While | ast.For | ast.AsyncFor | ast.Match) -> None:
        if isinstance(node, ast.If):
            self.walk(node.test)
            self._maybe(*node.body, *node.orelse)
        elif isinstance(node, ast.For):
            self.walk(node.iter)
            self.suspect(node.iter)
            self._maybe(node.target, *node.body, *node.orelse)
        else:
            self.blocks |= isinstance(node, ast.AsyncFor)
            self._maybe(*children(node))

    def _maybe(self, *nodes: ast.AST) -> None:
        """Read what may not happen, or not once."""
        self._branches += 1
        for node in nodes:
            self.walk(node)
        self._branches -= 1

    def _try(self, node: ast.Try) -> None:
        broad = any(not is_narrow(handler, self.foreign) for handler in node.handlers)
        self._guards += broad
        for statement in node.body:
            self.walk(statement)
        self._guards -= broad
        self._maybe(*node.handlers, *node.orelse, *node.finalbody)
