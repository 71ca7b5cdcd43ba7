"""Read the JSON body from the signature.

Where the view asks for it before anything else, it is a parameter ``data: JSONBody``; a body that is missing or
malformed is answered as Flask answers it. Where something happens first (a check that may abort), the parameter is a
function that the view calls where it called ``request.get_json``, so that errors keep their order.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._names import ReadsParameter


class JSONBody(ReadsParameter):
    """See the module."""

    code = "F2F310"
    name = "json-body"
    summary = "request.get_json() becomes a parameter"
    safety = Safety.SAFE
