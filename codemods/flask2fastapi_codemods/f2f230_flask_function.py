"""Call what the support module has for a function of Flask.

``url_for``, ``redirect``, ``make_response``, ``jsonify``, ``Response``, ``send_file`` and ``flask.json`` need Flask's
context. Those of the support module do without, have the same names and arguments, and answer the same bytes; they work
in views that stay Flask's too, so a helper that both call is changed once. Only the import differs in most files.
"""

from __future__ import annotations

import libcst as cst

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.model.orders import SwapOrder


class FlaskFunction(Codemod):
    """See the module."""

    code = "F2F230"
    name = "flask-function"
    summary = "url_for, redirect and the like come from the support module"
    safety = Safety.SAFE

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
