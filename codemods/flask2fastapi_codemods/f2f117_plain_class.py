"""Take Flask's bases from a class view whose application needs no Flask.

Its methods are registered one by one (F2F145), so nothing dispatches requests to it any more.
"""

from __future__ import annotations

import libcst as cst

from flask2fastapi.codemod import Codemod, Safety
from flask2fastapi.model.orders import BasesOrder


class PlainClass(Codemod):
    """See the module."""

    code = "F2F117"
    name = "plain-class"
    summary = "a class view no longer inherits from Flask's classes"
    safety = Safety.SAFE

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        """Leave the other bases."""
        order = self.context.edit_for(original_node)
        if not isinstance(order, BasesOrder):
            return updated_node
        bases = [base for place, base in enumerate(updated_node.bases) if place not in order.places]
        if bases:
            last = bases[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
            return updated_node.with_changes(bases=[*bases[:-1], last])
        none = cst.MaybeSentinel.DEFAULT
        return updated_node.with_changes(bases=[], lpar=none, rpar=none)
