"""Names for URLs that other routes serve (``werkzeug.routing.Rule.build_only``)."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Scope


class BuildOnly(BaseRoute):
    """A name by which `url_for` builds a path; no request is ever matched to it."""

    def __init__(self, path: str, name: str) -> None:
        self.path = path
        self.name = name
        # For `url_for`; a route with ``methods`` would be one of Flask's rules here.
        self.built_for = {"GET"}

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match nothing."""
        return Match.NONE, {}

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """Build the path, as Starlette's own ``url_for`` asks for it."""
        if name != self.name or path_params:
            raise NoMatchFound(name, path_params)
        return URLPath(self.path)
