"""Keep the error of a view that returns nothing.

Flask answers 500 to a view that reaches its end without ``return``; FastAPI would answer ``null`` with 200. What
the view does at its end is now written down, and may be put right there.
"""

from __future__ import annotations

import libcst as cst

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.model.orders import EndOrder
from flask2fastapi_codemods._operation import ended


class End(Codemod):
    """See the module."""

    code = "F2F105"
    name = "end"
    summary = "a view that may return nothing keeps its error"
    safety = Safety.SAFE

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        """Put the return behind the last statement."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, EndOrder):
            return updated_node
        if not isinstance(updated_node.body, cst.IndentedBlock):
            self.context.refuse(original_node, "the body stands on the line of its function")
            return updated_node
        return ended(self.context, updated_node, order)
