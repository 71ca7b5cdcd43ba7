"""``flask2fastapi suite``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flask2fastapi.cli.shared import PathArgument, configure, errors, interpreter, read
from flask2fastapi.index.flavours import FASTAPI_APP
from flask2fastapi.plan.generated import GeneratedKind, app_label
from flask2fastapi.plan.naming import Namer
from flask2fastapi.verify.suite import SuiteApp, run_suite
from flask2fastapi.verify.suite_result import summary

if TYPE_CHECKING:
    from flask2fastapi.migrate import Project


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("suite")(suite)


def suite(
    path: PathArgument = Path(),
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- PYTEST_ARGUMENTS]", help="Passed on to pytest.", show_default=False),
    ] = None,
    python: Annotated[
        str | None, typer.Option("--python", metavar="INTERPRETER", help="The interpreter that the project runs in.")
    ] = None,
) -> None:
    """Run the repository's own tests, unchanged, against the migrated application; exits as pytest does."""
    config = configure(path, python=python)
    project, _ = read(path, config)
    result = run_suite(project.root, interpreter(config.python), suite_apps(project), arguments or [])
    console = errors()
    for line in summary(result):
        console.print(line, highlight=False, soft_wrap=True)
    raise typer.Exit(result.exit_code)


def suite_apps(project: Project) -> tuple[SuiteApp, ...]:
    """The applications that have a front, by what their fronts say of themselves, and those that need none."""
    namer = Namer(project.index, project.generated)
    fronts = {app.key: namer.earlier(GeneratedKind.FRONT, app) for app in project.index.apps}
    full = [app for app in project.apps if app.flask_class == FASTAPI_APP]
    return tuple(
        SuiteApp(app_label(app.key), app.path, app.span.line, app.span.end_line, "", "", namer.import_root(app.path))
        for app in full
    ) + tuple(
        SuiteApp(
            label=app_label(app.key),
            path=app.path,
            line=app.span.line,
            end_line=app.span.end_line,
            front_path=front,
            front_module=namer.module_name(front),
            import_root=namer.import_root(front),
        )
        for app in project.index.apps
        if (front := fronts[app.key]) is not None
    )
