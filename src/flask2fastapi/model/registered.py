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
