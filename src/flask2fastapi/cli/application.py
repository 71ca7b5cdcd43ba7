"""The application and its entry point."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flask2fastapi import __version__
from flask2fastapi.cli.commands import Commands, InterruptionError
from flask2fastapi.errors import Flask2FastAPIError
from flask2fastapi.source.interrupts import InterruptedWritingError

_INTERRUPTED = 130
"""What shells make of a process that an interrupt has ended: 128 and the number of the signal."""

app = typer.Typer(
    cls=Commands,
    help="Move a Flask repository to FastAPI, and prove that nothing broke.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"flask2fastapi {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Move a Flask repository to FastAPI, and prove that nothing broke."""
    del version


def run() -> None:
    """Run the command that ``sys.argv`` names and exit with its code; user errors are one line and code 2.

    Raises KeyboardInterrupt.
    """
    try:
        app(standalone_mode=True)
    except Flask2FastAPIError as error:
        from rich.console import Console  # takes as long to load as a small command to run
        from rich.text import Text

        Console(stderr=True).print(Text(f"flask2fastapi: {error}", style="bold red"), soft_wrap=True)
        sys.exit(_INTERRUPTED if isinstance(error.__cause__, InterruptedWritingError) else 2)
    except InterruptionError as error:
        raise KeyboardInterrupt from error
