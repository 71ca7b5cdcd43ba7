"""From the disk and back to it: which files a project has, their text, and writing many of them or none.

Rooms: ``discover`` (paths), ``read`` (text and its encoding), ``write`` (many files or none), ``journal`` (what
a killed run leaves for the next one), ``git`` (what git knows), ``copying`` (for ``--output``).
"""

from __future__ import annotations

from flask2fastapi.source.copying import copy_tree
from flask2fastapi.source.discover import discover, folder_of
from flask2fastapi.source.git import ensure_clean
from flask2fastapi.source.read import encode, read_sources
from flask2fastapi.source.write import recover, write_all

__all__ = ["copy_tree", "discover", "encode", "ensure_clean", "folder_of", "read_sources", "recover", "write_all"]
