"""Make an operation of each branch of a view that branches on ``request.method``.

A view of several methods is often several views in one. Where the branches have at most two lines in common (a guard
before them, a page behind them) and nothing but its rules names the function, each becomes a function of its own, with
its own parameters, status and documentation, and the lines in common stand in each. The operation for GET keeps the
view's name, that of the first method where there is no GET; the others have their methods behind it: ``book``,
``book_delete``. All have the name of the Flask endpoint as their route's name, so that URLs are built as before, and
one rule is left to Flask's URL map.

HEAD goes to the operation for GET, unless the view took it elsewhere: where it asks ``request.method == "GET"``, HEAD
is not that, and the other branch has a second decorator for it, which no documentation shows. Where branches share
more than two lines, the view stays one operation of several methods, and goes on asking for the method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.codemod.statements import before
from flask2fastapi.model.branches import Take
from flask2fastapi.model.orders import BranchOrder, SplitOrder, StatementsOrder
from flask2fastapi_codemods._operation import ended, shaped
from flask2fastapi_codemods._templates import filled, names_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flask2fastapi.codemod import FileContext

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
_Kept: TypeAlias = "tuple[list[Statement], list[cst.EmptyLine]]"
"""Statements, and the comments below them."""


class Split(Codemod):
    """See the module."""

    code = "F2F107"
    name = "split"
    summary = "a view that branches on the method becomes an operation for each branch"
    safety = Safety.SAFE

    def __init__(self, context: FileContext) -> None:
        super().__init__(context)
        self._orders: dict[cst.CSTNode, tuple[BranchOrder | None, ...]] = {}
        """The test of an ``if`` -> what each part keeps of it."""

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If:
        """Remember what becomes of it: its statements are not rewritten to the end before the function is left."""
        orders = self.context.edit_for(original_node)
        if isinstance(orders, tuple):
            self._orders[updated_node.test] = orders
        return updated_node

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.FlattenSentinel[Statement]:
        """Put a function for each part in the place of the view."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, SplitOrder):
            return updated_node
        if not isinstance(updated_node.body, cst.IndentedBlock):
            self.context.refuse(original_node, "the body stands on the line of its function")
            return updated_node
        made: list[Statement] = []
        for number, part in enumerate(order.parts):
            kept, below = _Part(number, self._orders).suite(updated_node.body)
            body = updated_node.body.with_changes(body=_begun(original_node, kept), footer=below)
            function = updated_node.with_changes(name=cst.Name(part.name), body=body)
            if number:
                function = _again(original_node, function)
            function = shaped(self.context, function, part.shape)
            function = ended(self.context, function, part.end) if part.end is not None else function
            made += before(function, *self._written(part.above, "\n\n\n", "")).nodes
        return cst.FlattenSentinel([*made, *self._written(order.behind, "\n", "\n\n")])

    def _written(self, order: StatementsOrder | None, between: str, above: str) -> Sequence[Statement]:
        if order is None or not order.lines:
            return ()
        names = names_for(self.context, order.imports)
        return self.context.statements(f"{above}{between.join(filled(line, names) for line in order.lines)}\n")


class _Part:
    """Makes the statements of one part, which take over the comments of what is no longer around them."""

    def __init__(self, number: int, orders: Mapping[cst.CSTNode, tuple[BranchOrder | None, ...]]) -> None:
        self._number = number
        self._orders = orders

    def suite(self, suite: cst.BaseSuite) -> _Kept:
        """What is left of a block."""
        if isinstance(suite, cst.IndentedBlock):
            kept, below, ends = self._statements(suite.body)
            return kept, [*below, *([] if ends else suite.footer)]
        simple = cst.ensure_type(suite, cst.SimpleStatementSuite)
        return [cst.SimpleStatementLine(simple.body, trailing_whitespace=simple.trailing_whitespace)], []

    def _statements(self, body: Iterable[cst.BaseStatement]) -> tuple[list[Statement], list[cst.EmptyLine], bool]:
        found: list[Statement] = []
        above: list[cst.EmptyLine] = []
        for each in body:
            statement = _statement(each)
            order = self._order(statement)
            if order is not None and isinstance(statement, cst.If):
                kept, below = self._taken(statement, order)
            else:
                kept, below = [statement.deep_clone() if self._number else statement], []
            if kept:
                kept[0] = kept[0].with_changes(leading_lines=[*above, *kept[0].leading_lines])
                above = []
            found += kept
            above += below
            if order is not None and order.ends:
                return found, above, True
        return found, above, False

    def _order(self, statement: Statement) -> BranchOrder | None:
        orders = self._orders.get(statement.test) if isinstance(statement, cst.If) else None
        return orders[self._number] if orders is not None else None

    def _taken(self, node: cst.If, order: BranchOrder) -> _Kept:
        if order.take is Take.REST:
            return [node.with_changes(test=_without_first(node.test)).deep_clone()], []
        if order.take is Take.BODY:
            return _below(node.leading_lines, node.body, self.suite(node.body))
        if isinstance(node.orelse, cst.If):
            kept, below, _ = self._statements([node.orelse])
            return _below(_blanks(node.leading_lines), None, (kept, below))
        if node.orelse is None:
            return [], []
        lines = [*_blanks(node.leading_lines), *node.orelse.leading_lines]
        return _below(lines, node.orelse.body, self.suite(node.orelse.body))


def _statement(node: cst.CSTNode) -> Statement:
    assert isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    return node


def _below(lines: Iterable[cst.EmptyLine], suite: cst.BaseSuite | None, kept: _Kept) -> _Kept:
    """Statements that have above them what stood above their block, and the comment on its line."""
    statements, below = kept
    header = suite.header.comment if isinstance(suite, cst.IndentedBlock) else None
    above = [*lines, *([cst.EmptyLine(comment=header)] if header is not None else [])]
    if statements:
        statements[0] = statements[0].with_changes(leading_lines=[*above, *_from_comment(statements[0].leading_lines)])
        return statements, below
    return statements, [*above, *below]


def _without_first(test: cst.BaseExpression) -> cst.BaseExpression:
    """A test without the first of its conditions."""
    assert isinstance(test, cst.BooleanOperation)
    left = test.left
    if isinstance(left, cst.BooleanOperation) and not left.lpar and type(left.operator) is type(test.operator):
        return test.with_changes(left=_without_first(left))
    if test.lpar and not test.right.lpar:
        return test.right.with_changes(lpar=test.lpar, rpar=test.rpar)
    return test.right


def _begun(original: cst.FunctionDef, body: Sequence[Statement]) -> list[Statement]:
    """A body that begins with the blank lines that the view had there: none, or those below its docstring."""
    start = 1 if original.get_docstring() is not None else 0
    if len(body) <= start:
        return list(body)
    blanks: Sequence[cst.EmptyLine] = ()
    whole = original.body.body
    if start and len(whole) > 1:
        blanks = _blanks(_statement(whole[1]).leading_lines)
    first = body[start].with_changes(leading_lines=[*blanks, *_from_comment(body[start].leading_lines)])
    return [*body[:start], first, *body[start + 1 :]]


def _again(original: cst.FunctionDef, function: cst.FunctionDef) -> cst.FunctionDef:
    """The function as one more, without the comments above its name."""
    function = function.deep_clone()
    decorators = [each.with_changes(leading_lines=[]) for each in function.decorators]
    blanks = _blanks(original.leading_lines) or [cst.EmptyLine(indent=False)]
    return function.with_changes(decorators=decorators, lines_after_decorators=[], leading_lines=blanks)


def _blanks(lines: Iterable[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """The blank lines at the top."""
    found: list[cst.EmptyLine] = []
    for each in lines:
        if each.comment is not None:
            break
        found.append(each)
    return found


def _from_comment(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    return list(lines[len(_blanks(lines)) :])
