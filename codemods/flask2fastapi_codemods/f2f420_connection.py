"""Let a connection to SQLite be used by all threads of a request.

Without Flask, hooks and operations of one request have a thread each, one after another. A connection that the request
keeps in ``g`` is made in one and closed in another: ``sqlite3.connect(path, check_same_thread=False)``.
"""

from __future__ import annotations

import libcst as cst

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.model.orders import KeywordOrder


class Connection(Codemod):
    """See the module."""

    code = "F2F420"
    name = "connection"
    summary = "a connection to SQLite that a request keeps may go from one thread to another"
    safety = Safety.SAFE

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """``sqlite3.connect(path)``."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, KeywordOrder):
            return updated_node
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        given = cst.Arg(self.context.expression(order.value), keyword=cst.Name(order.name), equal=equal)
        if not updated_node.args:
            return updated_node.with_changes(args=[given])
        *others, last = updated_node.args
        comma = last.comma if isinstance(last.comma, cst.Comma) else None
        behind = cst.Comma(whitespace_after=_between(updated_node))
        given = given.with_changes(
            comma=comma or cst.MaybeSentinel.DEFAULT, whitespace_after_arg=last.whitespace_after_arg
        )
        last = last.with_changes(comma=behind, whitespace_after_arg=cst.SimpleWhitespace(""))
        return updated_node.with_changes(args=[*others, last, given])


def _between(call: cst.Call) -> cst.BaseParenthesizableWhitespace:
    """What stands between two arguments of a call."""
    comma = call.args[0].comma
    if len(call.args) > 1 and isinstance(comma, cst.Comma):
        return comma.whitespace_after
    return cst.SimpleWhitespace(" ")
