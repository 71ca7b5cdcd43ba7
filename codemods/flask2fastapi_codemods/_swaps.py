"""The common work of codemods that name something in the support module instead."""

from __future__ import annotations

import libcst as cst

from flask2fastapi.codemod import Codemod
from flask2fastapi.model.orders import SwapOrder


class Swaps(Codemod):
    """Puts a name of the support module in the place of a name or attribute."""

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        """``url_for``."""
        return self._instead(original_node, updated_node)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        """``flask.url_for``."""
        return self._instead(original_node, updated_node)

    def _instead(self, original_node: cst.CSTNode, updated_node: cst.BaseExpression) -> cst.BaseExpression:
        order = self.context.edit_for(original_node)
        if not isinstance(order, SwapOrder):
            return updated_node
        return cst.Name(self.context.add_import(order.name.module, order.name.name))
