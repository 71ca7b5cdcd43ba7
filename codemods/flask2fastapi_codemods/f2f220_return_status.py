"""Return status and headers as FastAPI has them.

``return value, 201`` would be a JSON array in FastAPI. A status that all returns of a view share stands in the
decorator and the value is returned alone; one that differs is given to a response class: ``JSONResponse(value, 400)``.
An empty body with status 204 is returned by returning nothing.
"""

from __future__ import annotations

import libcst as cst

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.codemod.statements import removed
from flask2fastapi.model.orders import ReturnOrder


class ReturnStatus(Codemod):
    """See the module."""

    code = "F2F220"
    name = "return-status"
    summary = "a returned status moves into the decorator or a response class"
    safety = Safety.SAFE

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:
        """Return the content alone or in a response class."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, ReturnOrder) or updated_node.value is None or order.removed:
            return updated_node
        content, *rest = _parts(updated_node.value, order)
        if order.response is None:
            value = None if order.empty else content
            return updated_node.with_changes(value=value, whitespace_after_return=_space(value))
        name = self.context.add_import(order.response.module, order.response.name)
        args = [] if order.empty else [cst.Arg(content)]
        if order.status:
            args.append(cst.Arg(rest[0]) if args else _named("status_code", rest[0]))
        if order.headers:
            args.append(_named("headers", rest[-1]))
        call = cst.Call(cst.Name(name), [*map(_separated, args[:-1]), *args[-1:]])
        return updated_node.with_changes(value=call, whitespace_after_return=_space(call))

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.RemovalSentinel:
        """Remove a last ``return "", 204``."""
        order = self.context.edit_for(original_node)
        if isinstance(order, ReturnOrder) and order.removed:
            return removed(updated_node)
        return updated_node


def _parts(value: cst.BaseExpression, order: ReturnOrder) -> list[cst.BaseExpression]:
    if order.maker:
        return [_bare(arg.value) for arg in cst.ensure_type(value, cst.Call).args]
    if order.parts:
        return [_bare(element.value) for element in cst.ensure_type(value, cst.Tuple).elements]
    return [value]


def _bare(value: cst.BaseExpression) -> cst.BaseExpression:
    return value


def _named(keyword: str, value: cst.BaseExpression) -> cst.Arg:
    return cst.Arg(value, cst.Name(keyword), equal=_EQUAL)


_EQUAL = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def _separated(arg: cst.Arg) -> cst.Arg:
    return arg.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))


def _space(value: cst.BaseExpression | None) -> cst.SimpleWhitespace:
    return cst.SimpleWhitespace(" " if value is not None else "")
