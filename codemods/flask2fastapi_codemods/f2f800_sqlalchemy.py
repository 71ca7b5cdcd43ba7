"""Keep models and queries as they are when Flask-SQLAlchemy goes.

``from flask_sqlalchemy import SQLAlchemy`` becomes an import from the support module, where ``SQLAlchemy`` has the same
models, queries, pages and settings on SQLAlchemy alone; its session belongs to the request, in whatever thread. That is
done where the whole application leaves Flask, and of Flask-SQLAlchemy 3, the only one that runs on a current Flask.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._claims import CLAIMS
from flask2fastapi_codemods._swaps import Swaps


class Database(Swaps):
    """See the module."""

    code = "F2F800"
    name = "sqlalchemy"
    summary = "Flask-SQLAlchemy's names come from the support module, on SQLAlchemy alone"
    safety = Safety.SAFE
    claims = CLAIMS["F2F800"]
