"""Keep hashes of passwords when Flask-Bcrypt goes.

``from flask_bcrypt import Bcrypt`` becomes an import from the support module, where ``Bcrypt`` has the same methods and
settings on bcrypt alone. Hashes that are stored stay valid.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._claims import CLAIMS
from flask2fastapi_codemods._swaps import Swaps


class Passwords(Swaps):
    """See the module."""

    code = "F2F820"
    name = "bcrypt"
    summary = "Flask-Bcrypt's names come from the support module, on bcrypt alone"
    safety = Safety.SAFE
    claims = CLAIMS["F2F820"]
