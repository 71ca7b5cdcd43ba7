"""Make a Flask view a FastAPI path operation.

The route decorator becomes that of the router which takes the blueprint's routes, under the endpoint's full name: in
the hybrid state Flask's URL map decides which endpoint serves a request, and the operation is found by that name.
What the view read from its request stands in its signature. ``async def`` only where nothing that it reaches blocks.

This is the one owner of a function's shape: decorators, parameters, ``async``. A return annotation goes, because
FastAPI would make a response model of it and validate what is returned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.model.orders import OperationOrder
from flask2fastapi_codemods._operation import shaped

if TYPE_CHECKING:
    from collections.abc import Sequence


Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


class Operation(Codemod):
    """See the module."""

    code = "F2F100"
    name = "operation"
    summary = "a view becomes a path operation of a router"
    safety = Safety.SAFE

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        """Render what the plan computed."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, OperationOrder):
            return updated_node
        function = shaped(self.context, updated_node, order)
        return _without_first_blanks(original_node, function)


def _without_first_blanks(original: cst.FunctionDef, function: cst.FunctionDef) -> cst.FunctionDef:
    """When the first statement of a body went, what follows takes over the blank lines that it had above it."""
    before, after = original.body, function.body
    if not isinstance(before, cst.IndentedBlock) or not isinstance(after, cst.IndentedBlock):
        return function
    index = 1 if original.get_docstring() is not None else 0
    if len(after.body) == len(before.body) or len(after.body) <= index:
        return function
    old, new = before.body[index], after.body[index]
    if not isinstance(old, Statement) or not isinstance(new, Statement) or _is_kept(old, new, before):
        return function
    blanks = [line for line in old.leading_lines if line.comment is None]
    first = new.with_changes(leading_lines=[*blanks, *_from_comment(new.leading_lines)])
    body = [*after.body[:index], first, *after.body[index + 1 :]]
    return function.with_changes(body=after.with_changes(body=body))


def _is_kept(old: Statement, new: Statement, before: cst.IndentedBlock) -> bool:
    """Whether the first statement still stands; a changed one still begins with the same lines above it."""
    return old is new or (old.leading_lines is new.leading_lines and new not in before.body)


def _from_comment(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    count = next((number for number, line in enumerate(lines) if line.comment), len(lines))
    return list(lines[count:])
