"""``stream_with_context`` where the context of a request stays while its answer is sent."""

from __future__ import annotations

from typing import Any

import flask


def stream_with_context(generator_or_function: Any) -> Any:
    """Let a generator have the request's context: under FastAPI it has it anyway."""
    if flask.has_request_context():
        return flask.stream_with_context(generator_or_function)
    return generator_or_function
