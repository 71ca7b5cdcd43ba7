"""``with client:`` after a request that a path operation served: the test finds Flask's request context as before."""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any

from .exchange import Exchange
from .mount import TICKET


def keep_context(exchange: Exchange) -> None:
    """Give the client a request context of the request that it sent, as Flask leaves one behind.

    Since Flask 2.2 the client enters what it is given; before, it finds the context on the stack (``flask.testing``).
    """
    environ = {key: value for key, value in exchange.environ.items() if key not in (TICKET, "werkzeug.request")}
    environ["wsgi.input"] = io.BytesIO(b"".join(exchange.read))
    context: Any = exchange.app.request_context(environ)
    if exchange.own is not None:
        _fill(context, exchange.own)
    preserve = environ.get("werkzeug.debug.preserve_context")
    if preserve is not None:
        preserve(context)
    else:
        context.push()
        context.preserved = True


def _fill(context: Any, own: Any) -> None:
    """Let Flask's context have what the application itself has left in its session and in ``g``."""
    session = own.scope.get("session") if own.scope is not None else None
    if session is not None:
        setattr(context, "_session" if hasattr(context, "_session") else "session", session)
    push = context.push

    def push_filled() -> None:
        push()
        found = own.root.values.get("g")
        if found is not None:
            vars(import_module("flask").g._get_current_object()).update({name: found.get(name) for name in found})

    context.push = push_filled
