"""Path operations behind decorators, without Flask."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable
from typing import Any

import starlette.responses
import typing_extensions

from .full_response import make_response

# The annotation of a parameter that a decorator gives, not the request.
FromDecorator = typing_extensions.Annotated[Any, "given by a decorator"]


def guarded(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let FastAPI see an operation through its decorators, which may answer in its place.

    What they return is made a response as Flask makes one.
    """

    @functools.wraps(view)
    def operation(*args: Any, **values: Any) -> Any:
        result = view(*args, **values)
        if isinstance(result, starlette.responses.Response):
            return result
        return make_response(result)

    made: Any = operation
    names = getattr(inspect.unwrap(view), "__globals__", {})
    signature = inspect.signature(view)
    kept = []
    for each in signature.parameters.values():
        kind = each.annotation
        if isinstance(kind, str):
            with contextlib.suppress(NameError):
                kind = eval(kind, names)  # noqa: S307 - as FastAPI does
        if kind != FromDecorator:
            kept.append(each.replace(annotation=kind))
    empty = signature.empty
    made.__signature__ = signature.replace(parameters=kept, return_annotation=empty)
    del made.__wrapped__
    return made  # type: ignore[no-any-return]
