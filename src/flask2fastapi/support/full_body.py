"""The JSON body of a request, read as Flask reads it."""

from __future__ import annotations

import json
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
            text = _NOT_JSON.format("Content-Type", "application/json")
            raise HTTPException(415, text)
        try:
            known[True] = known[False] = json.loads(body)
        except ValueError:
            if not silent:
                raise HTTPException(400) from None
            known[True] = None
        return known[silent]

    return get_json


_NOT_JSON = "Did not attempt to load JSON data because the request {} was not '{}'."

JSONReader = typing_extensions.Annotated[Any, Depends(_json_reader)]


def json_body(*, force: bool = False, silent: bool = False) -> Any:
    """Depend on the body, read as ``request.get_json(force, silent)`` reads it."""

    async def read(get_json: JSONReader) -> Any:
        return get_json(force=force, silent=silent)

    return Depends(read)


JSONBody = typing_extensions.Annotated[Any, json_body()]
