"""The import editor: adds names as the file's author would, and removes what an edit left without use."""

from __future__ import annotations

from flask2fastapi.imports.editor import Request, edit_imports
from flask2fastapi.imports.names import Names

__all__ = ["Names", "Request", "edit_imports"]
