"""Push an application's context without Flask.

``with app.app_context():`` becomes ``with app_context(app):``, from the support module. In it, as in a request, the
session of a database is there, and goes at its end.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._names import ReadsParameter


class AppContext(ReadsParameter):
    """See the module."""

    code = "F2F165"
    name = "app-context"
    summary = "the support module pushes an application's context"
    safety = Safety.SAFE
