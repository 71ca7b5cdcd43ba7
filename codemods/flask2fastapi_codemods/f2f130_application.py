"""Make a FastAPI application of a Flask application that nothing needs any more.

It keeps its name and place. ``keep_flask_http`` keeps Flask's manners: HEAD, OPTIONS and 405, slashes, the precedence
of rules, and HTML pages for errors. Only an application whose routes are all native, and whose object is used for
nothing but routes, blueprints and ``run``, is converted; every other one stays as it is behind a FastAPI front.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._statements import ReplacesStatement


class Application(ReplacesStatement):
    """See the module."""

    code = "F2F130"
    name = "application"
    summary = "an application that needs no Flask becomes a FastAPI application"
    safety = Safety.SAFE
