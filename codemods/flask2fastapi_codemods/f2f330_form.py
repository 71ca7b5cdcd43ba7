"""Read forms and uploads from the signature.

``request.form`` is a parameter ``form: FormBody``, ``request.files`` is ``files: FormFiles``: the same objects, with
the same methods and the same answer to a missing key, also in a ``def`` view, where FastAPI's own form could not be
awaited. Empty fields stay empty strings. A form that is too large is an error where the view looks into it, as it was.

Views that also read the raw body, where the order matters, keep their words and get Flask's request (F2F320).
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._names import ReadsParameter


class Form(ReadsParameter):
    """See the module."""

    code = "F2F330"
    name = "form"
    summary = "request.form and request.files become parameters"
    safety = Safety.SAFE
