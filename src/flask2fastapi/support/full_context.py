"""``g`` and ``current_app`` without Flask."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any

from fastapi import FastAPI

from .full_app_context import APP_CONTEXT, AppContext, app_context, current_context
from .full_local import Local


class ContextGlobals:
    """What ``g`` holds in one context (``flask.ctx._AppCtxGlobals``)."""

    def __init__(self, name: str) -> None:
        vars(self)["_name"] = name

    def get(self, name: str, default: Any = None) -> Any:
        """Give an attribute, or the default."""
        return vars(self).get(name, default)

    def pop(self, name: str, *default: Any) -> Any:
        """Take an attribute away."""
        return vars(self).pop(name, *default)

    def setdefault(self, name: str, default: Any = None) -> Any:
        """Give an attribute, which is the default from now on if it was none."""
        return vars(self).setdefault(name, default)

    def __contains__(self, name: str) -> bool:
        return name in vars(self)

    def __iter__(self) -> Iterator[str]:
        return (name for name in vars(self) if name != "_name")

    def __repr__(self) -> str:
        return f"<flask.g of {vars(self)['_name']!r}>"


class CurrentApp:
    """A FastAPI application with Flask's names for what it has.

    What it does not know is the application's own.
    """

    def __init__(self, app: FastAPI) -> None:
        vars(self)["_app"] = app

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("debug", "testing", "secret_key"):
            self.config[name.upper()] = value
        else:
            setattr(self._app, name, value)

    @property
    def config(self) -> Any:
        """The settings."""
        return self._app.state.config

    @property
    def name(self) -> str:
        """The name of its module."""
        name: str = getattr(getattr(self._app.state, "config", None), "name", "app")
        return name

    import_name = name

    @property
    def debug(self) -> bool:
        """Whether it runs for its developer."""
        return bool(self.config.get("DEBUG"))

    @property
    def testing(self) -> bool:
        """Whether it runs in a test."""
        return bool(self.config.get("TESTING"))

    @property
    def secret_key(self) -> Any:
        """What it signs with."""
        return self.config.get("SECRET_KEY")

    @property
    def logger(self) -> Any:
        """Its logger."""
        return getattr(self._app.state, "logger", logging.getLogger(self.name))

    @property
    def extensions(self) -> dict[str, Any]:
        """What extensions keep of it."""
        state = self._app.state
        if not hasattr(state, "extensions"):
            state.extensions = {}
        found: dict[str, Any] = state.extensions
        return found

    @property
    def jinja_env(self) -> Any:
        """What its templates are made with."""
        return self._app.state.templates.env

    @property
    def root_path(self) -> str:
        """The folder of its module."""
        here = Path(__file__).absolute().parent
        return str(getattr(self.config, "app_path", here))

    @property
    def instance_path(self) -> Any:
        """The folder of what belongs to one installation."""
        return self.config.instance_path

    def open_resource(
        self,
        resource: str,
        mode: str = "rb",
        encoding: str | None = "utf-8",
    ) -> IO[Any]:
        """Open a file beside its module, to read it."""
        if mode not in {"r", "rt", "rb"}:
            raise ValueError("Resources can only be opened for reading.")
        path = Path(self.root_path, resource)
        return path.open(mode, encoding=None if mode == "rb" else encoding)

    def open_instance_resource(
        self,
        resource: str,
        mode: str = "rb",
        encoding: str | None = "utf-8",
    ) -> IO[Any]:
        """Open a file of this installation."""
        path = Path(self.instance_path, resource)
        return path.open(mode, encoding=None if "b" in mode else encoding)

    def app_context(self) -> AbstractContextManager[AppContext]:
        """Do in a thread or script what requests do."""
        return app_context(self._app)


def has_app_context() -> bool:
    """Whether ``g`` and ``current_app`` are there."""
    return APP_CONTEXT.get(None) is not None


def has_request_context() -> bool:
    """Whether this belongs to a request."""
    context = APP_CONTEXT.get(None)
    return context is not None and context.scope is not None


def _current_globals() -> ContextGlobals:
    context = current_context().root
    if "g" not in context.values:
        context.values["g"] = ContextGlobals(_current_app().name)
    found: ContextGlobals = context.values["g"]
    return found


def _current_app() -> CurrentApp:
    app = current_context().app
    if not hasattr(app.state, "current_app"):
        app.state.current_app = CurrentApp(app)
    found: CurrentApp = app.state.current_app
    return found


g: Any = Local(_current_globals)
current_app: Any = Local(_current_app)
