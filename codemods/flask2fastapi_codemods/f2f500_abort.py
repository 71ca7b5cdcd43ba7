"""Raise ``HTTPException`` where the view called ``abort``, or raised an exception of Werkzeug.

Status and description stay; in the hybrid state Flask's own error handlers answer it, as they did before. Where
``abort`` says more (a response, headers, a status that is computed), or where the view itself may catch it, Flask's
``abort`` stays in the hybrid state, and that of the support module takes its place where there is no Flask.
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

    def leave_Raise(self, original_node: cst.Raise, updated_node: cst.Raise) -> cst.Raise:
        """``raise NotFound("no such book")``."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, AbortOrder) or order.status is None:
            return updated_node
        name = self.context.add_import("fastapi", "HTTPException")
        given = updated_node.exc.args if isinstance(updated_node.exc, cst.Call) else []
        status = cst.Arg(cst.Integer(str(order.status)), comma=_COMMA if given else cst.MaybeSentinel.DEFAULT)
        return updated_node.with_changes(exc=cst.Call(cst.Name(name), [status, *map(_detail, given)]))

    def _raised(
        self, original: cst.CSTNode, updated: cst.BaseSmallStatement, value: cst.BaseExpression | None
    ) -> cst.BaseSmallStatement:
        if not isinstance(self.context.edit_for(original), AbortOrder) or not isinstance(value, cst.Call):
            return updated
        name = self.context.add_import("fastapi", "HTTPException")
        return cst.Raise(value.with_changes(func=cst.Name(name), args=[*map(_detail, value.args)]))


_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _detail(arg: cst.Arg) -> cst.Arg:
    """FastAPI's word for a description."""
    return arg.with_changes(keyword=cst.Name("detail")) if arg.keyword is not None else arg
