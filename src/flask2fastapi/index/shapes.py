"""What expressions inside a view give: enough to tell JSON from text, and data from what may block."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.assignments import bindings
from flask2fastapi.index.meanings import SAFE_MODULES
from flask2fastapi.index.mutations import mutations
from flask2fastapi.index.values import Const, Foreign, Items, Pairs, Value
from flask2fastapi.model.views import Kind, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


UNKNOWN = Shape(Kind.UNKNOWN)
DATA = Shape(Kind.DATA)
TEXT = Shape(Kind.TEXT, True)
INTEGER = Shape(Kind.INTEGER, True)
BOOLEAN = Shape(Kind.BOOLEAN, True)
NOTHING = Shape(Kind.NOTHING, True)
NUMBER = Shape(Kind.NUMBER, True)
NAN = Shape(Kind.NUMBER)
"""A float that may be NaN or infinite, which FastAPI's JSON refuses."""
_NOT_YET = Shape(Kind.NOTHING, True)
"""What a variable is while what it is made of is being asked; compared by identity."""
_CONTAINERS = {Kind.OBJECT, Kind.ARRAY, Kind.DATA, Kind.OTHER}
OTHER = Shape(Kind.OTHER)
RESPONSE = Shape(Kind.RESPONSE, True)
_ROUNDS = 4
_NUMERIC = {Kind.INTEGER, Kind.BOOLEAN}
_TYPES = {"str": TEXT, "int": INTEGER, "bool": BOOLEAN, "float": NAN, "len": INTEGER, "repr": TEXT, "ord": INTEGER}
_TYPES |= {"chr": TEXT, "isinstance": BOOLEAN, "any": BOOLEAN, "all": BOOLEAN, "hasattr": BOOLEAN, "round": DATA}
_ITERATING = {"divmod", "tuple", "set", "enumerate", "zip", "range", "reversed", "filter", "map", "iter"}
_COLLECTING = {"list", "sorted"}
_GIVING_TEXT = {"json.dumps", "html.escape", "textwrap.dedent", "urllib.parse.urlencode", "time.strftime"}
_OF_TEXT = {
    **dict.fromkeys(("format", "join", "strip", "lstrip", "rstrip", "lower", "upper", "title", "replace"), TEXT),
    **dict.fromkeys(("capitalize", "casefold", "swapcase", "zfill", "removeprefix", "removesuffix"), TEXT),
    **dict.fromkeys(("startswith", "endswith", "isdigit", "isalpha", "isalnum", "isnumeric", "isupper"), BOOLEAN),
    **dict.fromkeys(("find", "count", "index", "rfind"), INTEGER),
    **dict.fromkeys(("split", "splitlines", "rsplit"), Shape(Kind.ARRAY, True)),
}


class Shapes:
    """The shapes of one function's expressions; a variable has the union of everything assigned to it.

    ``nodes`` are those of the function that bind, change or call something, ``own`` those outside inner functions.
    """

    def __init__(
        self,
        own: Iterable[ast.AST],
        nodes: Sequence[ast.AST],
        parameters: Mapping[str, Shape],
        value_of: Callable[[ast.expr], Value | None],
        call_of: Callable[[ast.Call | ast.Attribute | ast.Subscript], Shape | None],
    ) -> None:
        self._value_of = value_of
        self._call_of = call_of
        self._known: dict[str, Shape] = {}
        self._assigned: dict[str, list[Callable[[], Shape]]] = {}
        self._parameters = parameters
        self._mutations = mutations(nodes, self._is_harmless)
        for name, given in bindings(own):
            self._assigned.setdefault(name, []).append(self._source(given))

    def forget(self) -> None:
        """Let go of the syntax nodes."""
        self._assigned.clear()

    def of(self, node: ast.expr) -> Shape:  # noqa: C901 - one line for each kind of expression
        """The shape of an expression."""
        match node:
            case ast.Constant(value=value):
                return _constant(value)
            case ast.JoinedStr():
                return TEXT
            case ast.Name(id=name):
                return self._name(node, name)
            case ast.Dict(keys=keys, values=values):
                return self._dict(keys, values)
            case ast.List(elts=elements):
                return Shape(Kind.ARRAY, all(self.of(each).plain for each in elements))
            case ast.Tuple(elts=elements):  # returned, it would be a response with its status
                return Shape(Kind.OTHER, all(self.of(each).plain for each in elements))
            case ast.ListComp(elt=element):
                return Shape(Kind.ARRAY, self.of(element).plain)
            case ast.DictComp():
                return Shape(Kind.OBJECT)
            case ast.BoolOp(values=values):
                return union(self.of(each) for each in values)
            case ast.IfExp(body=body, orelse=orelse):
                return union([self.of(body), self.of(orelse)])
            case ast.NamedExpr(value=value) | ast.Starred(value=value):
                return self.of(value)
            case ast.UnaryOp(op=ast.Not()):
                return BOOLEAN
            case ast.UnaryOp(operand=operand):
                return self.of(operand)
            case ast.Compare():
                return self._compared(node)
            case ast.BinOp():
                return self._operated(node)
            case ast.Call():
                return self._called(node)
            case ast.Subscript(value=owner):
                return self._call_of(node) or self._item(self.of(owner))
            case ast.Attribute():
                return self._call_of(node) or self._valued(self._value_of(node))
        return UNKNOWN

    def _name(self, node: ast.Name, name: str) -> Shape:
        if name in self._assigned or name in self._parameters:
            return self._variable(name)
        return self._valued(self._value_of(node))

    def _variable(self, name: str) -> Shape:
        """Its fixpoint: what is made of the variable itself (``x += 1``) is asked again with what was found."""
        if name not in self._known:
            before = dict(self._known)
            found = _NOT_YET
            for _ in range(_ROUNDS):
                self._known = {**before, name: found}
                again = self._as_left(name, union(source() for source in self._sources(name)))
                if again == found and found is not _NOT_YET:
                    break
                found = again
            else:
                found = UNKNOWN
            self._known = {**before, name: found}  # what others were in between may have been half an answer
        return self._known[name]

    def _as_left(self, name: str, made: Shape) -> Shape:
        """What a variable holds in the end: others may have put anything into a container."""
        changed = name in self._mutations.names or self._mutations.everywhere
        return replace(made, plain=False) if changed and made.kind in _CONTAINERS else made

    def _is_harmless(self, func: ast.expr) -> bool:
        """Whether a function changes none of its arguments."""
        value = self._value_of(func)
        return isinstance(value, Foreign) and value.name.startswith(("builtins.", "flask.", *SAFE_MODULES))

    def _sources(self, name: str) -> list[Callable[[], Shape]]:
        given = self._parameters.get(name)
        return [*([lambda: given] if given is not None else []), *self._assigned.get(name, ())]

    def _source(self, given: ast.expr | None) -> Callable[[], Shape]:
        if given is None:
            return lambda: UNKNOWN
        if isinstance(given, ast.Starred):  # an element of it
            return lambda: self._item(self.of(given.value))
        return lambda: self.of(given)

    def _valued(self, value: Value | None) -> Shape:
        match value:
            case Const(value=constant):
                return _constant(constant)
            case Items() if _is_data(value):  # a list, a tuple or a set
                return OTHER
            case Pairs() if _is_data(value):
                return Shape(Kind.OBJECT)
        return UNKNOWN

    def _dict(self, keys: Iterable[ast.expr | None], values: Iterable[ast.expr]) -> Shape:
        plain = True
        for key, value in zip(keys, values, strict=True):
            shape = self.of(value)
            named = key is None or (isinstance(key, ast.Constant) and is_plain_key(key.value))
            plain = plain and named and shape.plain and (key is not None or shape.kind is Kind.OBJECT)
        return Shape(Kind.OBJECT, plain)

    def _compared(self, node: ast.Compare) -> Shape:
        identity = all(isinstance(op, ast.In | ast.NotIn | ast.Is | ast.IsNot) for op in node.ops)
        known = all(self.of(each).kind is not Kind.UNKNOWN for each in (node.left, *node.comparators))
        return BOOLEAN if identity or known else UNKNOWN

    def _operated(self, node: ast.BinOp) -> Shape:
        left, right = self.of(node.left), self.of(node.right)
        if left is _NOT_YET or right is _NOT_YET:
            return right if left is _NOT_YET else left
        if left.kind is Kind.TEXT:
            return TEXT if isinstance(node.op, ast.Mod | ast.Add | ast.Mult) else UNKNOWN
        if left.kind in _NUMERIC and right.kind in _NUMERIC:
            return NUMBER if isinstance(node.op, ast.Div) else UNKNOWN if isinstance(node.op, ast.Pow) else INTEGER
        if left.kind in {*_NUMERIC, Kind.NUMBER} and right.kind in {*_NUMERIC, Kind.NUMBER}:
            return NAN
        if left.kind is Kind.ARRAY and right.kind is Kind.ARRAY:
            return union([left, right])
        return DATA if Kind.UNKNOWN not in {left.kind, right.kind} else UNKNOWN

    def _called(self, node: ast.Call) -> Shape:
        known = self._call_of(node)
        if known is not None:
            return known
        value = self._value_of(node.func)
        if isinstance(value, Foreign) and value.name in _GIVING_TEXT:
            return TEXT
        if isinstance(node.func, ast.Attribute):
            return self._method(self.of(node.func.value), node.func.attr)
        if not isinstance(value, Foreign) or not value.name.startswith("builtins."):
            return UNKNOWN
        return self._builtin(value.name.removeprefix("builtins."), node)

    def _builtin(self, name: str, node: ast.Call) -> Shape:
        if name in _TYPES:
            return _TYPES[name]
        first = self.of(node.args[0]) if node.args else None
        known = first is None or first.kind is not Kind.UNKNOWN
        if name in _COLLECTING:
            plain = first is None or (first.kind in {Kind.ARRAY, Kind.TEXT} and first.plain)
            return Shape(Kind.ARRAY, plain)
        if name == "dict":
            plain = first is None and all(is_plain_key(k.arg) and self.of(k.value).plain for k in node.keywords)
            return Shape(Kind.OBJECT, plain)
        if name in {"max", "min", "sum", "abs", "next"}:
            return DATA if known else UNKNOWN
        return OTHER if name in _ITERATING and known else UNKNOWN

    def _method(self, receiver: Shape, name: str) -> Shape:
        if receiver.kind is Kind.TEXT:
            return _OF_TEXT.get(name, DATA)
        if receiver.kind is Kind.OBJECT and name == "copy":
            return receiver
        return DATA if receiver.kind is not Kind.UNKNOWN else UNKNOWN

    def _item(self, owner: Shape) -> Shape:
        if owner.kind is Kind.TEXT:
            return TEXT
        return DATA if owner.kind in _CONTAINERS else UNKNOWN


def is_plain_key(key: object) -> bool:
    """Whether FastAPI writes a key of a dictionary at all: it leaves out SQLAlchemy's, which begin with ``_sa``."""
    return isinstance(key, str) and not key.startswith("_sa")


def union(shapes: Iterable[Shape]) -> Shape:
    """What something is that may be any of these."""
    found = [each for each in shapes if each is not _NOT_YET]
    kinds = {each.kind for each in found}
    if not found or Kind.UNKNOWN in kinds or (Kind.RESPONSE in kinds and len(kinds) > 1):
        return UNKNOWN
    plain = all(each.plain for each in found)
    if len(kinds) > 1:
        return Shape(Kind.OTHER if Kind.OTHER in kinds else Kind.DATA, plain)
    return Shape(kinds.pop(), plain)


def _constant(value: object) -> Shape:
    match value:
        case bool():
            return BOOLEAN
        case str():
            return TEXT
        case int():
            return INTEGER
        case float():
            return NUMBER if value - value == 0 else NAN
        case None:
            return NOTHING
    return UNKNOWN


def _is_data(value: Value) -> bool:
    """Whether a value of a module is a literal through and through."""
    match value:
        case Const():
            return True
        case Items(items=items):
            return all(map(_is_data, items))
        case Pairs(pairs=pairs, complete=complete):
            return complete and all(map(_is_data, pairs.values()))
    return False
