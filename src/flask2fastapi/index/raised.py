"""Errors of HTTP that are raised as Werkzeug's exceptions: ``raise NotFound("no such book")``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MODULE = "werkzeug.exceptions."
_STATUSES = {
    "BadRequest": 400, "Unauthorized": 401, "Forbidden": 403, "NotFound": 404, "NotAcceptable": 406,
    "RequestTimeout": 408, "Conflict": 409, "Gone": 410, "LengthRequired": 411, "PreconditionFailed": 412,
    "RequestEntityTooLarge": 413, "RequestURITooLarge": 414, "UnsupportedMediaType": 415, "ExpectationFailed": 417,
    "ImATeapot": 418, "UnprocessableEntity": 422, "Locked": 423, "FailedDependency": 424, "TooManyRequests": 429,
    "PreconditionRequired": 428, "RequestHeaderFieldsTooLarge": 431, "UnavailableForLegalReasons": 451,
    "InternalServerError": 500, "NotImplemented": 501, "BadGateway": 502, "ServiceUnavailable": 503,
    "GatewayTimeout": 504, "HTTPVersionNotSupported": 505,
}  # fmt: skip
"""Those whose first argument is the description."""


def raised_status(node: ast.Raise, name_of: Callable[[ast.expr], str | None]) -> int | None:
    """The status of what is raised, if FastAPI's ``HTTPException`` can say all of it."""
    match node.exc:
        case ast.Call(func=func, args=[], keywords=[]):
            pass
        case ast.Call(func=func, args=[description], keywords=[]) if not isinstance(description, ast.Starred):
            pass
        case ast.Call(func=func, args=[], keywords=[ast.keyword(arg="description")]):
            pass
        case ast.Name() | ast.Attribute() as func:
            pass
        case _:
            return None
    name = name_of(func) or ""
    return _STATUSES.get(name.removeprefix(_MODULE)) if name.startswith(_MODULE) else None
