"""Handlers of exceptions, and whether they would catch what ``abort`` raises."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_NARROW = {
    *("KeyError", "ValueError", "TypeError", "IndexError", "AttributeError", "ZeroDivisionError", "OverflowError"),
    *("LookupError", "ArithmeticError", "UnicodeDecodeError", "StopIteration", "FileNotFoundError", "NameError"),
}
"""Exceptions that `abort` and the reading of a body never raise, whoever catches them."""


def is_narrow(handler: ast.ExceptHandler, name_of: Callable[[ast.expr], str | None]) -> bool:
    """Whether a handler catches only such exceptions."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type] if handler.type else []
    names = [(name_of(kind) or "").removeprefix("builtins.") for kind in kinds]
    return bool(names) and all(name in _NARROW for name in names)
