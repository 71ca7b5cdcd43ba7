"""``flask2fastapi check``: the same as the lean ``flask2fastapi-check``, which pre-commit runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flask2fastapi import hook


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(files: Annotated[list[Path], typer.Argument(metavar="FILES...", help="Python files.")]) -> None:
    """Name each Flask route in FILES that is not a FastAPI path operation yet; exit 1 if there is one."""
    raise typer.Exit(hook.main([str(path) for path in files]))
