"""``flask2fastapi verify``."""

from __future__ import annotations

import tempfile
from dataclasses import replace as dataclass_replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from flask2fastapi.cli.shared import (
    AppOption,
    PathArgument,
    PythonOption,
    busy,
    configure,
    errors,
    interpreter,
    output,
    read,
)
from flask2fastapi.cli.trials import Env, Login, Seed, verify_options
from flask2fastapi.migrate import plan_run
from flask2fastapi.migrate.verification import plan_verification
from flask2fastapi.verify.boot import TargetBootError
from flask2fastapi.verify.reports.writing import report_kind, write_report
from flask2fastapi.verify.running import VerificationPlan, run_verification

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.model.verification import Verification
    from flask2fastapi.verify.mutation import Planted

Option = typer.Option
Before = Annotated[str | None, Option(metavar="REV|DIR", help="The Flask side: a revision (HEAD) or a folder.")]
BeforePython = Annotated[str | None, Option(metavar="INTERPRETER", help="The Flask side's interpreter.")]
AfterPython = Annotated[str | None, Option(metavar="INTERPRETER", help="The migrated side's interpreter.")]
PerRoute = Annotated[int, Option(metavar="N", help="Cases of one route and method at most.")]
Mutate = Annotated[int, Option(metavar="N", help="Plant N mistakes, one at a time, and say which are seen.")]
MutateSeed = Annotated[str, Option(metavar="TEXT", help="Chooses the mistakes.")]
Cases = Annotated[list[Path] | None, Option("--cases", metavar="FILE", help="Cases of your own: .har or .yaml.")]
Replay = Annotated[str, Option(metavar="ID", help="Only this case, or only the differences of this cause.")]
Report = Annotated[list[Path] | None, Option(metavar="FILE", help="Write a report: .json .html .xml .sarif .md .py")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify")(verify)


def verify(
    path: PathArgument = Path(),
    before: Before = None,
    app: AppOption = None,
    python: PythonOption = None,
    before_python: BeforePython = None,
    after_python: AfterPython = None,
    login: Login = None,
    seed: Seed = None,
    env: Env = None,
    per_route: PerRoute = 40,
    cases: Cases = None,
    replay: Replay = "",
    mutate: Mutate = 0,
    mutate_seed: MutateSeed = "0",
    report: Report = None,
) -> None:
    """Send the same requests to the Flask application and to its successor, and compare what they answer and write."""
    for file in report or ():
        report_kind(file)
    config = configure(path, app=app, python=python)
    pythons = (interpreter(before_python, config.python), interpreter(after_python, config.python))
    common = verify_options(config, login, seed, env)
    options = dataclass_replace(
        common, before=before, pythons=pythons, per_route=per_route, replay=replay, files=tuple(cases or ())
    )
    project, codemods = read(path, config)
    with busy("Planning …"):
        run = plan_run(project, codemods)
    with tempfile.TemporaryDirectory(prefix="flask2fastapi-") as scratch:
        try:
            with busy("Looking around …"):
                plan = plan_verification(project, run, options, Path(scratch))
            verification = _run(plan, mutate, mutate_seed)
        except TargetBootError as error:
            errors().print(Text(f"flask2fastapi: {error}", style="bold red"), soft_wrap=True)
            if error.traceback:
                errors().print(Text(error.traceback.rstrip(), style="dim"), soft_wrap=True)
            raise typer.Exit(3) from error
    _report(verification, report or ())
    raise typer.Exit(verification.exit_code)


def _run(plan: VerificationPlan, mutate: int, seed: str) -> Verification:
    from flask2fastapi.verify.mutation import plant, summary
    from flask2fastapi.verify.reports.progress import Progress

    planted: tuple[Planted, ...] = ()
    with Progress(errors()) as progress:
        verification = run_verification(plan, progress)
        if mutate:
            progress.stage(f"planting {mutate} mistakes")
            planted = plant(plan, verification, mutate, seed, progress.note)
    for line in summary(planted) if mutate else ():
        output().print(line, highlight=False, markup=False, soft_wrap=True)
    return verification


def _report(verification: Verification, files: Iterable[Path]) -> None:
    from flask2fastapi.verify.reports.terminal import print_verification

    print_verification(output(), verification)
    for file in files:
        write_report(verification, file)
