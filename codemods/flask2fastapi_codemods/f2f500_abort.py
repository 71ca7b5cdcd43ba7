"""Raise ``HTTPException`` where the view called ``abort``.

Status and description stay; in the hybrid state Flask's own error handlers answer it, as they did before.
"""

from __future__ import annotations

import libcst as cst

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.model.orders import AbortOrder


class Abort(Codemod):
    """See the module."""

    code = "F2F500"
    name = "abort"
    summary = "abort(404) becomes raise HTTPException(404)"
    safety = Safety.SAFE

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.BaseSmallStatement:
        """``abort(404)`` as a statement."""
        return self._raised(original_node, updated_node, updated_node.value)

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.BaseSmallStatement:
        """``return abort(404)``."""
        return self._raised(original_node, updated_node, updated_node.value)

    def _raised(
        self, original: cst.CSTNode, updated: cst.BaseSmallStatement, value: cst.BaseExpression | None
    ) -> cst.BaseSmallStatement:
        if not isinstance(self.context.edit_for(original), AbortOrder) or not isinstance(value, cst.Call):
            return updated
        name = self.context.add_import("fastapi", "HTTPException")
        args = [arg.with_changes(keyword=cst.Name("detail")) if arg.keyword is not None else arg for arg in value.args]
        return cst.Raise(value.with_changes(func=cst.Name(name), args=args))
