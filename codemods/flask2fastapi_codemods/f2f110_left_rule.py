"""Leave the rule of a converted view in Flask's URL map.

``url_for``, ``request.endpoint``, OPTIONS and 405 answers, API documentation and CSRF exemptions of what Flask still
serves need the complete map, and the hybrid front asks it who serves a request. The rule keeps its endpoint, methods
and options; ``moved(view)`` stands for the view. The rules of neighbouring views stand together behind the last one,
in the order in which the decorators registered them.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._statements import PutsBehind


class LeftRule(PutsBehind):
    """See the module."""

    code = "F2F110"
    name = "left-rule"
    summary = "the rule of a converted view stays in Flask's URL map"
    safety = Safety.SAFE
