"""Messages for the next page, in the session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .full_app_context import current_context
from .full_session import session


def flash(message: Any, category: str = "message") -> None:
    """Keep a message for the next page that asks for them (``flask.flash``)."""
    flashes = session.get("_flashes", [])
    flashes.append((category, message))
    session["_flashes"] = flashes


def get_flashed_messages(
    with_categories: bool = False,
    category_filter: Iterable[str] = (),
) -> list[Any]:
    """Give the messages, the same ones all through a request, and forget them."""
    values = current_context().values
    if "flashes" not in values:
        values["flashes"] = session.pop("_flashes") if "_flashes" in session else []
    flashes = values["flashes"]
    if category_filter:
        flashes = [each for each in flashes if each[0] in category_filter]
    return flashes if with_categories else [each[1] for each in flashes]
