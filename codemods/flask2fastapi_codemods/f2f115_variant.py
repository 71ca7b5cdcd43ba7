"""Serve rules that do not fill all parameters of their view.

``/posts/`` with ``defaults={"page": 1}`` beside ``/posts/<int:page>``, or ``/hello`` beside ``/hello/<name>`` on a view
whose ``name`` has a default: a parameter of a path operation that its path does not have would be a public query
parameter. A function behind the view serves the rule and calls the view, as Flask does, with what the rule gives.
While Flask's URL map stays, the rule left to it (F2F110) stands behind that function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.codemod.statements import Statement, after
from flask2fastapi.model.orders import StatementsOrder
from flask2fastapi_codemods._templates import filled, names_for

if TYPE_CHECKING:
    import libcst as cst


class Variant(Codemod):
    """See the module."""

    code = "F2F115"
    name = "variant"
    summary = "a rule that does not fill all parameters of its view gets a function of its own"
    safety = Safety.SAFE

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.FlattenSentinel[Statement]:
        """Put the functions behind the view."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, StatementsOrder):
            return updated_node
        names = names_for(self.context, order.imports)
        text = "\n".join(filled(line, names) for line in order.lines)
        return after(updated_node, *self.context.statements(f"\n\n{text}\n"))
