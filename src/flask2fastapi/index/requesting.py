"""What views take from their request, among all that they do."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index import requests
from flask2fastapi.index.bodies import Body
from flask2fastapi.index.keys import node_key
from flask2fastapi.index.shapes import DATA
from flask2fastapi.index.swaps import made_by

if TYPE_CHECKING:
    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.scanned import Body as ScannedBody
    from flask2fastapi.index.values import FunctionNode, Value
    from flask2fastapi.model.rewrite import NodeKey
    from flask2fastapi.model.views import BodyRead, QueryRead, Shape


class Requesting(Body):
    """The part of a view's body that has to do with its request."""

    def __init__(
        self, world: Program, module: Module, scanned: ScannedBody, node: FunctionNode, rebound: frozenset[str]
    ) -> None:
        super().__init__(world, module, scanned, node, rebound)
        self.queries: list[QueryRead] = []
        self.bodies: list[BodyRead] = []
        self.requests: list[NodeKey] = []
        self._branches = 0
        """Depth of what may not happen, or not once."""
        self._guards = 0
        """Depth of ``try`` blocks whose handlers would catch what `abort` raises."""
        self._noticed = False
        """Whether something has happened that anybody could notice."""

    def meaning(self, node: ast.expr) -> Value | None:
        """Nothing for what is taken from something that is read from the request: ``request.json.get``."""
        inner = node
        while isinstance(inner, ast.Attribute):
            inner = inner.value
            if isinstance(inner, ast.Call | ast.Attribute) and self._known_call(inner) is not None:
                return None
        return self.resolve(node)

    def _key(self, node: ast.AST) -> NodeKey:
        return node_key(node, self.module.span)

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
