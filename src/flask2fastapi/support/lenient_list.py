"""Query parameters that may be repeated, as Werkzeug's ``MultiDict.getlist``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BeforeValidator


def lenient_list(kind: Callable[[str], Any]) -> BeforeValidator:
    """Convert each value with ``kind``; those that do not convert are left out."""

    def convert(values: Any) -> Any:
        found = []
        for value in values:
            try:
                found.append(kind(value))
            except (ValueError, TypeError):
                continue
        return found

    return BeforeValidator(convert)
