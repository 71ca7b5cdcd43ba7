"""Register the methods of a class view as path operations.

Flask makes an object of the class for each request. Where nothing is kept in it, no method of another view is called on
it, and ``as_view`` gives it nothing, one object does as well: the class stays, with its methods in FastAPI's words, and
each is registered behind it. A rule that does not fill all parameters of a method gets a function of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.codemod.statements import Statement, after
from flask2fastapi.model.orders import StatementsOrder
from flask2fastapi_codemods._templates import filled, names_for

if TYPE_CHECKING:
    import libcst as cst


class ClassView(Codemod):
    """See the module."""

    code = "F2F116"
    name = "class-view"
    summary = "the methods of a class view become path operations"
    safety = Safety.SAFE

    def leave_ClassDef(
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef | cst.FlattenSentinel[Statement]:
        """Put what registers the methods behind the class."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, StatementsOrder):
            return updated_node
        names = names_for(self.context, order.imports)
        text = "\n".join(filled(line, names) for line in order.lines)
        return after(updated_node, *self.context.statements(f"\n\n{text}\n"))
