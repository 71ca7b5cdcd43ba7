"""The common work of codemods that read a parameter where the view asked Flask's request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.codemod import Codemod
from flask2fastapi.codemod.statements import removed
from flask2fastapi.model.orders import NameOrder
from flask2fastapi_codemods._templates import filled, names_for

if TYPE_CHECKING:
    import libcst as cst


class ReadsParameter(Codemod):
    """Puts a name in the place of an expression, or takes away the assignment that the parameter makes needless."""

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """Replace a call."""
        return self._instead(original_node, updated_node)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        """Replace an attribute."""
        return self._instead(original_node, updated_node)

    def leave_Subscript(self, original_node: cst.Subscript, updated_node: cst.Subscript) -> cst.BaseExpression:
        """Replace an item."""
        return self._instead(original_node, updated_node)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        """Replace a name."""
        return self._instead(original_node, updated_node)

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.RemovalSentinel:
        """Remove an assignment."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, NameOrder) or order.code:
            return updated_node
        if len(original_node.body) > 1:
            self.context.refuse(original_node, "the assignment shares its line with other statements")
            return updated_node
        return removed(updated_node)

    def _instead(self, original_node: cst.CSTNode, updated_node: cst.BaseExpression) -> cst.BaseExpression:
        order = self.context.edit_for(original_node)
        if not isinstance(order, NameOrder) or not order.code:
            return updated_node
        names = names_for(self.context, order.imports)
        return self.context.expression(filled(order.code, names) if names else order.code)
