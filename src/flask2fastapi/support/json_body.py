"""The JSON body of a request, read as the mounted Flask application reads it."""

from __future__ import annotations

import io
from collections.abc import Callable
from inspect import signature
from typing import Any

import typing_extensions
from fastapi import Depends, Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from .environ import wsgi_environ
from .flask_behind import flask_behind

# Before Werkzeug 2.3 the limit was that of forms only.
_IS_LIMITED = "max_content_length" in signature(get_input_stream).parameters


async def _json_reader(request: Request) -> Callable[..., Any]:
    """``get_json`` of Flask's own request, with the body that was sent."""
    flask_app = flask_behind()
    body = await request.body()
    environ = wsgi_environ(request.scope)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = io.BytesIO(body)
    flask_request = flask_app.request_class(environ)
    limit = flask_app.config.get("MAX_CONTENT_LENGTH")

    def get_json(force: bool = False, silent: bool = False) -> Any:
        is_read = force or flask_request.is_json
        if is_read and _IS_LIMITED and limit is not None and len(body) > limit:
            raise RequestEntityTooLarge
        try:
            return flask_request.get_json(force=force, silent=silent)
        except BadRequest as error:
            if flask_app.debug:
                raise _explained(error) from None
            raise

    return get_json


def _explained(error: BadRequest) -> BadRequest:
    """Tell why a body does not parse, as Flask does in debug mode."""
    reason = error.__cause__ or error.__context__
    if isinstance(reason, ValueError):
        return BadRequest(f"Failed to decode JSON object: {reason}")
    return reason if isinstance(reason, BadRequest) else error


JSONReader = typing_extensions.Annotated[Any, Depends(_json_reader)]


def json_body(*, force: bool = False, silent: bool = False) -> Any:
    """Depend on the body, read as ``request.get_json(force, silent)`` reads it."""

    async def read(get_json: JSONReader) -> Any:
        return get_json(force=force, silent=silent)

    return Depends(read)


JSONBody = typing_extensions.Annotated[Any, json_body()]
