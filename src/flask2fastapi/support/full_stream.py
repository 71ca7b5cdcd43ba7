"""``stream_with_context`` where everything that streams has the request's context."""

from __future__ import annotations

from typing import Any


def stream_with_context(generator_or_function: Any) -> Any:
    """Give a generator, or what makes one, back as it is."""
    return generator_or_function
