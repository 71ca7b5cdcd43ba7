"""What a converted view leaves behind in Flask's URL map."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NoReturn

from fastapi.exceptions import RequestValidationError
from flask import Flask, Response, current_app, request
from starlette.exceptions import HTTPException as StarletteHTTPException
from werkzeug.exceptions import (
    BadRequestKeyError,
    HTTPException,
    default_exceptions,
)

ERROR_KEY = "flask2fastapi.error"
OPERATION_KEY = "flask2fastapi.operation"
WAIT_KEY = "flask2fastapi.wait"
ALONE_KEY = "flask2fastapi.alone"


def moved(view: Callable[..., Any]) -> Callable[..., Response]:
    """Stand in for ``view``, which FastAPI serves, in Flask's URL map.

    The rule stays for ``url_for``, ``request.endpoint``, OPTIONS and 405 answers. Where
    Flask has hooks, they run around the operation, which is called here. When one raises,
    Flask comes here to raise the error again, so that its own handlers answer. Started
    without FastAPI in front, Flask calls the operation by itself.
    """
    for each in (view, getattr(view, "view_class", None)):
        with contextlib.suppress(AttributeError, TypeError):
            each.moved_from_flask = True  # type: ignore[union-attr]
    return Stub(view)


class Stub:
    """Known to Flask and its extensions by the name and docstring of the view."""

    # What makes a Flask application serve its operations without FastAPI in front.
    alone: Any = None

    def __init__(self, view: Callable[..., Any]) -> None:
        functools.update_wrapper(self, view)
        self.served_by_fastapi = True

    def __call__(self, *_: Any, **__: Any) -> Response:
        """Let the operation answer."""
        operation: Any = request.environ.get(OPERATION_KEY)
        if operation is not None:
            return operation()  # type: ignore[no-any-return]
        error = request.environ.get(ERROR_KEY)
        if error is not None:
            if hasattr(error, "refused"):
                return error.refused[0]  # type: ignore[no-any-return]
            raise_in_flask(error)
        answer = self._alone() if self.alone else None
        if answer is not None:
            return answer
        text = "moved to FastAPI: start asgi:app\n"
        return Response(text, HTTPStatus.SERVICE_UNAVAILABLE, mimetype="text/plain")

    def _alone(self) -> Response | None:
        known = current_app.extensions
        if ALONE_KEY not in known:
            app: Any = current_app
            known[ALONE_KEY] = self.alone(app._get_current_object())
        return known[ALONE_KEY](self)  # type: ignore[no-any-return]

    def __eq__(self, other: object) -> bool:
        """All alike, so that an endpoint may have rules for several operations."""
        return isinstance(other, Stub)

    def __hash__(self) -> int:
        return hash(Stub)


def is_moved(flask_app: Flask, endpoint: str, *, by_itself: bool = False) -> bool:
    """Whether ``endpoint`` is only a stub in ``flask_app``, or something around one."""
    view = flask_app.view_functions.get(endpoint)
    if by_itself:
        return isinstance(view, Stub)
    return getattr(view, "served_by_fastapi", False)


def raise_in_flask(error: BaseException) -> NoReturn:
    """Raise what the view would have raised."""
    if isinstance(error, RequestValidationError):
        raise missing_key(error) or error
    if isinstance(error, StarletteHTTPException):
        raise _as_werkzeug(error) from error
    raise error


def missing_key(error: RequestValidationError) -> BadRequestKeyError | None:
    """What ``request.args[key]`` raises for the first parameter that is missing."""
    places = [it["loc"] for it in error.errors() if it["type"] == "missing"]
    keys = [place[-1] for place in places if place[0] == "query"]
    return BadRequestKeyError(keys[0]) if keys else None


def _as_werkzeug(error: StarletteHTTPException) -> HTTPException:
    """The exception that ``abort`` would have raised."""
    base = default_exceptions.get(error.status_code, HTTPException)
    extra = list((error.headers or {}).items())

    class Translated(base):  # type: ignore[valid-type, misc]
        code = error.status_code

        def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
            return [*super().get_headers(*args, **kwargs), *extra]

    Translated.__name__ = Translated.__qualname__ = base.__name__
    is_default = error.detail is _phrase(error.status_code)  # FastAPI's own object
    return Translated(description=None if is_default else error.detail)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
