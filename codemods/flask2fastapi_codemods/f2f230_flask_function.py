"""Call what the support module has for a function of Flask.

``url_for``, ``redirect``, ``make_response``, ``jsonify``, ``Response``, ``send_file`` and ``flask.json`` need Flask's
context. Those of the support module do without, have the same names and arguments, and answer the same bytes; they work
in views that stay Flask's too, so a helper that both call is changed once. Only the import differs in most files.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._swaps import Swaps


class FlaskFunction(Swaps):
    """See the module."""

    code = "F2F230"
    name = "flask-function"
    summary = "url_for, redirect and the like come from the support module"
    safety = Safety.SAFE
