"""Read from Starlette's request what it has under the same name.

``request.method`` is the same for both. The view gets a parameter ``request: Request``; only a request that is known
under another name (``flask.request``) is renamed.
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
