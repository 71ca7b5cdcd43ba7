"""Find the nodes that the plan names, in one pass that only measures text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import libcst as cst
from libcst._nodes.internal import CodegenState  # see Measure

from flask2fastapi.engine.nodes import Range, classes_of, key_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from flask2fastapi.model.location import Span
    from flask2fastapi.model.rewrite import Edit, NodeKey

BLANK = frozenset({cst.SimpleWhitespace, cst.TrailingWhitespace, cst.EmptyLine, cst.Newline, cst.Comma, cst.Dot})
"""Half of all nodes: nobody asks where they are."""
LINES = frozenset({cst.SimpleStatementLine, cst.SimpleStatementSuite})
NEWLINE = re.compile(r"\r\n?|\n")


class LossyError(Exception):
    """LibCST does not give a file back as it was: it drops the blank in ``except (A, B) :``, for one."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} does not survive parsing as it is spelled")
        self.line = line


@dataclass(frozen=True, slots=True)
class Located:
    """A module whose ordered nodes are known."""

    module: cst.Module
    text: str
    """Its code, without byte order mark."""
    lines: tuple[int, ...]
    """Where each line begins in ``text``."""
    wholes: Mapping[cst.CSTNode, Range]
    """The top-level statements with all that belongs to them: comments above, decorators, their last newline."""
    ranges: Mapping[cst.CSTNode, Range]
    orders: Mapping[cst.CSTNode, tuple[Edit, ...]]
    path: frozenset[cst.CSTNode]
    """The nodes with an order and all nodes around them."""

    def line_of(self, node: cst.CSTNode) -> int:
        """The line where an original node begins, from 1; 1 for a node that is not of this module."""
        return bisect_right(self.lines, self.ranges.get(node, (0, 0))[0])


def locate(module: cst.Module, text: str, edits: tuple[Edit, ...]) -> Located:
    """Find the nodes of a freshly parsed module that edits name; one that is not there has no order.

    ``text`` is what the module was parsed from, without byte order mark. Raises LossyError if it is not what the
    module gives.
    """
    lines = (0, *(match.end() for match in NEWLINE.finditer(text)))
    orders: dict[tuple[str, int, int], list[Edit]] = {}
    for edit in edits:
        orders.setdefault(_offsets(edit.key, lines), []).append(edit)
    state = Measure(module.default_indent, module.default_newline)
    state.wanted = classes_of({edit.key.kind for edit in edits})
    state.expected = orders
    wholes = state.module(module)
    _compare("".join(state.tokens), text)
    return Located(
        module,
        text,
        lines,
        wholes,
        state.ranges,
        {node: tuple(found) for node, found in state.orders.items()},
        frozenset(state.path),
    )


def _compare(generated: str, text: str) -> None:
    """Raise LossyError unless LibCST gives a file back as it was; only a last newline may be missing in the file."""
    if generated == text or (generated.startswith(text) and not generated[len(text) :].strip("\r\n")):
        return
    place = next((i for i, pair in enumerate(zip(generated, text, strict=False)) if pair[0] != pair[1]), len(text))
    raise LossyError(len(NEWLINE.findall(text[:place])) + 1)


def _offsets(key: NodeKey, lines: tuple[int, ...]) -> tuple[str, int, int]:
    """A key with its span in code points from the start of the file; a line that does not exist gives -1."""
    span: Span = key.span
    if not 0 < span.line <= span.end_line <= len(lines):
        return key.kind, -1, -1
    return key.kind, lines[span.line - 1] + span.column, lines[span.end_line - 1] + span.end_column


class Measure(CodegenState):
    """LibCST's own code generation, counting code points as it goes.

    ``PositionProvider`` does the same work by lines and columns for 1.6 times the cost of parsing and generating a
    file; this is a quarter of that. Its hook, the state that nodes write to, is not part of LibCST's documented
    interface, so a test holds ``Measure`` to what ``ast`` says about whole files.
    """

    def __init__(self, default_indent: str, default_newline: str) -> None:
        super().__init__(default_indent, default_newline)
        self.offset = 0
        self.matched = 0
        self.stack: list[Range] = []
        self.ranges: dict[cst.CSTNode, Range] = {}
        self.wanted: frozenset[type[cst.CSTNode]] = frozenset()
        self.expected: Mapping[tuple[str, int, int], list[Edit]] = {}
        self.orders: dict[cst.CSTNode, list[Edit]] = {}
        self.path: set[cst.CSTNode] = set()

    def module(self, module: cst.Module) -> dict[cst.CSTNode, Range]:
        """Measure a whole module; gives where its statements begin and end with all that belongs to them."""
        wholes: dict[cst.CSTNode, Range] = {}
        for line in module.header:
            line._codegen(self)  # noqa: SLF001  # how LibCST's nodes write themselves; see above
        for statement in module.body:
            start = self.offset
            statement._codegen(self)  # noqa: SLF001
            wholes[statement] = (start, self.offset)
        for line in module.footer:
            line._codegen(self)  # noqa: SLF001
        if self.matched:
            self.path.add(module)
        return wholes

    def add_token(self, value: str) -> None:
        """Keep and count a token."""
        self.tokens.append(value)
        self.offset += len(value)

    def add_indent_tokens(self) -> None:
        """Count the indent of a line."""
        for token in self.indent_tokens:
            self.add_token(token)

    def before_codegen(self, node: cst.CSTNode) -> None:  # noqa: ARG002  # LibCST calls it with the node
        """Remember where a node begins and how many orders were found before it."""
        self.stack.append((self.offset, self.matched))

    def after_codegen(self, node: cst.CSTNode) -> None:
        """Note where a node ended, and whether it or one below it has an order."""
        start, matched = self.stack.pop()
        kind = type(node)
        if kind in BLANK:
            return
        if node not in self.ranges:
            self.ranges[node] = (start, self.offset)
        if kind in LINES:
            self._include_semicolon(cast("cst.SimpleStatementLine | cst.SimpleStatementSuite", node))
        if kind in self.wanted:
            edits = self.expected.get(key_of(node, self.ranges) or ("", 0, 0))
            if edits:
                self.orders[node] = edits
                self.matched += 1
        if self.matched != matched:
            self.path.add(node)

    def _include_semicolon(self, line: cst.SimpleStatementLine | cst.SimpleStatementSuite) -> None:
        """A block ends, for ``ast``, with the semicolon of its last line if it has one."""
        match line.body:
            case [*_, cst.BaseSmallStatement(semicolon=cst.Semicolon() as semicolon)]:
                self.ranges[line] = (self.ranges[line][0], self.ranges[semicolon][1])

    def record_syntactic_position(  # type: ignore[override]  # an object that does what the context manager does
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Syntactic:
        """Note where a node's own text begins and ends, apart from decorators, parentheses and whitespace."""
        return Syntactic(self, node, start_node, end_node)


@dataclass(slots=True)
class Syntactic:
    """The range of one node while its code is generated."""

    state: Measure
    node: cst.CSTNode
    start_node: cst.CSTNode | None
    end_node: cst.CSTNode | None
    start: int = field(default=0)

    def __enter__(self) -> None:
        self.start = self.state.offset

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        ranges = self.state.ranges
        start = self.start if self.start_node is None else ranges[self.start_node][0]
        end = self.state.offset if self.end_node is None else ranges[self.end_node][1]
        ranges[self.node] = (start, end)
