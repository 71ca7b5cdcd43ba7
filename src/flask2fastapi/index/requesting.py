"""What views take from their request, with what stands before it: that decides where a parameter may read it."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index import requests
from flask2fastapi.index.bodies import Body
from flask2fastapi.index.keys import node_key
from flask2fastapi.index.request_reads import (
    attribute_of,
    environ_read,
    header_read,
    request_read,
    request_shape,
    required_read,
)
from flask2fastapi.index.shapes import DATA
from flask2fastapi.index.swaps import made_by

if TYPE_CHECKING:
    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.scanned import Body as ScannedBody
    from flask2fastapi.index.values import FunctionNode, Value
    from flask2fastapi.model.rewrite import NodeKey
    from flask2fastapi.model.views import BodyRead, QueryRead, RequestRead, Shape

FORMS = {"form", "files"}
_FAILING = {*FORMS, "values", "data", "get_data", "stream", "json", "get_json"}
"""What reads the body, and may find it too large or malformed."""
_LOOKING = {"len", "dict", "list", "sorted", "set", "tuple", "bool", "any", "all", "str", "repr"}
_KEYED = {"args", "cookies", "headers"}
"""What may miss a key."""


class Requesting(Body):
    """The part of a view's body that has to do with its request."""

    def __init__(
        self, world: Program, module: Module, scanned: ScannedBody, node: FunctionNode, rebound: frozenset[str]
    ) -> None:
        super().__init__(world, module, scanned, node, rebound)
        self.queries: list[QueryRead] = []
        self.bodies: list[BodyRead] = []
        self.requests: list[RequestRead] = []
        self._branches = 0
        """Depth of what may not happen, or not once."""
        self._guards = 0
        """Depth of ``try`` blocks whose handlers would catch what `abort` raises."""
        self._noticed = False
        """Whether something has happened that anybody could notice."""
        self._catching = 0
        """Depth of ``try`` blocks with any handlers."""
        self._required = False
        """Whether a key of the query had to be there."""
        self._seen: set[str] = set()
        """Names that were used or bound so far."""
        self._looked: dict[int, bool] = {}
        """What is looked into on the spot, by identity: whether for an item, which may be missing."""

    def _is_request(self, node: ast.Call | ast.Attribute | ast.Subscript | ast.Compare) -> bool:
        """Whether something of the request was read, and kept."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in _LOOKING and len(node.args) == 1:
                self._look_at(node.args[0])
            return False
        at = _asked(node)
        if at is None or not self._is_of_flask(at):
            return False
        read = header_read(node, self.foreign, self._key) or environ_read(node, self.foreign, self._key)
        if read is not None:
            self.requests.append(read)
            self._noticed |= isinstance(node, ast.Subscript)  # which may miss its key
            return True
        query = self._required_read(node)
        if query is not None:
            self.queries.append(query)
            return True
        self._look(node)
        if isinstance(node, ast.Call):
            return self._is_call(node)
        return isinstance(node, ast.Attribute) and self._is_attribute(node)

    def _look_at(self, node: ast.expr) -> None:
        """Something is looked into on the spot: tested, counted, gone through."""
        if isinstance(node, ast.Attribute):
            self._looked.setdefault(id(node), False)

    def _is_request_itself(self, node: ast.Name) -> bool:
        """Whether the request is handed on as a whole."""
        read = request_read(node, self.foreign, self._key)
        if read is not None:
            self.requests.append(read)
            self._noticed = True
        return read is not None

    def _assigned(self, node: ast.Assign, name: str, value: ast.expr) -> bool:
        """``page = request.args.get("page")``: a parameter may take its place."""
        if self._branches or self._guards or name in self._seen:
            return False
        query = requests.query_read(value, self.foreign, self._key) or self._required_read(value)
        body = self._body_read(value)
        form = request_read(value, self.foreign, self._key) if isinstance(value, ast.Attribute) else None
        if query is not None:
            self.queries.append(replace(query, target=name, statement=self._key(node)))
        elif body is not None and body.first:
            self.bodies.append(replace(body, target=name, statement=self._key(node)))
        elif form is not None and form.attribute in FORMS and not self._noticed:
            self.requests.append(replace(form, first=True, target=name, statement=self._key(node)))
        else:
            return False
        self._seen.add(name)
        return True

    def _known_call(self, node: ast.Call | ast.Attribute | ast.Subscript) -> Shape | None:
        """The shape of what is read from the request, and of responses that are kept."""
        at = _asked(node)
        if isinstance(node, ast.Call) and (made := made_by(self.foreign(node.func) or "")) is not None:
            return made
        if at is None or not self._is_of_flask(at):
            return None
        query = requests.query_read(node, self.foreign, self._key)
        if query is not None:
            return requests.query_shape(query)
        if requests.body_read(node, self.foreign, self._key, False) is not None:
            return DATA
        return request_shape(node, self.foreign)

    def meaning(self, node: ast.expr) -> Value | None:
        """Nothing for what is taken from something that is read from the request: ``request.json.get``."""
        inner = node
        while isinstance(inner, ast.Attribute):
            inner = inner.value
            if isinstance(inner, ast.Call | ast.Attribute) and self._known_call(inner) is not None:
                return None
        return self.resolve(node)

    def _key(self, node: ast.AST) -> NodeKey:
        """The key of a node."""
        return node_key(node, self.module.span)

    def _is_of_flask(self, node: ast.expr) -> bool:
        """Whether something is Flask's: only that can be the request."""
        name = self.foreign(node)
        return name is not None and name.startswith("flask.")

    def _is_call(self, node: ast.Call) -> bool:
        query = requests.query_read(node, self.foreign, self._key)
        body = self._body_read(node)
        name = attribute_of(self.foreign(node.func))
        if query is not None:
            self.queries.append(query)
        elif body is not None:
            self.bodies.append(body)
        elif (header := self._header_read(node)) is not None:
            self.requests.append(replace(header, alike=True))
        elif name and "." in name:  # nobody notices that the request is asked
            self.walk_plainly(node)
        else:
            return False
        return True

    def _header_read(self, node: ast.Call) -> RequestRead | None:
        match node.func:
            case ast.Attribute(value=ast.Attribute() as headers) if requests.header_shape(node, self.foreign):
                return request_read(headers, self.foreign, self._key)
        return None

    def _required_read(self, node: ast.expr) -> QueryRead | None:
        """A missing key is an error: it must not come before anything that the view does first."""
        if self._branches or self._catching or self._noticed:
            return None
        read = required_read(node, self.foreign, self._key)
        self._required |= read is not None
        return read

    def _is_attribute(self, node: ast.Attribute) -> bool:
        body = self._body_read(node)
        if body is not None:
            self.bodies.append(body)
            return True
        read = request_read(node, self.foreign, self._key)
        if read is None:
            return False
        first = not (self._branches or self._guards or self._noticed)
        alike = f"flask.request.{read.attribute}" in requests.SAME_ATTRIBUTES
        self.requests.append(replace(read, alike=alike, at_once=id(node) in self._looked, first=first))
        self._noticed |= read.attribute in _FAILING or (read.attribute in _KEYED and self._looked.get(id(node), False))
        return True

    def _look(self, node: ast.Call | ast.Attribute | ast.Subscript | ast.Compare) -> None:
        match node:
            case ast.Call(func=ast.Attribute(value=inner)) | ast.Attribute(value=inner):
                self._look_at(inner)
            case ast.Subscript(value=inner):
                self._looked[id(inner)] = True
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[inner]):
                self._look_at(inner)

    def _body_read(self, node: ast.expr) -> BodyRead | None:
        first = not (self._branches or self._guards or self._noticed or self._required)
        read = requests.body_read(node, self.foreign, self._key, first)
        if read is None:
            return None
        self._noticed |= not read.first
        return read


def _asked(node: ast.expr) -> ast.expr | None:
    """What an expression asks something of, if it is a name or a chain of attributes."""
    match node:
        case ast.Call(func=ast.Attribute() as func):
            return func
        case ast.Attribute() | ast.Name():
            return node
        case ast.Subscript(value=ast.Attribute() as owner):
            return owner
        case ast.Compare(comparators=[ast.Attribute() as owner]):
            return owner
    return None
