"""``flask2fastapi demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flask2fastapi.cli.shared import busy, output


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    keep: Annotated[
        Path | None,
        typer.Option("--keep", metavar="DIR", help="Work in this new folder instead of a temporary one."),
    ] = None,
) -> None:
    """Migrate a small application, run it on Flask and on FastAPI, and compare the answers; exit 1 if one differs."""
    from flask2fastapi.demo.driving import drive, target_of
    from flask2fastapi.demo.project import check_packages, make_folders, migrate
    from flask2fastapi.demo.requests import steps
    from flask2fastapi.demo.showing import show_diff, show_place, show_table

    check_packages()
    console = output()
    with busy("Copying the application and making its database …"):
        folders = make_folders(keep)
    with busy("Migrating …"):
        run = migrate(folders.fastapi)
    show_diff(console, run)
    target = target_of(run, folders.fastapi)
    console.print("\nBoth applications are booted and asked the same:\n")
    with busy("Asking Flask and FastAPI …"):
        compared = drive(folders, target, steps())
    good = show_table(console, run, compared)
    show_place(console, folders, target)
    raise typer.Exit(0 if good else 1)
