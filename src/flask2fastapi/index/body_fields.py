"""The fields that a view names of its request's body: ``data["title"]``, ``data.get("year", 0)``, ``"x" in form``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.nodes import every_node
from flask2fastapi.index.requests import body_read
from flask2fastapi.model.body_fields import BodyField, BodyPlace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flask2fastapi.index.requests import KeyOf, NameOf

_PLACES = {
    f"{request}.{attribute}": place
    for request in ("flask.request", "flask.globals.request")
    for attribute, place in (("form", BodyPlace.FORM), ("files", BodyPlace.FILES))
}
_ASKING = {"get", "getlist", "pop", "setdefault"}
_TYPES = {str: "str", int: "int", float: "float", bool: "bool"}


def body_fields(body: Sequence[ast.stmt], name_of: NameOf, key_of: KeyOf) -> tuple[BodyField, ...]:
    """Each field once, in the order in which they come first.

    One is required where it is taken without asking, or missed, and never asked for with another value at hand.
    """
    reader = _Reader(name_of, key_of)
    nodes = sorted(every_node(*body), key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)))
    reader.take_variables(nodes)
    found: dict[tuple[BodyPlace, str], list[BodyField]] = {}
    for each in reader.fields(nodes):
        found.setdefault((each.place, each.name), []).append(each)
    return tuple(_merged(fields) for fields in found.values())


def _merged(fields: Sequence[BodyField]) -> BodyField:
    asked = [each for each in fields if each.is_asked]
    typed = next((each for each in asked if each.type), fields[0])
    first = fields[0]
    required = any(each.required for each in fields) and not asked
    return BodyField(first.place, first.name, required, bool(asked), typed.type)


class _Reader:
    """Knows which expressions are bodies."""

    def __init__(self, name_of: NameOf, key_of: KeyOf) -> None:
        self._name_of = name_of
        self._key_of = key_of
        self._variables: dict[str, BodyPlace] = {}

    def take_variables(self, nodes: Iterable[ast.AST]) -> None:
        """Note the variables that hold a body and nothing else."""
        held: dict[str, set[BodyPlace | None]] = {}
        for node in nodes:
            for name, value in _bound(node):
                held.setdefault(name, set()).add(self._place(value, {}) if value is not None else None)
        for name, places in held.items():
            place = next(iter(places))
            if len(places) == 1 and place is not None:
                self._variables[name] = place

    def fields(self, nodes: Iterable[ast.AST]) -> Iterator[BodyField]:
        """Every naming of a field."""
        for node in nodes:
            match node:
                case ast.Subscript(value=owner, slice=ast.Constant(value=str(name)), ctx=ast.Load()):
                    asked, required, kind = False, True, ""
                case ast.Call(
                    func=ast.Attribute(value=owner, attr=method), args=[ast.Constant(value=str(name)), *rest]
                ) if (method in _ASKING):
                    asked, required, kind = True, False, _type_of(rest)
                case ast.Compare(left=ast.Constant(value=str(name)), ops=[op], comparators=[owner]) if isinstance(
                    op, ast.In | ast.NotIn
                ):
                    asked, required, kind = False, isinstance(op, ast.NotIn), ""
                case _:
                    continue
            place = self._place(owner, self._variables)
            if place is not None:
                yield BodyField(place, name, required, asked, kind)

    def _place(self, node: ast.expr, variables: Mapping[str, BodyPlace]) -> BodyPlace | None:
        match node:
            case ast.Name(id=name):
                return variables.get(name)
            case ast.BoolOp(op=ast.Or(), values=[first, ast.Dict(keys=[])]):
                return self._place(first, variables)
            case ast.Attribute() if (place := _PLACES.get(self._name_of(node) or "")) is not None:
                return place
            case ast.Attribute() | ast.Call() if body_read(node, self._name_of, self._key_of, False) is not None:
                return BodyPlace.JSON
        return None


def _bound(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Names that a node binds, each with the expression that it stands for, if that is what it does."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.NamedExpr(
            target=ast.Name(id=name), value=value
        ):
            yield name, value
        case ast.For(target=target) | ast.comprehension(target=target) | ast.AugAssign(target=target):
            yield from ((each.id, None) for each in ast.walk(target) if isinstance(each, ast.Name))
        case ast.Assign(targets=targets):
            names = (each for target in targets for each in ast.walk(target) if isinstance(each, ast.Name))
            yield from ((each.id, None) for each in names if not isinstance(each.ctx, ast.Load))


def _type_of(rest: Sequence[ast.expr]) -> str:
    match rest:
        case [ast.Constant(value=value), *_]:
            return _TYPES.get(type(value), "")
    return ""
