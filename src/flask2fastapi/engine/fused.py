"""All codemods of a file in one traversal, which goes only where orders are."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

import libcst as cst

from flask2fastapi.codemod import Codemod, statements

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask2fastapi.engine.located import Located

NodeT = TypeVar("NodeT", bound=cst.CSTNode)
Left: TypeAlias = "cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]"
Methods: TypeAlias = "dict[str, list[tuple[int, Callable[..., object]]]]"
"""By node name: the codemods, in code order, that have a method for it."""


HIDDEN = frozenset(
    {cst.SimpleWhitespace, cst.ParenthesizedWhitespace, cst.TrailingWhitespace, cst.EmptyLine, cst.Newline, cst.Comment}
    | {cst.Comma, cst.Dot, cst.AssignEqual, cst.Semicolon, cst.Colon, cst.LeftParen, cst.RightParen}
    | {cst.LeftSquareBracket, cst.RightSquareBracket, cst.LeftCurlyBrace, cst.RightCurlyBrace}
)
"""Punctuation and blanks: more than half of all nodes. They are entered only if a codemod has a method for one."""
LEAVES = frozenset({cst.Name, cst.SimpleString, cst.Integer, cst.Float, cst.Imaginary, cst.Ellipsis})
"""Nodes with nothing but such below them."""


class Fused(cst.CSTTransformer):
    """Calls the ``visit_`` and ``leave_`` methods of several codemods, in their order, node by node.

    It enters the nodes that hold an order and everything below an ordered node; the rest of the file keeps its very
    nodes. On leaving a node each codemod gets what the one before made of it, of several statements the first that has
    the node's type, until none has.
    """

    def __init__(self, codemods: Sequence[Codemod], located: Located) -> None:
        super().__init__()
        self._visits = _methods(codemods, "visit_")
        self._leaves = _methods(codemods, "leave_")
        self._orders = located.orders
        self._path = located.path
        named = {name.partition("_")[0] for name in (*self._visits, *self._leaves)}
        self._closed = frozenset() if named & {kind.__name__ for kind in HIDDEN} else HIDDEN | LEAVES
        self._below = 0
        self._spared: dict[int, cst.CSTNode] = {}
        self._owner = {index: type(codemod).code for index, codemod in enumerate(codemods)}
        self.changed: set[str] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Tell the codemods that a node begins; whether to look below it."""
        if node in self._orders:
            self._below += 1
        elif not self._below and node not in self._path:
            return False
        for index, method in self._visits.get(type(node).__name__, ()):
            if index not in self._spared and method(node) is False:
                self._spared[index] = node
        return type(node) not in self._closed

    def on_leave(self, original_node: NodeT, updated_node: NodeT) -> NodeT:
        """Let the codemods make something of a node."""
        if not self._below and original_node not in self._path:
            return updated_node
        if original_node in self._orders:
            self._below -= 1
        self._end_sparing(original_node)
        result: Left = updated_node
        for index, method in self._leaves.get(type(original_node).__name__, ()):
            before = _main(result, type(original_node))
            if index in self._spared or before is None:
                continue
            made = cast("Left", method(original_node, before))
            if made is not before:
                result = _put(result, before, made)
                self.changed.add(self._owner[index])
        return cast("NodeT", _settled(result))

    def on_visit_attribute(self, node: cst.CSTNode, attribute: str) -> None:
        """Tell the codemods that an attribute of a node begins."""
        for index, method in self._visits.get(f"{type(node).__name__}_{attribute}", ()):
            if index not in self._spared:
                method(node)

    def on_leave_attribute(self, original_node: cst.CSTNode, attribute: str) -> None:
        """Tell the codemods that an attribute of a node ends."""
        for index, method in self._leaves.get(f"{type(original_node).__name__}_{attribute}", ()):
            if index not in self._spared:
                method(original_node)

    def _end_sparing(self, node: cst.CSTNode) -> None:
        """The codemods that did not want to look below a node are called again from here on."""
        for index in [index for index, spared in self._spared.items() if spared is node]:
            del self._spared[index]


def _methods(codemods: Sequence[Codemod], prefix: str) -> Methods:
    """What codemods define themselves; the empty methods of LibCST's base class do not count."""
    found: Methods = {}
    inherited = set(Codemod.__mro__)
    for index, codemod in enumerate(codemods):
        own = {name for cls in type(codemod).__mro__ if cls not in inherited for name in vars(cls)}
        for name in sorted(own):
            if name.startswith(prefix):
                found.setdefault(name.removeprefix(prefix), []).append((index, getattr(codemod, name)))
    return found


def _main(result: Left, kind: type[cst.CSTNode]) -> cst.CSTNode | None:
    """What a node was made of that is still of its type: the first of several statements."""
    nodes = result.nodes if isinstance(result, cst.FlattenSentinel) else (result,)
    return next((each for each in nodes if isinstance(each, cst.CSTNode) and type(each) is kind), None)


def _put(result: Left, before: cst.CSTNode, made: Left) -> Left:
    """What a codemod has made of one of several statements stands in its place among them."""
    if not isinstance(result, cst.FlattenSentinel):
        return made
    new = [*made.nodes] if isinstance(made, cst.FlattenSentinel) else [made] if isinstance(made, cst.CSTNode) else []
    return cst.FlattenSentinel([other for each in result.nodes for other in (new if each is before else [each])])


def _settled(node: Left) -> Left:
    """A block whose removed statements have left their comments to what follows."""
    if not isinstance(node, cst.Module | cst.IndentedBlock) or not any(map(statements.is_placeholder, node.body)):
        return node
    body, footer = statements.settle(cast("Sequence[statements.Statement]", node.body), node.footer)
    return node.with_changes(body=body, footer=footer)
