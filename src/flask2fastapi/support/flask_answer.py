"""What a view returns, answered as Flask answers it."""

from __future__ import annotations

from typing import Any

from .flask_response import make_response


def answer(*parts: Any) -> Any:
    """Make a response of what a view returns, whatever it is."""
    return make_response(*parts)
