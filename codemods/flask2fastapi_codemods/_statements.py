"""The common work of codemods that write statements in the place of one, or behind one."""

from __future__ import annotations

import libcst as cst

from flask2fastapi.codemod import Codemod
from flask2fastapi.codemod.statements import Statement, after, instead, removed
from flask2fastapi.model.orders import ReplaceOrder, StatementsOrder
from flask2fastapi_codemods._templates import filled, names_for


class ReplacesStatement(Codemod):
    """Puts the ordered statements in the place of one, or none; a comment at its end stays at the end of the first."""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> Statement | cst.FlattenSentinel[Statement] | cst.RemovalSentinel:
        """Replace a statement."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, ReplaceOrder):
            return updated_node
        if len(original_node.body) > 1:
            self.context.refuse(original_node, "it shares its line with other statements")
            return updated_node
        if not order.lines:
            return removed(updated_node)
        names = names_for(self.context, order.imports)
        first, *rest = [self.context.statement(filled(line, names)) for line in order.lines]
        if isinstance(first, cst.SimpleStatementLine):
            first = first.with_changes(trailing_whitespace=updated_node.trailing_whitespace)
        return instead(updated_node, first, *rest)


class PutsBehind(Codemod):
    """Puts the ordered statements behind a function or class."""

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.FlattenSentinel[Statement]:
        """Put them behind a function."""
        statements = self._ordered(original_node)
        return after(updated_node, *statements) if statements else updated_node

    def leave_ClassDef(
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef | cst.FlattenSentinel[Statement]:
        """Put them behind a class."""
        statements = self._ordered(original_node)
        return after(updated_node, *statements) if statements else updated_node

    def _ordered(self, node: cst.CSTNode) -> list[Statement]:
        order = self.context.edit_for(node)
        if not isinstance(order, StatementsOrder):
            return []
        names = names_for(self.context, order.imports)
        text = "\n".join(filled(line, names) for line in order.lines)
        return list(self.context.statements(f"\n\n{text}\n"))
