"""Register views on FastAPI's object by a call where a call registered them on Flask's.

``app.add_url_rule("/", "index", index)`` becomes ``app.add_api_route("/", index, methods=["GET"])``, in its place; for
a class view there is a call for each method. What ``as_view`` made goes.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._statements import ReplacesStatement


class RegisteredRoute(ReplacesStatement):
    """See the module."""

    code = "F2F145"
    name = "registered-route"
    summary = "`add_url_rule` of an application that needs no Flask becomes `add_api_route`"
    safety = Safety.SAFE
