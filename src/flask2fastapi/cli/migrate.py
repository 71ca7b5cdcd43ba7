"""``flask2fastapi migrate``."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    configure,
    errors,
    read,
    undo_killed,
)
from flask2fastapi.cli.trials import AllowHost, Env, Login, Seed, Verify, verify_options
from flask2fastapi.errors import ConfigError, SourceError
from flask2fastapi.migrate import plan_run, report_document
from flask2fastapi.migrate.selection import unmatched
from flask2fastapi.project.start_edit import start_line
from flask2fastapi.report.json_text import json_text
from flask2fastapi.report.text import print_around, print_changes, print_diagnostics, print_summary
from flask2fastapi.source import copy_tree, ensure_clean, folder_of, write_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask2fastapi.codemod import Codemod
    from flask2fastapi.config import Config
    from flask2fastapi.migrate import Project, Run
    from flask2fastapi.migrate.verification import VerifyOptions


Diff = Annotated[
    bool, typer.Option("--diff", help="Print a patch for `git apply`, write nothing; exit 1 if there is one.")
]
Output = Annotated[Path | None, typer.Option("--output", metavar="DIR", help="Write a migrated copy there instead.")]
Report = Annotated[Path | None, typer.Option("--report", metavar="FILE", help="Write the report as JSON.")]
Hybrid = Annotated[
    bool, typer.Option("--hybrid", help="Leave every Flask object in place, also where nothing needs it.")
]
Openapi = Annotated[bool, typer.Option("--openapi", help="Offer /docs and /openapi.json, with the fields of bodies.")]
AllowDirty = Annotated[bool, typer.Option("--allow-dirty", help="Write although git knows of uncommitted changes.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migrate")(migrate)


def migrate(
    path: PathArgument = Path(),
    diff: Diff = False,
    output: Output = None,
    report: Report = None,
    allow_dirty: AllowDirty = False,
    verify: Verify = False,
    login: Login = None,
    seed: Seed = None,
    allow_host: AllowHost = None,
    env: Env = None,
    app: AppOption = None,
    python: PythonOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    only: OnlyOption = None,
    exclude: ExcludeOption = None,
    asynchrony: AsyncOption = None,
    hybrid: Hybrid = False,
    openapi: Openapi = False,
) -> None:
    """Put FastAPI in front of every Flask application of a repository, and convert what converts exactly."""
    if diff and output:
        raise ConfigError("--diff prints and --output writes: give one of them")
    config = configure(
        path, app=app, python=python, select=select, ignore=ignore, only=only, exclude=exclude, asynchrony=asynchrony
    )
    config = replace(config, hybrid=config.hybrid or hybrid, openapi=config.openapi or openapi)
    undo_killed(path)
    if not diff and output is None and not allow_dirty:
        ensure_clean(folder_of(path))
    _check_report(report)
    trial = verify_options(config, login, seed, env, allow_host) if verify else None
    run = _plan(path, config, trial)
    _write(run, folder_of(path), output, diff=diff)
    _tell(run, wrote=not diff)
    if report is not None:
        _write_report(run, report)
    raise typer.Exit(2 if run.project.unread else 1 if diff and run.changes else 0)


def _write(run: Run, root: Path, output: Path | None, *, diff: bool) -> None:
    if diff:
        from flask2fastapi.diff import unified_diff

        sys.stdout.buffer.write(unified_diff(run.changes))
        sys.stdout.flush()
    elif output is not None:
        _write_copy(run, root, output)
    else:
        write_all(root, run.changes)


def _plan(path: Path, config: Config, trial: VerifyOptions | None) -> Run:
    project, codemods = read(path, config)
    for pattern in unmatched(project.index.routes, config.only):
        raise ConfigError(f"--only {pattern}: no blueprint, endpoint or rule is named so; see `flask2fastapi scan`")
    if trial is not None:
        return _prove(project, codemods, trial)
    with busy("Planning …"):
        run = plan_run(project, codemods)
    if config.app is not None:
        from flask2fastapi.cli.boot import compare_with_boot

        missed = compare_with_boot(project, config)
        run = replace(run, plan=replace(run.plan, diagnostics=(*run.plan.diagnostics, *missed)))
    return run


def _prove(project: Project, codemods: Sequence[type[Codemod]], trial: VerifyOptions) -> Run:
    from flask2fastapi.migrate.proving import proven_run
    from flask2fastapi.verify.reports.progress import Progress
    from flask2fastapi.verify.reports.terminal import print_summary

    with Progress(errors()) as progress:
        run, verification = proven_run(project, codemods, trial, progress)
    if verification is not None:
        print_summary(errors(), verification)
    return run


def _write_copy(run: Run, root: Path, destination: Path) -> None:
    copy_tree(root, destination, run.project.config.exclude)
    write_all(destination, run.changes)


def _check_report(path: Path | None) -> None:
    """Say what keeps a report from being written before anything else is."""
    if path is None:
        return
    place = next(each for each in (path, *path.absolute().parents) if each.exists())
    fits = place.is_file() if place == path else place.is_dir()
    if not fits or not os.access(place, os.W_OK):
        reason = "is no file that can be written" if place == path else "is no folder that can be written to"
        raise SourceError(f"{path}: the report cannot be written: {place} {reason}")


def _write_report(run: Run, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json_text(report_document(run)) + "\n", encoding="utf-8")
    except OSError as error:
        raise SourceError(f"{path}: the report cannot be written: {error.strerror or error}") from error


def _tell(run: Run, *, wrote: bool) -> None:
    console = errors()
    print_diagnostics(console, run.diagnostics)
    if not run.project.apps:
        console.print(f"No Flask application was found under {run.project.root}.", style="yellow", soft_wrap=True)
        return
    print_changes(console, run.changes)
    print_summary(console, run.plan.routes, run.plan.fronts)
    print_around(console, run.plan)
    if not run.changes:
        console.print("Nothing to change.")
        return
    if wrote:
        for front in run.plan.fronts:
            if front.entry is not None and not front.front_exists:
                where = f" in {front.import_root}" if front.import_root else ""
                console.print(f"Start it with: {start_line(front)}{where}", soft_wrap=True)
        for command in run.relock:
            console.print(f"Then bring the lock file up to date: {command}", soft_wrap=True)
