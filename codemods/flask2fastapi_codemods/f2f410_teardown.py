"""Run a function at the end of each of an application's contexts without Flask.

``app.teardown_appcontext(close_db)`` becomes ``teardown_appcontext(app, close_db)``, from the support module. The
function stays as it is. It is called once for each request, before the answer leaves, and for each
``with app_context(app):``.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._statements import ReplacesStatement


class Teardown(ReplacesStatement):
    """See the module."""

    code = "F2F410"
    name = "teardown"
    summary = "`teardown_appcontext` that is called runs at the end of the support module's contexts"
    safety = Safety.SAFE
