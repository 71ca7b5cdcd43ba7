"""Keep an application's settings, logger and commands on the state of its FastAPI application.

``app.config`` becomes ``app.state.config``, with ``app.state.config = FlaskConfig(__name__)`` beside the application:
a dictionary that is loaded as before, by ``from_object``, ``from_pyfile`` and the others. ``app.debug`` and
``app.secret_key`` are entries of it. ``app.logger`` becomes ``app.state.logger``; ``app.cli`` becomes
``app.state.cli``, a group of commands of Click, to be started by the line that the run names.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._names import ReadsParameter


class ApplicationState(ReadsParameter):
    """See the module."""

    code = "F2F160"
    name = "application-state"
    summary = "settings, logger and commands go to the application's state"
    safety = Safety.SAFE
