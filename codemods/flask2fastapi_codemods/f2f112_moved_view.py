"""Leave the rule of a view that a call registers in Flask's URL map.

``add_url_rule`` goes on being called, with the same endpoint, methods and options, by whoever calls it: at module
level, in a factory, in a loop over a table. ``moved(...)`` around its view stands for what FastAPI serves. A class
keeps its ``as_view``, from whose function Flask reads methods and endpoint.
"""

from __future__ import annotations

import libcst as cst

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.model.orders import WrapOrder


class MovedView(Codemod):
    """See the module."""

    code = "F2F112"
    name = "moved-view"
    summary = "the rule of a view that `add_url_rule` registers stays in Flask's URL map"
    safety = Safety.SAFE

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        """``index``."""
        return self._wrapped(original_node, updated_node)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        """``views.index``."""
        return self._wrapped(original_node, updated_node)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """``ItemAPI.as_view("item")``."""
        return self._wrapped(original_node, updated_node)

    def _wrapped(self, original: cst.CSTNode, updated: cst.BaseExpression) -> cst.BaseExpression:
        order = self.context.edit_for(original)
        if not isinstance(order, WrapOrder):
            return updated
        name = self.context.add_import(order.function.module, order.function.name)
        return cst.Call(cst.Name(name), [cst.Arg(updated)])
