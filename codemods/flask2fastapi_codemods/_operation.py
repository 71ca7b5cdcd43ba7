"""The common work of codemods that shape the function of a path operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from flask2fastapi.codemod.statements import replace_decorators
from flask2fastapi.model.views import NO_DECORATOR
from flask2fastapi_codemods._templates import filled, names_for

if TYPE_CHECKING:
    from flask2fastapi.codemod import FileContext
    from flask2fastapi.model.orders import EndOrder, OperationOrder


def shaped(context: FileContext, function: cst.FunctionDef, order: OperationOrder) -> cst.FunctionDef:
    """A function with the decorators and parameters of an operation, ``async`` or not."""
    names = names_for(context, order.imports)
    changes = {
        index: [context.expression(filled(template, names)) for template in templates]
        for index, templates in order.decorators
    }
    added = [cst.Decorator(each) for each in changes.pop(NO_DECORATOR, [])]
    function = cst.ensure_type(replace_decorators(function, changes), cst.FunctionDef)
    function = function.with_changes(decorators=[*added, *function.decorators])
    if order.parameters is not None:
        function = function.with_changes(params=_parameters(context, filled(order.parameters, names)))
        function = function.with_changes(whitespace_before_params=cst.SimpleWhitespace(""))
    if order.is_async:
        function = function.with_changes(asynchronous=cst.Asynchronous())
    if order.drop_returns:
        function = function.with_changes(returns=None)
    return function


def _parameters(context: FileContext, text: str) -> cst.Parameters:
    (statement,) = context.statements(f"def _({text}): pass")
    return cst.ensure_type(statement, cst.FunctionDef).params


def ended(context: FileContext, function: cst.FunctionDef, order: EndOrder) -> cst.FunctionDef:
    """A function that ends with the error of a view that returns nothing; its body is a block."""
    name = context.add_import(order.response.module, order.response.name)
    end = context.statement(f"return {name}(None)  # Flask takes this for an error, and answers 500")
    block = cst.ensure_type(function.body, cst.IndentedBlock)
    end = end.with_changes(leading_lines=block.footer)
    return function.with_changes(body=block.with_changes(body=[*block.body, end], footer=[]))
