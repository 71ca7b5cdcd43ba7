"""The JSON body of a request, read as the mounted Flask application reads it."""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any

import typing_extensions
from fastapi import Depends

from .flask_request import FlaskRequest


async def _json_reader(request: FlaskRequest) -> Callable[..., Any]:
    """``get_json`` of Flask's own request."""
    return request.get_json


# What stands in brackets, and the type of content, are for the documentation;
# on Python 3.8 only the Callable of `typing` takes them.
_Data = typing_extensions.TypeVar("_Data", default=Any)
_JSON = "application/json"
JSONReader = typing_extensions.Annotated[
    typing.Callable[..., _Data],
    Depends(_json_reader),
    _JSON,
]


def json_body(*, force: bool = False, silent: bool = False) -> Any:
    """Depend on the body, read as ``request.get_json(force, silent)`` reads it."""

    async def read(request: FlaskRequest) -> Any:
        return request.get_json(force=force, silent=silent)

    return Depends(read)


JSONBody = typing_extensions.Annotated[_Data, json_body(), _JSON]
