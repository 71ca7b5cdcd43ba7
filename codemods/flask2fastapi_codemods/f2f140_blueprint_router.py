"""Make an ``APIRouter`` of a blueprint, under its name and in its place.

Its prefix stands where it stood: in the router, or where the application includes it. The name of the blueprint becomes
a tag. Where an earlier run had put a router beside it, that router and the rules left to Flask's URL map go, and the
path operations are the blueprint's own again.
"""

from __future__ import annotations

from flask2fastapi.codemod import Safety
from flask2fastapi_codemods._statements import ReplacesStatement


class BlueprintRouter(ReplacesStatement):
    """See the module."""

    code = "F2F140"
    name = "blueprint-router"
    summary = "a blueprint becomes a router that the application includes"
    safety = Safety.SAFE
