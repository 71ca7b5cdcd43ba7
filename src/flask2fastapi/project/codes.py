"""Codes of the diagnostics of this room, apart from those of codemods (9xx: dependencies and clean-up)."""

from __future__ import annotations

NOT_DECLARED = "F2F950"
"""Flask is declared in no file that could be extended: what has to be installed is named."""
NOT_EDITED = "F2F951"
"""A file declares Flask in a form that is not edited (computed, generated, a Dockerfile's ``pip install``)."""
PIN_CONFLICT = "F2F952"
"""A pin beside which FastAPI, Uvicorn or a2wsgi cannot be installed."""
PYTHON_FLOOR = "F2F953"
"""The project allows or uses a Python older than FastAPI's oldest."""
START_LEFT = "F2F960"
"""A start command was left as it is: it still starts Flask alone."""
START_CHANGED = "F2F961"
"""A start command was edited and something about it does not carry over one to one."""
