"""Keep migrations when Flask-Migrate goes: Alembic runs them by itself.

``from flask_migrate import Migrate`` becomes an import from the support module, and ``migrations/env.py`` gets its
``current_app`` from there; all else in that folder stays. ``flask db upgrade`` is then
``alembic -c migrations/alembic.ini upgrade head``.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._claims import CLAIMS
from flask2fastapi_codemods._swaps import Swaps


class Migrations(Swaps):
    """See the module."""

    code = "F2F810"
    name = "migrate"
    summary = "Alembic runs the migrations of Flask-Migrate"
    safety = Safety.SAFE
    claims = CLAIMS["F2F810"]
