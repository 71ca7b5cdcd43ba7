"""Run what an application does before and after every request around its FastAPI application.

``@app.before_request`` becomes ``@hooks.before_request``, with ``hooks = RequestHooks(app)`` beside the application.
The order is Flask's, and errors are answered as Flask answers them. A hook gets the request as a parameter, one that
runs after gets the response too. Those of a blueprint, and its error handlers, become those of its router:
``bp_hooks = RouterHooks()``, ``APIRouter(route_class=bp_hooks.route_class)``. Headers are added by
``response.headers.append``. Only an application that leaves Flask has its hooks converted; beside Flask they stay
Flask's, and the routes under them too.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._names import ReadsParameter


class RequestHook(ReadsParameter):
    """See the module."""

    code = "F2F400"
    name = "request-hook"
    summary = "hooks around every request run around the FastAPI application"
    safety = Safety.SAFE
