"""Serve rules that do not fill all parameters of their view.

``/posts/`` with ``defaults={"page": 1}`` beside ``/posts/<int:page>``, or ``/hello`` beside ``/hello/<name>`` on a view
whose ``name`` has a default: a parameter of a path operation that its path does not have would be a public query
parameter. A function behind the view serves the rule and calls the view, as Flask does, with what the rule gives.
While Flask's URL map stays, the rule left to it (F2F110) stands behind that function.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._statements import PutsBehind


class Variant(PutsBehind):
    """See the module."""

    code = "F2F115"
    name = "variant"
    summary = "a rule that does not fill all parameters of its view gets a function of its own"
    safety = Safety.SAFE
