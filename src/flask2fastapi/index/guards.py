"""Handlers of exceptions, and whether they would catch what ``abort`` raises, or what making a response does."""

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

_OTHER = {
    *("KeyError", "IndexError", "ZeroDivisionError", "FileNotFoundError", "StopIteration", "NameError", "LookupError"),
    *("UnicodeDecodeError", "OSError", "IOError", "PermissionError", "ImportError", "ConnectionError", "TimeoutError"),
}
"""Exceptions that making a response of a value never raises."""


def is_narrow(handler: ast.ExceptHandler, name_of: Callable[[ast.expr], str | None]) -> bool:
    """Whether a handler catches only such exceptions."""
    names = _names(handler, name_of)
    return bool(names) and all(name in _NARROW for name in names)


def sees_responses(handler: ast.ExceptHandler, name_of: Callable[[ast.expr], str | None]) -> bool:
    """Whether a handler may catch what making a response of a value raises: no class of another package does."""
    names = _names(handler, name_of)
    return not names or any(not name or ("." not in name and name not in _OTHER) for name in names)


def _names(handler: ast.ExceptHandler, name_of: Callable[[ast.expr], str | None]) -> list[str]:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type] if handler.type else []
    return [(name_of(kind) or "").removeprefix("builtins.") for kind in kinds]
