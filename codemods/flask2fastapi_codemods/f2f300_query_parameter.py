"""Read a query parameter from the signature.

``request.args.get("page", 1, type=int)`` is a parameter ``page: Annotated[int, lenient(int, 1)] = 1``: Flask takes the
default for what does not convert, where FastAPI alone would answer 422. A first assignment to a variable goes, and the
variable is the parameter; anywhere else the parameter's name takes the place of the call.

Of a repeated key Flask takes the first value and FastAPI the last: behind the hybrid front, an operation that was a
Flask view is given the first alone. A list (``getlist``) gets all.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._names import ReadsParameter


class QueryParameter(ReadsParameter):
    """See the module."""

    code = "F2F300"
    name = "query-parameter"
    summary = "request.args.get(...) becomes a parameter"
    safety = Safety.SAFE
