"""Return status and headers as FastAPI has them.

``return value, 201`` would be a JSON array in FastAPI. A status that all returns of a view share stands in the
decorator and the value is returned alone; one that differs is given to a response class: ``JSONResponse(value, 400)``.
An empty body with status 204 is returned by returning nothing. What cannot be known by reading (the result of a helper,
a variable that may hold a tuple) goes through ``answer`` of the support module, which applies Flask's rules when
the view runs: JSON of a dictionary, HTML of text, an error of None. A reason phrase of the view's own (``"404 NOPE"``)
is not sent: ASGI has no word for it, HTTP/2 no place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.codemod.statements import removed
from flask2fastapi.model.orders import ReturnOrder

if TYPE_CHECKING:
    from flask2fastapi.model.rewrite import ImportName

_TWO = 2


class ReturnStatus(Codemod):
    """See the module."""

    code = "F2F220"
    name = "return-status"
    summary = "a returned status moves into the decorator or a response class"
    safety = Safety.SAFE

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:
        """Return the content alone or in a response class."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, ReturnOrder) or order.removed:
            return updated_node
        if order.as_given and order.response is not None:
            return self._given(updated_node, order.response)
        if updated_node.value is None:
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

    def _given(self, node: cst.Return, function: ImportName) -> cst.Return:
        """``return answer(value, status)`` of ``return value, status``."""
        value = node.value or cst.Name("None")
        parts = [each.value for each in value.elements] if isinstance(value, cst.Tuple) else [value]
        if len(parts) < _TWO:
            parts = [value]
        name = self.context.add_import(function.module, function.name)
        args = [cst.Arg(_argument(each)) for each in parts]
        call = cst.Call(cst.Name(name), [*map(_separated, args[:-1]), *args[-1:]])
        return node.with_changes(value=call, whitespace_after_return=_space(call))

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


def _argument(value: cst.BaseExpression) -> cst.BaseExpression:
    """A value in the place of an argument, where parentheses that held its lines together are not needed."""
    if isinstance(value, cst.Tuple | cst.GeneratorExp | cst.Yield | cst.NamedExpr) or not value.lpar:
        return value
    return value.with_changes(lpar=[], rpar=[])


def _named(keyword: str, value: cst.BaseExpression) -> cst.Arg:
    return cst.Arg(value, cst.Name(keyword), equal=_EQUAL)


_EQUAL = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def _separated(arg: cst.Arg) -> cst.Arg:
    return arg.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))


def _space(value: cst.BaseExpression | None) -> cst.SimpleWhitespace:
    return cst.SimpleWhitespace(" " if value is not None else "")
