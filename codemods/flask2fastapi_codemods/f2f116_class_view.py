"""Register the methods of a class view as path operations.

Flask makes an object of the class for each request. Where nothing is kept in it, no method of another view is called on
it, and ``as_view`` gives it nothing, one object does as well: the class stays, with its methods in FastAPI's words, and
each is registered behind it. A rule that does not fill all parameters of a method gets a function of its own.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._statements import PutsBehind


class ClassView(PutsBehind):
    """See the module."""

    code = "F2F116"
    name = "class-view"
    summary = "the methods of a class view become path operations"
    safety = Safety.SAFE
