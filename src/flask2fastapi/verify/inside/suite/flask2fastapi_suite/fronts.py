"""Finds and calls ``front(flask_app)`` of a migrated application."""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from contextlib import contextmanager
from typing import Any, Dict, Iterator

from .places import Place


class FrontError(Exception):
    """The front of an application cannot be imported or called."""


def build_front(root: str, place: Place, flask_app: Any) -> Any:
    """Put the front before an application, as ``asgi.py`` does.

    Warnings that building makes are the front's own business and not the test's during which it happens to be built.
    """
    app = place.app or {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            front = _import(root, app)
            with _own_module(flask_app, place):
                return front.front(flask_app)
        except Exception as error:
            raise FrontError("%s does not build: %s: %s" % (app["front_path"], type(error).__name__, error)) from error


def _import(root: str, app: Dict[str, Any]) -> Any:
    """Import the front's module; its name may be taken by another application's, which has another import root."""
    folder = os.path.realpath(os.path.join(root, app["import_root"]))
    wanted = os.path.realpath(os.path.join(root, app["front_path"]))
    for module in list(sys.modules.values()):
        if getattr(module, "__file__", None) and os.path.realpath(str(module.__file__)) == wanted:
            return module
    strangers = _strangers(folder, os.path.dirname(wanted))
    sys.path.insert(0, folder)
    try:
        importlib.invalidate_caches()
        return importlib.import_module(app["front_module"])
    finally:
        sys.path.remove(folder)
        sys.modules.update(strangers)


def _strangers(folder: str, beside: str) -> Dict[str, Any]:
    """Take modules out of the way that bear the name of one in ``folder`` but come from elsewhere.

    Only where the application lies in its import root itself: modules of a package have names of their own.
    """
    if folder != beside:
        return {}
    names = [name[:-3] for name in os.listdir(folder) if name.endswith(".py")]
    found = {name: sys.modules[name] for name in names if name in sys.modules}
    found = {name: module for name, module in found.items() if not _comes_from(module, folder)}
    for name in found:
        del sys.modules[name]
    return found


def _comes_from(module: Any, folder: str) -> bool:
    file = getattr(module, "__file__", None)
    return bool(file) and os.path.dirname(os.path.realpath(str(file))) == folder


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
