"""Codes of this room's diagnostics."""

from __future__ import annotations

NOT_DECLARED = "DEP001"
"""Flask is declared in no file that could be extended: what has to be installed is named."""
NOT_EDITED = "DEP002"
"""A file declares Flask in a form that is not edited (computed, generated, a Dockerfile's ``pip install``)."""
PIN_CONFLICT = "DEP003"
"""A pin beside which FastAPI, Uvicorn or a2wsgi cannot be installed."""
PYTHON_FLOOR = "DEP004"
"""The project allows or uses a Python older than FastAPI's oldest."""
START_LEFT = "RUN001"
"""A start command was left as it is: it still starts Flask alone."""
START_CHANGED = "RUN002"
"""A start command was edited and something about it does not carry over one to one."""
