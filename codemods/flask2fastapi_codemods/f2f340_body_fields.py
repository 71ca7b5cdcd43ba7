"""Describe the fields of a body, where the application offers its documentation (``--openapi``).

A body that the view reads field by field gets a ``TypedDict`` named after the operation, with the fields that the view
names: those that it does without are ``NotRequired``. ``data: JSONBody[AddBook]`` is for readers and for
``/openapi.json`` alone: the operation gets what was sent and judges it itself, as before, whether it is a dictionary,
null, or has other fields. A Pydantic model would answer 422 in the view's place. Forms and uploads are described alike,
``form: FormBody[LoginForm]``. Where the view only hands the body on, nothing is known of its fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.codemod.statements import before
from flask2fastapi.model.orders import StatementsOrder
from flask2fastapi_codemods._templates import filled, names_for

if TYPE_CHECKING:
    import libcst as cst

    from flask2fastapi.codemod.statements import Statement


class BodyFields(Codemod):
    """See the module."""

    code = "F2F340"
    name = "body-fields"
    summary = "the fields of a body are described for the documentation"
    safety = Safety.SAFE

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.FlattenSentinel[Statement]:
        """Put the classes above the function."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, StatementsOrder):
            return updated_node
        names = names_for(self.context, order.imports)
        text = "\n\n\n".join(filled(line, names) for line in order.lines)
        return before(updated_node, *self.context.statements(f"{text}\n"))
