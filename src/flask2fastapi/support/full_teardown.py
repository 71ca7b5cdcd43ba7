"""Functions at the end of each context, as Flask's ``teardown_appcontext`` runs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from .full_app_context import AppContext, at_context_end


def teardown_appcontext(app: FastAPI, function: Callable[..., Any]) -> None:
    """Call ``function(None)`` once at the end of each request and each ``app_context``.

    The last that was registered comes first, and the answer leaves when all are done
    (``flask.ctx.AppContext.pop``).
    """
    done = object()

    def call_once(context: AppContext) -> None:
        if done not in context.ended:
            context.ended.add(done)
            function(None)

    at_context_end(app, call_once)
