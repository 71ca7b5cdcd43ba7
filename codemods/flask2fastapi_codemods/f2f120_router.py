"""Make the router that takes the converted routes of a blueprint, or of the application itself.

It stands beside the blueprint (``blog_bp`` and ``blog_router``), or below the imports of a module that registers routes
on a blueprint made elsewhere. The front includes it under the full prefix that Flask has for the blueprint.
"""

from __future__ import annotations

import libcst as cst

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.codemod.statements import Statement, after
from flask2fastapi.model.orders import StatementsOrder
from flask2fastapi_codemods._templates import filled, names_for


class Router(Codemod):
    """See the module."""

    code = "F2F120"
    name = "router"
    summary = "a router takes the converted routes of a blueprint"
    safety = Safety.SAFE

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[Statement]:
        """Put the router behind the statement."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, StatementsOrder):
            return updated_node
        names = names_for(self.context, order.imports)
        above = "\n" if isinstance(original_node.body[0], cst.Import | cst.ImportFrom) else ""
        text = "\n".join(filled(line, names) for line in order.lines)
        return after(updated_node, *self.context.statements(f"{above}{text}\n"))
