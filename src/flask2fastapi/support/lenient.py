"""Query parameters that fall back to their default, as Werkzeug's ``MultiDict.get``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BeforeValidator


def lenient(kind: Callable[[str], Any], default: Any = None) -> BeforeValidator:
    """Convert with ``kind``; what does not convert is ``default``, not an error."""

    def convert(value: Any) -> Any:
        try:
            return kind(value)
        except (ValueError, TypeError):
            return default

    return BeforeValidator(convert)
