"""Make responses by FastAPI's own classes where they send the same bytes.

``Response("a,b", mimetype="text/csv")`` becomes ``Response("a,b", media_type="text/csv")``, with the charset that
Werkzeug adds; text without a type becomes an ``HTMLResponse``. Cookies, streams and whatever else Flask's responses can
do keep Flask's response class, as the support module has it. So do headers made of text that may hold a line break:
Werkzeug refuses them, Starlette would send them.
"""

from __future__ import annotations

import libcst as cst

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.model.orders import ResponseOrder


class ResponseClass(Codemod):
    """See the module."""

    code = "F2F240"
    name = "response-class"
    summary = "Response(text, mimetype=...) becomes a response of FastAPI"
    safety = Safety.SAFE

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """Put the response class in its place."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, ResponseOrder):
            return updated_node
        name = self.context.add_import(order.response.module, order.response.name)
        content, status, headers = (
            _value(updated_node, place) for place in (order.content, order.status, order.headers)
        )
        args = [] if content is None else [cst.Arg(content)]
        if status is not None:
            args.append(cst.Arg(status) if args else _named("status_code", status))
        if order.content_type is not None:
            headers = _with_type(order.content_type, headers)
        if headers is not None:
            args.append(_named("headers", headers))
        if order.media is not None:
            args.append(_named("media_type", _literal(order.media)))
        return cst.Call(cst.Name(name), [*map(_separated, args[:-1]), *args[-1:]])


def _value(call: cst.Call, place: int | str | None) -> cst.BaseExpression | None:
    if place is None:
        return None
    if isinstance(place, int):
        return call.args[place].value
    return next(arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == place)


def _with_type(content_type: str, headers: cst.BaseExpression | None) -> cst.BaseExpression:
    """A dictionary of headers with one more."""
    element = cst.DictElement(_literal("content-type"), _literal(content_type))
    if not isinstance(headers, cst.Dict) or not headers.elements:
        return cst.Dict([element])
    element = element.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
    return headers.with_changes(elements=[element, *headers.elements])


def _literal(text: str) -> cst.SimpleString:
    return cst.SimpleString(f'"{text}"')


def _named(keyword: str, value: cst.BaseExpression) -> cst.Arg:
    return cst.Arg(value, cst.Name(keyword), equal=_EQUAL)


_EQUAL = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def _separated(arg: cst.Arg) -> cst.Arg:
    return arg.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
