"""``flask2fastapi rules`` and ``flask2fastapi explain``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flask2fastapi.catalogue import catalogue, page_of, rules_table
from flask2fastapi.cli.shared import configure
from flask2fastapi.registry import load_codemods


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("rules")(rules)
    app.command("explain")(explain)


def rules(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print every page, as codemods/README.md.")] = False,
) -> None:
    """List the codemods, and the reasons for which a route stays mounted."""
    render = catalogue if markdown else rules_table
    typer.echo(render(load_codemods(configure(Path()).codemods)), nl=False)


def explain(
    code: Annotated[str, typer.Argument(help="A rule (F2F210, jsonify-call) or a reason (live-hook).")],
) -> None:
    """Explain a codemod, with examples, or a reason."""
    typer.echo(page_of(code, load_codemods(configure(Path()).codemods)), nl=False)
