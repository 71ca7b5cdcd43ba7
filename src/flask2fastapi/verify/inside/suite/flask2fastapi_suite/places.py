"""Which application is which: each is known by the line of the project that constructs it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Dict, List, Optional

PLACE = "_flask2fastapi_place"
"""The attribute of an application that holds its place."""
LIBRARIES = frozenset({"site-packages", "dist-packages"})


class Place:
    """Where an application was constructed, and the migrated application that this is (empty: none of them)."""

    def __init__(self, path: Path, line: int, module: Any = None, app: Optional[Dict[str, Any]] = None) -> None:
        self.path, self.line, self.module = path, line, module
        self.app = app or {}
        self.front: Any = None
        self.waiting = 0  # requests whose answer has not begun


class Places:
    """Finds the place of an application that is being constructed."""

    def __init__(self, root: str, apps: List[Dict[str, Any]]) -> None:
        self._root = Path(root).resolve()
        self._apps = [(self._root.joinpath(app["path"]).resolve(), app) for app in apps]

    def of(self, app: Any, frame: Any) -> Place:
        """The place at which ``app`` is constructed, ``frame`` being that of its ``__init__``.

        That is the first frame of the project which is not an ``__init__`` of the application's own class.
        """
        outside = Place(Path("?"), 0)
        while frame is not None and not self.copy_of(outside.path):
            if not _is_own_init(frame, app):
                path, line = self._root.joinpath(frame.f_code.co_filename).resolve(), frame.f_lineno
                if self._in_project(path):
                    return Place(path, line, _module(frame), self._find(path, line))
                if not outside.line or self.copy_of(path):
                    outside = Place(path, line)
            frame = frame.f_back
        return outside

    def shown(self, place: Place) -> str:
        """``path:line``, relative to the root where possible."""
        inside = self._root in place.path.parents
        return "%s:%d" % (place.path.relative_to(self._root) if inside else place.path, place.line)

    def copy_of(self, path: Path) -> str:
        """Label of the migrated application of which a file is an installed copy, "" if it is none."""
        for _, app in self._apps:
            parts = Path(app["path"]).relative_to(app["import_root"] or ".").parts
            if len(parts) > 1 and path.parts[-len(parts) :] == parts and _installed(path):
                return str(app["label"])
        return ""

    def _in_project(self, path: Path) -> bool:
        return self._root in path.parents and not _installed(path)

    def _find(self, path: Path, line: int) -> Optional[Dict[str, Any]]:
        for file, app in self._apps:
            if file == path and app["line"] <= line <= app["end_line"]:
                return app
        return None


def _installed(path: Path) -> bool:
    return not LIBRARIES.isdisjoint(path.parts)


def _is_own_init(frame: Any, app: Any) -> bool:
    """Whether a frame is an ``__init__`` that constructs this very application (a subclass has its own)."""
    names = frame.f_code.co_varnames
    return frame.f_code.co_name == "__init__" and bool(names) and frame.f_locals.get(names[0]) is app


def _module(frame: Any) -> Any:
    module = sys.modules.get(frame.f_globals.get("__name__", ""))
    return module if module is not None and vars(module) is frame.f_globals else None
