"""Views that a call of ``add_url_rule`` registers: where the call names them, and what is against converting that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask2fastapi.model.plan import Reason
    from flask2fastapi.model.rewrite import NodeKey


@dataclass(frozen=True, slots=True)
class Registered:
    """One rule of such a call."""

    view: NodeKey | None
    """The argument: ``index``, ``ItemAPI.as_view("item")``; None where it cannot be told from others."""
    reasons: tuple[Reason, ...] = ()
    statement: NodeKey | None = None
    """The statement that is nothing but the call, where there is one for this rule alone."""
    owner: str = ""
    """Source of what it is called on: ``app``."""
    named: str = ""
    """Source of the function or the class: ``views.index``, ``ItemAPI``."""
    making: NodeKey | None = None
    """``items = ItemAPI.as_view("items")``, if nothing but such calls uses the variable."""
    bases: tuple[tuple[str, NodeKey, tuple[int, ...]], ...] = ()
    """Path and key of each class of the view, with the places of those of its bases that are Flask's."""
