"""What the plan tells the codemods of native routes to do: the payloads of their orders.

Source text in an order is a ``string.Template``: ``$HTMLResponse`` stands for the name by which the import of that name
is known in the file, which is not always its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask2fastapi.model.branches import Take
    from flask2fastapi.model.rewrite import ImportName


@dataclass(frozen=True, slots=True)
class OperationOrder:
    """Make a view a path operation (F2F100); the order is about the function."""

    decorators: tuple[tuple[int, tuple[str, ...]], ...]
    """Index of a decorator from the top -> templates of those that stand in its place."""
    parameters: str | None = None
    """Template of the parameter list, None to leave it alone."""
    is_async: bool = False
    drop_returns: bool = False
    """Whether the annotation of what is returned goes: FastAPI would make a response model of it."""
    imports: tuple[ImportName, ...] = ()


@dataclass(frozen=True, slots=True)
class StatementsOrder:
    """Put statements behind one (F2F110 for rules left to Flask, F2F120 for routers)."""

    lines: tuple[str, ...]
    """Templates, one statement each."""
    imports: tuple[ImportName, ...] = ()


@dataclass(frozen=True, slots=True)
class SplitPart:
    """One of the functions that a view comes apart into."""

    name: str
    shape: OperationOrder
    end: EndOrder | None = None
    above: StatementsOrder | None = None
    """What stands above it."""


@dataclass(frozen=True, slots=True)
class SplitOrder:
    """Make a function of each branch of a view (F2F107); about the function."""

    parts: tuple[SplitPart, ...]
    behind: StatementsOrder | None = None
    """What stands behind the last of them."""


@dataclass(frozen=True, slots=True)
class BranchOrder:
    """What one part of a view keeps of an ``if`` (F2F107); the order about that has one for each part."""

    take: Take
    ends: bool
    """Whether nothing behind it in its block is kept."""


@dataclass(frozen=True, slots=True)
class ReplaceOrder:
    """Put statements in the place of one (F2F130, F2F140, F2F150)."""

    lines: tuple[str, ...]
    """Templates, one statement each."""
    imports: tuple[ImportName, ...] = ()


@dataclass(frozen=True, slots=True)
class KeywordOrder:
    """Give a call one more keyword argument (F2F420); about the call."""

    name: str
    value: str
    """Its source."""


@dataclass(frozen=True, slots=True)
class BasesOrder:
    """Take bases from a class (F2F117); about the class."""

    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WrapOrder:
    """Call something with an expression (F2F112); about the expression."""

    function: ImportName


@dataclass(frozen=True, slots=True)
class JsonifyOrder:
    """Take ``jsonify`` off (F2F210); the order is about the call."""

    response: ImportName | None = None
    """The response class to be called in its stead, None for the bare value."""


@dataclass(frozen=True, slots=True)
class ReturnOrder:
    """Return content, status and headers as FastAPI has them (F2F220)."""

    response: ImportName | None = None
    """The response class, None to return the content alone."""
    status: bool = False
    """Whether the status is given to the response class."""
    parts: int = 0
    maker: bool = False
    empty: bool = False
    """Whether there is no content to return."""
    headers: bool = False
    removed: bool = False
    """Whether the statement goes altogether."""
    as_given: bool = False
    """Whether the parts of what is returned are the arguments, as they are."""


@dataclass(frozen=True, slots=True)
class ResponseOrder:
    """Make a response by one of FastAPI's classes (F2F240); about the call. Places as in `MadeFact`."""

    response: ImportName
    content: int | str | None = None
    status: int | str | None = None
    headers: int | str | None = None
    media: str | None = None
    """``media_type=``."""
    content_type: str | None = None
    """A header to be sent as it is."""
    local: str = ""
    """The variable that was called."""


@dataclass(frozen=True, slots=True)
class EndOrder:
    """End a view as a return of None would, by a response that cannot be made (F2F105); about the function."""

    response: ImportName


@dataclass(frozen=True, slots=True)
class SwapOrder:
    """Use what the support module has instead (F2F230); about the name or attribute."""

    name: ImportName
    local: str = ""
    """The variable that it was."""


@dataclass(frozen=True, slots=True)
class NameOrder:
    """Read a parameter instead (F2F300, F2F310, F2F320): about the expression, or the assignment that goes."""

    code: str
    """Source of the expression, a template if there are imports; "" for a statement that goes."""
    imports: tuple[ImportName, ...] = ()


@dataclass(frozen=True, slots=True)
class AbortOrder:
    """Raise FastAPI's ``HTTPException`` (F2F500); about the statement that aborts."""

    status: int | None = None
    """The status for which a class stands that is raised; None where it is an argument."""
