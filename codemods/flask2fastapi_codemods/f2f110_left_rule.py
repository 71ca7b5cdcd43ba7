"""Leave the rule of a converted view in Flask's URL map.

``url_for``, ``request.endpoint``, OPTIONS and 405 answers, API documentation and CSRF exemptions of what Flask still
serves need the complete map, and the hybrid front asks it who serves a request. The rule keeps its endpoint, methods
and options; ``moved(view)`` stands for the view. The rules of neighbouring views stand together behind the last one,
in the order in which the decorators registered them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.codemod.statements import Statement, after
from flask2fastapi.model.orders import StatementsOrder
from flask2fastapi_codemods._templates import filled, names_for

if TYPE_CHECKING:
    import libcst as cst


class LeftRule(Codemod):
    """See the module."""

    code = "F2F110"
    name = "left-rule"
    summary = "the rule of a converted view stays in Flask's URL map"
    safety = Safety.SAFE

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.FlattenSentinel[Statement]:
        """Put the rules behind the function."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, StatementsOrder):
            return updated_node
        names = names_for(self.context, order.imports)
        text = "\n".join(filled(line, names) for line in order.lines)
        first, *rest = self.context.statements(f"\n\n{text}\n")
        return after(updated_node, first, *rest)
