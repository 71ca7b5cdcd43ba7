"""Read from a parameter what the view reads of its request.

Where Starlette's request has the same under the same name (``request.method``, ``request.headers.get``), the view gets
a parameter ``request: Request``. Anything else, as ``request.path`` or ``request.cookies``, differs in details between
the two; it is read from a parameter ``request: FlaskRequest``, Flask's own request class on the same request. The
view's own text stays; only a request that is known under another name (``flask.request``) is renamed.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._names import ReadsParameter


class RequestObject(ReadsParameter):
    """See the module."""

    code = "F2F320"
    name = "request-object"
    summary = "Flask's request becomes the parameter request: Request"
    safety = Safety.SAFE
