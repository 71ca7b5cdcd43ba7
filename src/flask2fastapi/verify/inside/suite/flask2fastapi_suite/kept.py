"""``with client:`` after a request that a path operation served: the test finds Flask's request context as before."""

from __future__ import annotations

import io
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
    preserve = environ.get("werkzeug.debug.preserve_context")
    if preserve is not None:
        preserve(context)
    else:
        context.push()
        context.preserved = True
