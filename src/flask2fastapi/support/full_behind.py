"""The request that is being answered."""

from __future__ import annotations

from contextvars import ContextVar

from starlette.types import Scope


def request_behind() -> Scope:
    """Give the scope of the request, in views and in what they call."""
    try:
        return BEHIND.get()
    except LookupError:
        raise RuntimeError("there is no request here") from None


BEHIND: ContextVar[Scope] = ContextVar("request_behind_fastapi")
