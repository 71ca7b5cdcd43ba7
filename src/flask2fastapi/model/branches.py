"""How a view that branches on ``request.method`` comes apart into one operation for each branch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask2fastapi.model.rewrite import NodeKey
    from flask2fastapi.model.views import ViewFact


class Take(StrEnum):
    """What of an ``if`` a method leaves."""

    BODY = "body"
    ELSE = "else"
    REST = "rest"  # the whole of it, without the first condition of its test


@dataclass(frozen=True, slots=True)
class BranchFact:
    """What becomes of one ``if``."""

    key: NodeKey
    take: Take
    ends: bool
    """Whether nothing behind it in its block is reached."""


@dataclass(frozen=True, slots=True)
class PartFact:
    """What some methods leave of a view, read as a view of its own."""

    methods: tuple[str, ...]
    """Those of its rules that it serves, and HEAD where that is among them by itself."""
    view: ViewFact
    branches: tuple[BranchFact, ...]
    shared: tuple[NodeKey, ...] = ()
    """The statements that other parts have, too."""
