"""Lends a FastAPI application that has taken the place of a Flask application what tests ask Flask for.

``test_client``, ``app_context``, ``config`` and all else that FastAPI does not have are those of a Flask object of its
own, a shadow, which has no routes: every request to it goes to the FastAPI application.
"""

from __future__ import annotations

import functools
import sys
from importlib import import_module
from typing import Any

from .places import PLACE

__tracebackhide__ = True  # pytest leaves these frames out of what it shows of an error
SHADOW = "_flask2fastapi_shadow"
_KEPT = ("config", "logger", "cli")
"""What a rewritten application has on its state."""


def lend(suite: Any, fastapi: Any) -> None:
    """Let every FastAPI application that was a Flask application lend what it had."""
    real_init, real_set = fastapi.__init__, fastapi.__setattr__

    @functools.wraps(real_init)
    def construct(self: Any, *args: Any, **named: Any) -> None:
        place = suite.places.of(self, sys._getframe(1))
        real_init(self, *args, **named)
        if place.app and not place.app["front_path"]:
            vars(self)[SHADOW] = _shadow(self, place)

    def lent(self: Any, name: str) -> Any:
        shadow = vars(self).get(SHADOW)
        if shadow is None or name.startswith("__"):
            raise AttributeError("%r object has no attribute %r" % (type(self).__name__, name))
        if name in _KEPT and hasattr(self.state, name):
            return getattr(self.state, name)
        own = getattr(vars(self).get("state"), "config", None)
        if own is not None:  # the settings that the application itself reads
            shadow.config = own
        if name == "test_cli_runner" and hasattr(self.state, "cli"):
            shadow.cli.commands.update(self.state.cli.commands)
        return getattr(shadow, name)

    def lending(self: Any, name: str, value: Any) -> None:
        """What Flask knows and FastAPI does not is set where it is read: ``app.testing = True``."""
        shadow = vars(self).get(SHADOW)
        if shadow is not None and name not in vars(self) and not hasattr(fastapi, name) and hasattr(shadow, name):
            setattr(shadow, name, value)
        else:
            real_set(self, name, value)

    fastapi.__init__, fastapi.__getattr__, fastapi.__setattr__ = construct, lent, lending


def _shadow(app: Any, place: Any) -> Any:
    name = getattr(place.module, "__name__", "") or place.path.stem
    shadow = import_module("flask").Flask(name, static_folder=None)
    place.front = app
    vars(shadow)[PLACE] = place
    real = shadow.app_context
    shadow.app_context = lambda: _with_own(real(), app)
    return shadow


def _with_own(context: Any, app: Any) -> Any:
    """Flask's context, which pushes and pops with itself that of the application's support module, if it has one."""
    build = vars(app).get("build_middleware_stack")  # replaced by the support module where there are contexts
    push_own = getattr(build, "__globals__", {}).get("app_context")
    if push_own is None:
        return context
    push, pop, own = context.push, context.pop, []

    def push_both() -> None:
        push()
        own.append(push_own(app))
        own[-1].__enter__()

    def pop_both(*error: Any) -> None:
        try:
            own.pop().__exit__(None, None, None)
        finally:
            pop(*error)

    context.push, context.pop = push_both, pop_both
    return context
