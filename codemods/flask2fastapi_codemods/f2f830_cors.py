"""Keep the headers for pages of other origins when Flask-CORS goes.

``from flask_cors import CORS`` becomes an import from the support module, where ``CORS`` has the same options and
settings, and puts the same headers on every answer, errors too. (Starlette's ``CORSMiddleware`` answers other headers,
and only where a request has an origin.) ``@cross_origin`` keeps an application on Flask.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._claims import CLAIMS
from flask2fastapi_codemods._swaps import Swaps


class OtherOrigins(Swaps):
    """See the module."""

    code = "F2F830"
    name = "cors"
    summary = "Flask-CORS's `CORS` comes from the support module"
    safety = Safety.SAFE
    claims = CLAIMS["F2F830"]
