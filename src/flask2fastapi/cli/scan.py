"""``flask2fastapi scan``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flask2fastapi.cli.shared import (
    AppOption,
    AsyncOption,
    ExcludeOption,
    IgnoreOption,
    OnlyOption,
    PathArgument,
    PythonOption,
    SelectOption,
    busy,
    chosen_codemods,
    configure,
    errors,
    output,
    read_only,
)
from flask2fastapi.migrate import plan_only, report_document
from flask2fastapi.report.inventory import inventory
from flask2fastapi.report.json_text import json_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask2fastapi.migrate import Run
    from flask2fastapi.model.diagnostics import Diagnostic
    from flask2fastapi.report.inventory import Section


class Format(StrEnum):
    """How the inventory is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("scan")(scan)


def scan(
    path: PathArgument = Path(),
    format: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TEXT,  # noqa: A002
    app: AppOption = None,
    python: PythonOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    only: OnlyOption = None,
    exclude: ExcludeOption = None,
    asynchrony: AsyncOption = None,
) -> None:
    """Say what a repository holds, and for each route the rung that it would reach and why. Writes nothing."""
    config = configure(
        path, app=app, python=python, select=select, ignore=ignore, only=only, exclude=exclude, asynchrony=asynchrony
    )
    project, codes = read_only(path, config)
    with busy("Planning …"):
        run = plan_only(project, codes, lambda: chosen_codemods(config))
    compared: Sequence[Diagnostic] = ()
    if config.app is not None:
        from flask2fastapi.cli.boot import compare_with_boot

        with busy("Booting the application …"):
            compared = compare_with_boot(project, config)
    sections = inventory(project.index, project.apps)
    _print(run, sections, compared, format)
    raise typer.Exit(2 if project.unread else 0)


def _print(run: Run, sections: Sequence[Section], compared: Sequence[Diagnostic], chosen: Format) -> None:
    if chosen is Format.JSON:
        typer.echo(json_text(_document(run, sections, compared)))
        return
    if chosen is Format.MARKDOWN:
        from flask2fastapi.report.markdown import scan_markdown

        notes = [f"- {each}" for each in (*run.project.diagnostics, *compared)]
        typer.echo(scan_markdown(sections, run.plan.routes, notes), nl=False)
        return
    _show(run, sections, compared)


def _show(run: Run, sections: Sequence[Section], compared: Sequence[Diagnostic]) -> None:
    from flask2fastapi.report.text import print_around, print_diagnostics, print_routes, print_sections, print_summary

    console = output()
    print_diagnostics(errors(), run.project.diagnostics)
    if not run.project.apps:
        console.print(f"No Flask application was found under {run.project.root}.", soft_wrap=True)
        return
    print_sections(console, sections)
    print_routes(console, run.plan.routes)
    print_summary(console, run.plan.routes, run.plan.fronts)
    print_around(console, run.plan)
    print_diagnostics(console, compared)


def _document(run: Run, sections: Sequence[Section], compared: Sequence[Diagnostic]) -> dict[str, Any]:
    document = report_document(run)
    document.pop("files")
    document["summary"].pop("files")
    document["inventory"] = {
        section.title: [{"name": name, "where": where} for name, where in section.entries] for section in sections
    }
    document["groups"] = [list(group) for group in run.plan.groups]
    document["boot"] = [{"severity": each.severity.value, "message": each.message} for each in compared]
    return document
