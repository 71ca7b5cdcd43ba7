"""Path operations whose bodies run in Flask's context."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable
from typing import Any

import starlette.responses
import typing_extensions
from starlette.concurrency import run_in_threadpool

from .flask_behind import BEHIND
from .flask_response import make_response
from .flask_thread import CALL_KEY

# The annotation of a parameter that a decorator gives, not the request.
FromDecorator = typing_extensions.Annotated[Any, "given by a decorator"]


def in_flask_context(
    view: Callable[..., Any],
    *,
    flask_returns: bool = False,
) -> Callable[..., Any]:
    """Run an operation where Flask ran the view, as long as it uses what is Flask's.

    Flask serves the request, with its hooks, and calls the operation's body in its own
    thread and contexts: ``session``, ``g``, the database session of an extension and
    guards of extensions are there. Take it off when nothing of that is left in it.

    ``flask_returns``: the function is a Flask view to those that call it, and returns
    what these do; Flask makes a response of that.
    """
    makes_response = flask_returns or hasattr(view, "__wrapped__")

    @functools.wraps(view)
    async def operation(*args: Any, **values: Any) -> Any:
        work = functools.partial(view, *args, **values)
        behind = BEHIND.get(None)
        call: Any = behind[1].get(CALL_KEY) if behind else None
        call = call or run_in_threadpool
        result = await call(work)
        if inspect.isawaitable(result):  # of another operation that it calls
            result = await result
        if makes_response and not isinstance(result, starlette.responses.Response):
            result = await call(functools.partial(make_response, result))
        return result

    made: Any = operation
    made.needs_flask_context = made.moved_from_flask = True
    made.__signature__ = _without_given(view)
    del made.__wrapped__
    return made  # type: ignore[no-any-return]


def _without_given(view: Callable[..., Any]) -> inspect.Signature:
    """What FastAPI gives to an operation; names in annotations mean those of its module."""
    names = getattr(inspect.unwrap(view), "__globals__", {})
    signature = inspect.signature(view)
    kept = []
    for each in signature.parameters.values():
        if each.kind is each.VAR_KEYWORD:
            continue
        kind = each.annotation
        if isinstance(kind, str):
            with contextlib.suppress(NameError):
                kind = eval(kind, names)
        if kind != FromDecorator:
            kept.append(each.replace(annotation=kind))
    return signature.replace(parameters=kept, return_annotation=signature.empty)
