"""Commands of an application, each in a context as a request is (``flask.cli``)."""

from __future__ import annotations

from typing import Any

import click
from fastapi import FastAPI

from .full_app_context import app_context


class FlaskCommands(click.Group):
    """Commands that find ``g`` and ``current_app`` as they do under ``flask``."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__()
        self._app = app

    def invoke(self, ctx: click.Context) -> Any:
        """Run the commands that were asked for."""
        with app_context(self._app):
            return super().invoke(ctx)
