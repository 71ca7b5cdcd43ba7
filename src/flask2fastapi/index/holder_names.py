"""Where a module names what may stand for an application, found in one go over its nodes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from flask2fastapi.index.nodes import FIELDS, LEAVES, children

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


class Names:
    """The names, attributes and imports of one module, with the way up from each."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._nodes: list[Any] = [tree]
        self._above: list[int] = [0]
        """For each node the place of the one above it among the nodes."""
        self._placed: dict[type[ast.AST], list[int]] = {cls: [] for cls in _READ}
        self._read_nodes()
        self._straight: dict[int, ast.FunctionDef | None] | None = None
        self._returns: dict[int, int] = {}
        self.imports: list[Any] = sorted((*self._of(ast.Import), *self._of(ast.ImportFrom)))
        self.imports = [self._nodes[place] for place in self.imports]
        stored = (self._nodes[place] for place in self._of(ast.Name))
        self.bound = {node.id for node in stored if isinstance(node.ctx, ast.Store)}
        """Names that are bound as a whole, parameters too."""
        self.bound |= {self._nodes[place].arg for place in self._of(ast.arg)}

    def _read_nodes(self) -> None:
        nodes, above, placed = self._nodes, self._above, self._placed
        for place, node in enumerate(nodes):  # it grows meanwhile
            if node.__class__ in placed:
                placed[node.__class__].append(place)
            before = len(nodes)
            for name in FIELDS.get(node.__class__, ()):
                value: Any = getattr(node, name, None)
                if value.__class__ is list:
                    nodes += [each for each in value if each.__class__ not in LEAVES]
                elif value.__class__ not in LEAVES:
                    nodes.append(value)
            above += [place] * (len(nodes) - before)

    def _of(self, cls: type[ast.AST]) -> list[int]:
        return self._placed[cls]

    def above(
        self, names: Collection[str], attributes: Collection[str], scoped: Collection[str], calls: Collection[int]
    ) -> set[int]:
        """Ids of the nodes at or below which there are some of these names, attributes, names in ``global`` and
        ``nonlocal`` statements, or calls (by their ids).
        """
        nodes, above = self._nodes, self._above
        found: set[int] = set()
        for place in self._places(names, attributes, scoped, calls):
            while id(nodes[place]) not in found:
                found.add(id(nodes[place]))
                place = above[place]
        return found

    def _places(
        self, names: Collection[str], attributes: Collection[str], scoped: Collection[str], calls: Collection[int]
    ) -> Iterator[int]:
        nodes = self._nodes
        yield from (place for place in self._of(ast.Name) if nodes[place].id in names)
        yield from (place for place in self._of(ast.Attribute) if nodes[place].attr in attributes)
        for cls in (ast.Global, ast.Nonlocal):
            yield from (place for place in self._of(cls) if not set(scoped).isdisjoint(nodes[place].names))
        if calls:
            yield from (place for place in self._of(ast.Call) if id(nodes[place]) in calls)

    def is_straight(self, statement: ast.stmt) -> bool:
        """Whether one runs whenever the module is imported or one of its functions called, come what may."""
        if self._straight is None:
            body = self._tree.body
            functions = [each for each in body if isinstance(each, ast.FunctionDef)]
            self._straight = {id(each): function for function in functions for each in function.body}
            self._straight |= {id(each): None for each in body}
        if id(statement) not in self._straight:
            return False
        function = self._straight[id(statement)]
        return function is None or self._returns_of(function) < 2

    def _returns_of(self, function: ast.FunctionDef) -> int:
        """How many returns a function has, not counting those of functions inside it."""
        if id(function) not in self._returns:
            self._returns[id(function)] = _returns(function)
        return self._returns[id(function)]


_READ = (ast.Name, ast.arg, ast.Attribute, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Call)


def _returns(function: ast.FunctionDef) -> int:
    waiting: list[Any] = list(function.body)
    count = 0
    while waiting:
        node = waiting.pop()
        count += isinstance(node, ast.Return)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += children(node)
    return count
