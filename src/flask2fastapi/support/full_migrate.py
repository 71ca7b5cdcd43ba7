"""``Migrate`` as in Flask-Migrate 4, for migrations that Alembic runs by itself."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from .full_app_context import APP_CONTEXT, AppContext


class Migrate:
    """What ``env.py`` asks of Flask-Migrate: the database and the options of Alembic."""

    def __init__(
        self,
        app: FastAPI | None = None,
        db: Any = None,
        directory: str = "migrations",
        command: str = "db",
        compare_type: bool = True,
        render_as_batch: bool = True,
        **options: Any,
    ) -> None:
        del command  # Alembic's own is used
        self.db = db
        self.directory = str(directory)
        own = {"compare_type": compare_type, "render_as_batch": render_as_batch}
        self.configure_args: dict[str, Any] = {**options, **own}
        self._callbacks: list[Callable[[Any], Any]] = []
        if app is not None and db is not None:
            self.init_app(app, db)

    def init_app(
        self,
        app: FastAPI,
        db: Any = None,
        directory: str | None = None,
        command: str | None = None,
        **options: Any,
    ) -> None:
        """Keep these for an application."""
        del command
        self.db = db or self.db
        self.directory = str(directory or self.directory)
        given = {key: it for key, it in options.items() if it is not None}
        self.configure_args.update(given)
        app.state.migrate = self

    @property
    def metadata(self) -> Any:
        """The default metadata of the database."""
        return self.db.metadata

    def configure(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Call ``function(config)`` with Alembic's configuration."""
        self._callbacks.append(function)
        return function

    def configured(self, config: Any) -> None:
        """Call what `configure` was given."""
        for function in self._callbacks:
            function(config)


class AlembicApp:
    """What ``env.py`` asks of ``current_app``."""

    def __init__(self, app: FastAPI) -> None:
        self.config: Any = app.state.config
        self.extensions = {"migrate": app.state.migrate}
        self.logger = logging.getLogger("alembic.env")


def alembic_app(app: FastAPI) -> AlembicApp:
    """Be in a context of ``app`` while Alembic runs, and give its settings."""
    APP_CONTEXT.set(AppContext(app))
    context: Any = sys.modules.get("alembic.context")
    if context is not None:
        app.state.migrate.configured(context.config)
    return AlembicApp(app)
