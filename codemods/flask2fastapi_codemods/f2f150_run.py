"""Start Uvicorn where Flask's development server was started.

Host and port stay, Flask's own port 5000 is written down. The debugger, the reloader and threads have no counterpart in
``uvicorn.run(app)`` and go; ``uvicorn --reload app:app`` is the reloader's.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._statements import ReplacesStatement


class Run(ReplacesStatement):
    """See the module."""

    code = "F2F150"
    name = "run"
    summary = "app.run() becomes uvicorn.run(app)"
    safety = Safety.SAFE
