"""What a view returns, answered as Flask answers it."""

from __future__ import annotations

from typing import Any

from .flask_response import make_response


def answer(*parts: Any) -> Any:
    """Make a response of what a view returns, whatever it is.

    What Flask refuses goes back to it: it sees that once the view is over, where none
    but handlers for status 500 answer (``flask.Flask.handle_exception``).
    """
    try:
        return make_response(*parts)
    except TypeError as error:
        whole = parts[0] if len(parts) == 1 else parts
        error.refused = (whole,)  # type: ignore[attr-defined]
        raise
