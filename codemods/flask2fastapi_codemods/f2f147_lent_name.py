"""Keep the name of a rule that has no view and that another rule serves.

``app.add_url_rule("/", endpoint="index")`` becomes ``app.router.routes.append(BuildOnly("/", "index"))``, so that
``url_for("index")`` goes on building "/". Requests go to the rule that was registered before, as they did.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._statements import ReplacesStatement


class LentName(ReplacesStatement):
    """See the module."""

    code = "F2F147"
    name = "lent-name"
    summary = "a rule without a view becomes a name for a URL"
    safety = Safety.SAFE
