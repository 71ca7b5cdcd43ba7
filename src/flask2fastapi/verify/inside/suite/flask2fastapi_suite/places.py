"""Which application is which: each is known by the line of the project that constructs it."""

from __future__ import annotations

import os
import sys
from typing import Any, Dict, List, Optional

LIBRARIES = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)


class Place:
    """Where an application was constructed, and the migrated application that this is, if it is one."""

    def __init__(self, path: str, line: int, module: Any, app: Optional[Dict[str, Any]]) -> None:
        self.path, self.line, self.module, self.app = path, line, module, app
        self.front = None  # type: Any
        self.waiting = 0  # requests whose answer has not begun


class Places:
    """Finds the place of an application that is being constructed."""

    def __init__(self, root: str, apps: List[Dict[str, Any]]) -> None:
        self._root = os.path.realpath(root)
        self._apps = [dict(app, file=os.path.realpath(os.path.join(root, app["path"]))) for app in apps]

    def of(self, app: Any, frame: Any) -> Place:
        """The place at which ``app`` is constructed, ``frame`` being that of its ``__init__``.

        That is the first frame of the project which is not an ``__init__`` of the application's own class.
        """
        first = None
        while frame is not None:
            path = self._path(frame)
            if not _is_own_init(frame, app) and self._in_project(path):
                return Place(path, frame.f_lineno, _module(frame), self._find(path, frame.f_lineno))
            first = first or (None if _is_own_init(frame, app) else frame)
            frame = frame.f_back
        return Place(self._path(first) if first else "?", first.f_lineno if first else 0, None, None)

    def shown(self, place: Place) -> str:
        """``path:line``, relative to the root where possible."""
        inside = place.path.startswith(self._root + os.sep)
        return "%s:%d" % (os.path.relpath(place.path, self._root) if inside else place.path, place.line)

    def _path(self, frame: Any) -> str:
        return os.path.realpath(os.path.join(self._root, frame.f_code.co_filename))

    def _in_project(self, path: str) -> bool:
        return path.startswith(self._root + os.sep) and not any(folder in path for folder in LIBRARIES)

    def _find(self, path: str, line: int) -> Optional[Dict[str, Any]]:
        for app in self._apps:
            if app["file"] == path and app["line"] <= line <= app["end_line"]:
                return app
        return None


def _is_own_init(frame: Any, app: Any) -> bool:
    """Whether a frame is an ``__init__`` that constructs this very application (a subclass has its own)."""
    names = frame.f_code.co_varnames
    return frame.f_code.co_name == "__init__" and bool(names) and frame.f_locals.get(names[0]) is app


def _module(frame: Any) -> Any:
    module = sys.modules.get(frame.f_globals.get("__name__", ""))
    return module if module is not None and vars(module) is frame.f_globals else None
