"""Finds the support module beside an application that a test loads from its file alone.

Such a test (``spec_from_file_location``) puts no folder on the path: it did not have to, as the application had nothing
beside it. Started by a server, the application's folder is on the path.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Any, Optional

SUPPORT = "flask_compat"


class Siblings:
    """The last of the path finders: asked for what nobody else has found."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def find_spec(self, name: str, path: Any = None, _: Any = None) -> Optional[ModuleSpec]:
        """The support module in the folder of the module that imports it."""
        if path is not None or not name.startswith(SUPPORT):
            return None
        frame: Any = sys._getframe(1)
        while frame is not None:
            file = frame.f_globals.get("__file__")
            beside = Path(file).resolve().parent / (name + ".py") if isinstance(file, str) else None
            if beside is not None and self._root in beside.parents and beside.is_file():
                return spec_from_file_location(name, str(beside))
            frame = frame.f_back
        return None
