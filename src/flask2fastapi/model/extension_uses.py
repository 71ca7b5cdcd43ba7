"""Where modules name what they import from Flask extensions: what can be had elsewhere is named there instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask2fastapi.model.location import Span
    from flask2fastapi.model.rewrite import NodeKey


@dataclass(frozen=True, slots=True)
class ExtensionUse:
    """One name or attribute that stands for something of an extension."""

    path: str
    name: str
    """Qualified: ``flask_sqlalchemy.SQLAlchemy``."""
    key: NodeKey
    local: str
    """The variable that it is, "" for an attribute of a module."""
    call: Span | None = None
    """Of the call of it, if it is called."""
    positional: int = 0
    """How many positional arguments that has; starred ones count as many."""
    keywords: tuple[str, ...] = ()
    """Names of its keyword arguments, ``**`` for unpacked ones."""
