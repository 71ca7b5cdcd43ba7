"""The JSON body of a request, read as Flask reads it."""

from __future__ import annotations

import json
import typing
from collections.abc import Callable
from typing import Any

import typing_extensions
from fastapi import Depends, Request
from starlette.exceptions import HTTPException


async def _json_reader(request: Request) -> Callable[..., Any]:
    """``get_json`` of Flask's request (``werkzeug.wrappers.Request``)."""
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    main, _, sub = kind.partition("/")
    is_json = main == "application" and (sub == "json" or sub.endswith("+json"))
    known: dict[bool, Any] = {}

    def get_json(force: bool = False, silent: bool = False) -> Any:
        if silent in known:
            return known[silent]
        if not (force or is_json):
            if silent:
                return None
            raise not_json()
        try:
            known[True] = known[False] = json.loads(body)
        except ValueError:
            if not silent:
                raise HTTPException(400) from None
            known[True] = None
        return known[silent]

    return get_json


def not_json() -> HTTPException:
    """What Flask says of a body that is said to be of another type."""
    what = "JSON data because the request Content-Type was not 'application/json'."
    return HTTPException(415, f"Did not attempt to load {what}")


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

    async def read(get_json: JSONReader) -> Any:
        return get_json(force=force, silent=silent)

    return Depends(read)


JSONBody = typing_extensions.Annotated[_Data, json_body(), _JSON]
