"""Start Uvicorn where Flask's development server was started.

Host and port stay, Flask's own port 5000 is written down, and a certificate and its key keep TLS. The debugger and the
reloader have no counterpart in ``uvicorn.run(app)``: the run names each place that asked for them, with the command
that reloads, ``uvicorn app:app --reload``. An application that is started with options for which Uvicorn has no word
stays Flask's.
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
