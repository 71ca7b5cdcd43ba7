"""What is left of a view for each method, where it branches on ``request.method``: `if`s taken apart, and nothing else.

A view of several methods is read as one view for each of them: of an ``if`` whose test says nothing but the method the
branch that is taken, and nothing of what stands behind one that always ends the view.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.index.nodes import every_node, is_docstring
from flask2fastapi.index.returns import falls_through
from flask2fastapi.model.branches import Take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MOST_SHARED = 2
"""Lines that the operations of a split view may have in common."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What becomes of one ``if`` for a method."""

    node: ast.If
    take: Take
    ends: bool
    """Whether nothing behind it in its block is reached."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What a method, or several alike, leaves of a view."""

    methods: tuple[str, ...]
    body: tuple[ast.stmt, ...]
    taken: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a view's expressions and statements are to be understood."""

    is_method: Callable[[ast.expr], bool]
    """Whether an expression is the method of the request."""
    stops: Callable[[ast.stmt], bool]
    """Whether a statement always raises, as ``abort`` does."""


def rests(body: Sequence[ast.stmt], methods: Sequence[str], reading: Reading) -> list[Rest]:
    """What each method leaves of a body without docstring, methods that leave the same together."""
    found: dict[tuple[object, ...], Rest] = {}
    for method in methods:
        one = _Method(method, reading)
        kept = tuple(one.block(body))
        mark = tuple((id(each), 0) if each not in one.shortened else one.shortened[each] for each in kept)
        known = found.get(mark)
        found[mark] = Rest((*known.methods, method) if known else (method,), kept, tuple(one.taken))
    return list(found.values())


class _Method:
    """Goes through a body for one method."""

    def __init__(self, method: str, reading: Reading) -> None:
        self._method = method
        self._reading = reading
        self.taken: list[Taken] = []
        self.shortened: dict[ast.stmt, tuple[int, int]] = {}
        """An ``if`` with the rest of its test -> the one that it was made of, and how many conditions it has left."""

    def block(self, body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        """The statements that are left, up to where nothing more is reached."""
        for each in body:
            inner = self._of(each) if isinstance(each, ast.If) else None
            if inner is None:
                yield each
            else:
                yield from inner[0]
                if inner[1]:
                    return

    def _of(self, node: ast.If) -> tuple[list[ast.stmt], bool] | None:
        truth = self._truth(node.test)
        if truth is None:
            return self._with_rest(node)
        place = len(self.taken)
        kept = list(self.block(node.body if truth else node.orelse))
        ends = not falls_through(kept, self._reading.stops)
        self.taken.insert(place, Taken(node, Take.BODY if truth else Take.ELSE, ends))
        return kept, ends

    def _with_rest(self, node: ast.If) -> tuple[list[ast.stmt], bool] | None:
        """``if request.method == "POST" and form.is_valid()``: the first condition goes where it says nothing more."""
        if not isinstance(node.test, ast.BoolOp):
            return None
        first, *others = node.test.values
        if self._truth(first) is not isinstance(node.test.op, ast.And):
            return None
        test = others[0] if len(others) == 1 else ast.copy_location(ast.BoolOp(node.test.op, others), node.test)
        made = ast.copy_location(ast.If(test, node.body, node.orelse), node)
        self.shortened[made] = (id(node), len(others))
        self.taken.append(Taken(node, Take.REST, False))
        return [made], False

    def _truth(self, test: ast.expr) -> bool | None:
        """Whether a test holds for the method; None where it says more than the method."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                truth = self._truth(operand)
                return None if truth is None else not truth
            case ast.BoolOp(op=op, values=values):
                return self._all(values, is_and=isinstance(op, ast.And))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compared(left, op, right)
        return None

    def _all(self, values: Iterable[ast.expr], *, is_and: bool) -> bool | None:
        for each in values:
            truth = self._truth(each)
            if truth is None or truth is not is_and:
                return truth
        return is_and

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool | None:
        if isinstance(op, ast.Eq | ast.NotEq) and self._reading.is_method(right):
            left, right = right, left
        if not self._reading.is_method(left):
            return None
        if isinstance(op, ast.Eq | ast.NotEq):
            names = _texts([right])
        elif isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.Tuple | ast.List | ast.Set):
            names = _texts(right.elts)
        else:
            return None
        if names is None:
            return None
        return (self._method in names) is isinstance(op, ast.Eq | ast.In)


def _texts(nodes: Iterable[ast.expr]) -> set[str] | None:
    values = [each.value if isinstance(each, ast.Constant) else None for each in nodes]
    texts = {each for each in values if isinstance(each, str)}
    return texts if all(isinstance(each, str) for each in values) else None


def shared_lines(parts: Sequence[Rest]) -> int:
    """How many lines of the view, statements over several lines counted once, are left by more than one part."""
    seen: dict[int, ast.stmt] = {}
    shared: dict[int, ast.stmt] = {}
    for part in parts:
        for each in part.body:
            (shared if id(each) in seen else seen)[id(each)] = each
    return sum(_lines(each) for each in shared.values())


def _lines(statement: ast.stmt) -> int:
    """Logical lines of a statement: itself, what is in its blocks, and an ``else``."""
    nodes = every_node(statement)
    otherwise = [each for each in nodes if isinstance(each, ast.If) and each.orelse]
    plain = [each for each in otherwise if not isinstance(each.orelse[0], ast.If)]
    return sum(isinstance(each, ast.stmt | ast.ExceptHandler) for each in nodes) + len(plain)


def without_docstring(body: Sequence[ast.stmt]) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The docstring, if there is one, and what follows it."""
    count = 1 if body and is_docstring(body[0]) and isinstance(body[0].value.value, str) else 0  # type: ignore[attr-defined]
    return list(body[:count]), list(body[count:])


def is_whole(part: Rest, bound: Iterable[str], declared: Iterable[str]) -> bool:
    """Whether the names in a part mean what they mean in the view, of which ``bound`` are the local names.

    A name that is only bound elsewhere would be the module's, or none; so would one that is ``declared`` global or
    nonlocal elsewhere.
    """
    nodes = every_node(*part.body)
    names = [each for each in nodes if isinstance(each, ast.Name)]
    stored = {each.id for each in names if not isinstance(each.ctx, ast.Load)} | set(_bound_by(nodes))
    loaded = {each.id for each in names if isinstance(each.ctx, ast.Load)}
    here = {name for each in nodes if isinstance(each, ast.Global | ast.Nonlocal) for name in each.names}
    return not (loaded & set(bound)) - stored and not (stored & set(declared)) - here


def _bound_by(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names that statements bind without a `Name`."""
    for each in nodes:
        match each:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.ExceptHandler(name=str(name)):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name.partition(".")[0] for alias in names)
