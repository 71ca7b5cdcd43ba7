"""Finds and calls ``front(flask_app)`` of a migrated application."""

from __future__ import annotations

import importlib
import sys
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, Optional

from .places import Place


class FrontError(Exception):
    """The front of an application cannot be imported or called."""


def build_front(root: str, place: Place, flask_app: Any) -> Any:
    """Put the front before an application, as ``asgi.py`` does.

    Warnings that building makes are the front's own business and not the test's during which it happens to be built.
    """
    app = place.app
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            front = _import(Path(root).resolve(), app)
            with _own_module(flask_app, place):
                return front.front(flask_app)
        except Exception as error:
            raise FrontError("%s does not build: %s: %s" % (app["front_path"], type(error).__name__, error)) from error


def _import(root: Path, app: Dict[str, Any]) -> Any:
    """Import the front's module; its name may be taken by another application's, which has another import root."""
    folder = root.joinpath(app["import_root"])
    wanted = root.joinpath(app["front_path"]).resolve()
    for module in list(sys.modules.values()):
        if _file(module) == wanted:
            return module
    strangers = _strangers(folder) if folder == wanted.parent else {}
    for name in strangers:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    try:
        importlib.invalidate_caches()
        return importlib.import_module(app["front_module"])
    finally:
        sys.path.remove(str(folder))
        sys.modules.update(strangers)


def _strangers(folder: Path) -> Dict[str, Any]:
    """Modules that bear the name of one in ``folder`` but come from elsewhere.

    They are in the way only where the application lies in its import root itself: modules of a package have names
    of their own.
    """
    found = {}
    for path in folder.glob("*.py"):
        module = sys.modules.get(path.stem)
        if module is not None and _file(module) != path.resolve():
            found[path.stem] = module
    return found


def _file(module: Any) -> Optional[Path]:
    file = getattr(module, "__file__", None)
    return Path(file).resolve() if isinstance(file, str) else None


@contextmanager
def _own_module(flask_app: Any, place: Place) -> Iterator[None]:
    """Let ``import_module(flask_app.import_name)`` give the module that constructed *this* application.

    Test suites load several files under one name, or one file anew for each test.
    """
    name = flask_app.import_name
    if place.module is None or place.module.__name__ != name or sys.modules.get(name) is place.module:
        yield
        return
    before = sys.modules.get(name)
    sys.modules[name] = place.module
    try:
        yield
    finally:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
