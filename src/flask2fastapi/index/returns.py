"""What a view returns, in the forms of which the content and the status can be read."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.made import MAKE_RESPONSE, is_header_text, is_headers, made_response, names_type, status_of
from flask2fastapi.index.shapes import TEXT, is_plain_key
from flask2fastapi.model.views import Content, Kind, MadeFact, ReturnFact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask2fastapi.index.shapes import Shapes
    from flask2fastapi.model.rewrite import NodeKey

JSONIFY = {"flask.jsonify", "flask.json.jsonify"}
_BODILESS = {204, 304}


class Returns:
    """Reads return statements; ``name_of`` gives qualified names, ``key_of`` the keys of nodes."""

    def __init__(
        self, shapes: Shapes, name_of: Callable[[ast.expr], str | None], key_of: Callable[[ast.AST], NodeKey]
    ) -> None:
        self._shapes = shapes
        self._name_of = name_of
        self._key_of = key_of
        self.accepted: set[int] = set()
        """Identities of the calls of Flask that a fact speaks for."""

    def read(self, node: ast.Return) -> ReturnFact | None:
        """The fact of a return statement; None for one that cannot be written otherwise."""
        match node.value:
            case None:
                return ReturnFact(self._key_of(node), Content.ANY, False)
            case ast.Tuple(elts=[_, _, *_] as parts):
                return self._parts(node, parts, maker=False) or self._unknown(node, parts)
            case ast.Call(func=func, args=args, keywords=[]) if self._name_of(func) in MAKE_RESPONSE:
                return self._made(node, node.value, args) or ReturnFact(self._key_of(node), Content.RESPONSE, True)
            case ast.Call() as call if (made := self._response(call)) is not None:
                return ReturnFact(self._key_of(node), Content.RESPONSE, True, made=made)
            case value:
                return self._content(node, value, None, 0, maker=False) or self._unknown(node, [])

    def _unknown(self, node: ast.Return, parts: Sequence[ast.expr]) -> ReturnFact | None:
        """What is returned is given to Flask's own rules when the view runs."""
        if any(isinstance(each, ast.Starred) for each in parts):
            return None
        return ReturnFact(self._key_of(node), Content.ANY, False, parts=len(parts))

    def made(self, call: ast.Call) -> MadeFact | None:
        """The fact of a response that is kept in a variable."""
        if not self.is_jsonify(call):
            return self._response(call)
        self.accepted.add(id(call))
        return MadeFact(self._key_of(call), self._arguments_are_plain(call))

    def is_made(self, node: ast.expr) -> bool:
        """Whether an expression makes a response that FastAPI's classes can say."""
        if not isinstance(node, ast.Call):
            return False
        return self.is_jsonify(node) or made_response(node, self._shapes, self._name_of, self._key_of) is not None

    def _response(self, call: ast.Call) -> MadeFact | None:
        made = made_response(call, self._shapes, self._name_of, self._key_of)
        if made is not None:
            self.accepted.add(id(call))
        return made

    def held(self, node: ast.Return) -> ReturnFact:
        """The fact of a return of such a variable."""
        return ReturnFact(self._key_of(node), Content.RESPONSE, True)

    def is_jsonify(self, node: ast.expr) -> bool:
        """Whether an expression is a call of ``jsonify`` that can be taken apart."""
        match node:
            case ast.Call(func=func, args=args, keywords=keywords) if self._name_of(func) in JSONIFY:
                starred = any(isinstance(each, ast.Starred) for each in args)
                return bool(args) != bool(keywords) and not starred  # without any, older Flasks write "{}"
        return False

    def _made(self, node: ast.Return, call: ast.Call, args: Sequence[ast.expr]) -> ReturnFact | None:
        if not args or any(isinstance(each, ast.Starred) for each in args):
            return None
        if len(args) == 1 and isinstance(args[0], ast.Tuple):
            return None
        fact = self._parts(node, args, maker=True)
        if fact is None or fact.content is Content.ANY:
            return None
        self.accepted.add(id(call))
        return fact

    def _parts(self, node: ast.Return, parts: Sequence[ast.expr], *, maker: bool) -> ReturnFact | None:
        content, rest = parts[0], list(parts[1:])
        status: int | None = 200
        dynamic = False
        if rest and not self._is_headers(rest[0]):
            status = status_of(rest[0], self._name_of)
            dynamic = status is None and self._shapes.of(rest[0]).kind is Kind.INTEGER
            if status is None and not (dynamic and isinstance(rest[0], ast.Name)):
                return None
            rest = rest[1:]
        if len(rest) > 1 or (rest and not self._is_headers(rest[0])):
            return None
        fact = self._content(node, content, status, len(parts), maker=maker)
        if fact is None:
            return None
        plain = fact.plain and not any(names_type(each) for each in rest)  # of another type every byte counts
        return replace(fact, plain=plain, headers=bool(rest), dynamic=dynamic)

    def _content(
        self, node: ast.Return, value: ast.expr, status: int | None, parts: int, *, maker: bool
    ) -> ReturnFact | None:
        key = self._key_of(node)
        if status in _BODILESS:
            empty = isinstance(value, ast.Constant) and value.value in {"", b""}
            return ReturnFact(key, Content.EMPTY, True, status, False, parts, maker) if empty else None
        if self.is_jsonify(value):
            call = value
            assert isinstance(call, ast.Call)
            self.accepted.add(id(call))
            plain = self._arguments_are_plain(call)
            return ReturnFact(key, Content.JSON, plain, status, False, parts, maker, self._key_of(call))
        shape = self._shapes.of(value)
        if shape == TEXT:
            return ReturnFact(key, Content.HTML, True, status, False, parts, maker)
        if shape.kind in {Kind.OBJECT, Kind.ARRAY}:
            return ReturnFact(key, Content.JSON, shape.plain, status, False, parts, maker)
        if shape.kind is Kind.RESPONSE and not parts:
            return ReturnFact(key, Content.RESPONSE, True)
        if shape.kind is Kind.DATA:
            return ReturnFact(key, Content.ANY, False, status, False, parts, maker)
        return None

    def _is_headers(self, node: ast.expr) -> bool:
        return is_headers(node, self._shapes, self._name_of)

    def is_header_text(self, node: ast.expr) -> bool:
        """Whether something is text that can be a header."""
        return is_header_text(node, self._shapes, self._name_of)

    def _arguments_are_plain(self, call: ast.Call) -> bool:
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        named = all(is_plain_key(keyword.arg) for keyword in call.keywords)
        return named and all(self._shapes.of(value).plain for value in values)


def falls_through(body: Sequence[ast.stmt], stops: Callable[[ast.stmt], bool]) -> bool:
    """Whether the end of a block may be reached; ``stops`` knows statements that raise, as ``abort`` does."""
    return not any(_ends(statement, stops) for statement in body)


def _ends(statement: ast.stmt, stops: Callable[[ast.stmt], bool]) -> bool:
    match statement:
        case ast.Return() | ast.Raise():
            return True
        case ast.If(body=body, orelse=orelse):
            return bool(orelse) and not falls_through(body, stops) and not falls_through(orelse, stops)
        case ast.With(body=body):  # a context manager may swallow what is raised, but not a return
            return bool(body) and isinstance(body[-1], ast.Return)
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
            if final and not falls_through(final, stops):
                return True
            ended = not falls_through([*body, *orelse], stops)
            return ended and not any(falls_through(handler.body, stops) for handler in handlers)
        case ast.While(test=ast.Constant(value=True), body=body):
            return not any(isinstance(each, ast.Break) for inner in body for each in ast.walk(inner))
    return stops(statement)
