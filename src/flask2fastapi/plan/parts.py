"""The operations that a view comes apart into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask2fastapi.model.branches import BranchFact
    from flask2fastapi.model.rewrite import NodeKey
    from flask2fastapi.plan.operations import Operation


@dataclass(frozen=True, slots=True)
class Part:
    """One of the operations that a view comes apart into."""

    operation: Operation
    branches: tuple[BranchFact, ...]
    shared: tuple[NodeKey, ...]
    """The statements that others have, too."""
    head: bool
    """Whether HEAD goes to it rather than to what answers GET."""
