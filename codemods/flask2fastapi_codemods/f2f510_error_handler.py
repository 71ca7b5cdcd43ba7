"""Let error handlers of an application that leaves Flask answer FastAPI's errors.

``@app.errorhandler(404)`` becomes ``@app.exception_handler(404)``; the function gets the request and gives a response.
What it asks of an HTTP error is asked of Starlette's: ``error.code`` is ``error.status_code``, or the status that the
handler is for, and ``error.description``, ``error.name`` and ``str(error)`` have Flask's words. Handlers of blueprints,
and such for 500 beside one for all errors, keep the application on Flask.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._names import ReadsParameter


class ErrorHandler(ReadsParameter):
    """See the module."""

    code = "F2F510"
    name = "error-handler"
    summary = "error handlers become exception handlers"
    safety = Safety.SAFE
