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
    """Let FastAPI see an operation through decorators, which may answer in its place.

    What they return is made a response as Flask makes one.
    """

    @functools.wraps(view)
    def operation(*args: Any, **values: Any) -> Any:
        result = view(*args, **values)
        if isinstance(result, starlette.responses.Response):
            return result
        return make_response(result)

    made: Any = operation
    kinds: dict[str, Any] = {}
    with contextlib.suppress(NameError):
        inner = inspect.unwrap(view)
        kinds = typing_extensions.get_type_hints(inner, include_extras=True)
    signature = inspect.signature(view)
    empty = signature.empty
    kept = [
        each.replace(annotation=kinds.get(name, each.annotation))
        for name, each in signature.parameters.items()
        if kinds.get(name, each.annotation) not in (FromDecorator, "FromDecorator")
    ]
    made.__signature__ = signature.replace(parameters=kept, return_annotation=empty)
    del made.__wrapped__
    return made  # type: ignore[no-any-return]
