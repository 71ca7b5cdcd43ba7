"""Forms that cannot be read."""

from __future__ import annotations

from typing import Any, NoReturn


class Unreadable:
    """A form that is too large: an error only for the view that looks into it."""

    def __init__(self, error: Exception) -> None:
        self.__dict__["error"] = error

    def _refuse(self, *_: Any) -> NoReturn:
        raise self.__dict__["error"]

    __getattr__ = __getitem__ = __contains__ = __iter__ = __len__ = _refuse
    __bool__ = __str__ = __repr__ = __eq__ = _refuse
    __hash__ = None  # type: ignore[assignment]
