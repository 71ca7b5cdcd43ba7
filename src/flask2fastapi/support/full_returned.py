"""Responses that are made once a view is over, without Flask."""

from __future__ import annotations

from typing import Any

import starlette.responses
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from .full_answer import answer


class Returned(starlette.responses.Response):
    """What a view returns out of a ``try`` or ``with``, which see nothing of its errors.

    Flask makes a response of it when the view has ended.
    """

    def __init__(self, *parts: Any) -> None:
        super().__init__()
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make the response, and send it."""
        made = await run_in_threadpool(answer, *self._parts)
        made.background = made.background or self.background
        await made(scope, receive, send)
