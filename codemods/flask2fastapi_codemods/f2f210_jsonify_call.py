"""Return the value itself instead of wrapping it in ``jsonify``.

FastAPI makes JSON of what is returned. It is the same JSON where every part is provably text, a number, a boolean,
None, or a list or dictionary of these (the order of keys and the final newline are not). Anything else, dates and
decimals above all, is written by Flask's own encoder through ``FlaskJSONResponse`` of the support module.
"""

from __future__ import annotations

import libcst as cst

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.model.orders import JsonifyOrder


class JsonifyCall(Codemod):
    """See the module."""

    code = "F2F210"
    name = "jsonify-call"
    summary = "jsonify(value) is returned as value"
    safety = Safety.SAFE

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """Take ``jsonify`` off, or put the response class in its place."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, JsonifyOrder):
            return updated_node
        content = _content(updated_node)
        if order.response is None:
            return content
        name = self.context.add_import(order.response.module, order.response.name)
        if len(updated_node.args) == 1 and updated_node.args[0].keyword is None and not updated_node.args[0].star:
            return updated_node.with_changes(func=cst.Name(name))
        return cst.Call(cst.Name(name), [cst.Arg(content)])


def _content(call: cst.Call) -> cst.BaseExpression:
    """What ``jsonify`` makes of its arguments: ``None``, the value, a list of values, or a dictionary."""
    args = call.args
    if not args:
        return cst.Name("None")
    if all(arg.keyword is None and not arg.star for arg in args):
        if len(args) == 1:
            return args[0].value
        return cst.List([cst.Element(arg.value, comma=_comma(arg)) for arg in args])
    return cst.Dict(
        [
            (
                cst.StarredDictElement(arg.value, comma=_comma(arg))
                if arg.keyword is None
                else cst.DictElement(_text(arg.keyword.value), arg.value, comma=_comma(arg))
            )
            for arg in args
        ],
        lbrace=cst.LeftCurlyBrace(whitespace_after=call.whitespace_before_args),
    )


def _comma(arg: cst.Arg) -> cst.Comma | cst.MaybeSentinel:
    return arg.comma


def _text(name: str) -> cst.SimpleString:
    return cst.SimpleString(f'"{name}"')
