"""``flask2fastapi verify``."""

from __future__ import annotations

import ast
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from flask2fastapi.cli.shared import AppOption, PathArgument, PythonOption, busy, configure, errors, output, read
from flask2fastapi.errors import ConfigError, SourceError
from flask2fastapi.index.inputs import read_inputs
from flask2fastapi.migrate import plan_run
from flask2fastapi.model.facts import RouteKind
from flask2fastapi.plan.generated import GeneratedKind, app_label
from flask2fastapi.plan.naming import Namer
from flask2fastapi.source import copy_tree
from flask2fastapi.verify.boot import TargetBootError
from flask2fastapi.verify.cases import AutoOptions, Persona, auto_cases, parse_login
from flask2fastapi.verify.cases.auto import Inputs
from flask2fastapi.verify.compare.coverage import KnownRoute, by_method
from flask2fastapi.verify.compare.policy import from_table
from flask2fastapi.verify.running import Handler, VerificationPlan, run_verification
from flask2fastapi.verify.sides import after_folder, before_folder, fill, write_target
from flask2fastapi.verify.worker_setup import WorkerSetup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask2fastapi.config import Config
    from flask2fastapi.migrate import Project, Run
    from flask2fastapi.model.facts import AppFact
    from flask2fastapi.model.plan import Entry
    from flask2fastapi.model.verification import Case, Verification
    from flask2fastapi.verify.worker_setup import WorkerFacts

Option = typer.Option


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify")(verify)


def verify(
    path: PathArgument = Path(),
    before: Annotated[
        str | None, Option(metavar="REV|DIR", help="The Flask side: a revision (HEAD) or a folder.")
    ] = None,
    app: AppOption = None,
    python: PythonOption = None,
    before_python: Annotated[str | None, Option(metavar="INTERPRETER", help="The Flask side's interpreter.")] = None,
    after_python: Annotated[str | None, Option(metavar="INTERPRETER", help="The migrated side's interpreter.")] = None,
    login: Annotated[
        list[str] | None, Option(metavar="STEP", help="A login, e.g. 'POST /login form name=a&pw=b'.")
    ] = None,
    seed: Annotated[
        str | None, Option(metavar="COMMAND", help="Fills the database on each side, e.g. 'flask init-db'.")
    ] = None,
    env: Annotated[
        list[str] | None, Option(metavar="NAME=VALUE", help="For both sides; {root} is the side's folder.")
    ] = None,
    per_route: Annotated[int, Option(metavar="N", help="Cases of one route and method at most.")] = 40,
    mutate: Annotated[
        int, Option(metavar="N", help="Plant N mistakes in the migrated side, one at a time; say which are seen.")
    ] = 0,
    mutate_seed: Annotated[str, Option(metavar="TEXT", help="Chooses the mistakes.")] = "0",
    report: Annotated[
        list[Path] | None, Option(metavar="FILE", help="Write a report: .json, .html, .xml, .sarif, .md, .py.")
    ] = None,
) -> None:
    """Send the same requests to the Flask application and to its successor, and compare what they answer and write."""
    config = configure(path, app=app, python=python)
    pythons = (before_python or config.python or sys.executable, after_python or config.python or sys.executable)
    personas = (Persona(), *(parse_login(text, number) for number, text in enumerate(login or (), 1)))
    with tempfile.TemporaryDirectory(prefix="flask2fastapi-") as scratch:
        plan = _plan(
            path, config, before, Path(scratch), pythons, _environment(env or ()), seed or "", personas, per_route
        )
        try:
            verification = _run(plan, mutate, mutate_seed)
        except TargetBootError as error:
            errors().print(Text(f"flask2fastapi: {error}", style="bold red"), soft_wrap=True)
            if error.traceback:
                errors().print(Text(error.traceback.rstrip(), style="dim"), soft_wrap=True)
            raise typer.Exit(3) from error
    _report(verification, report or ())
    raise typer.Exit(verification.exit_code)


def _plan(
    path: Path,
    config: Config,
    before: str | None,
    scratch: Path,
    pythons: tuple[str, str],
    environment: dict[str, str],
    seed: str,
    personas: Sequence[Persona],
    per_route: int,
) -> VerificationPlan:
    project, codemods = read(path, config)
    app, front = _front(project, config)
    with busy("Reading both sides …"):
        run = plan_run(project, codemods)
    plan = next(each for each in run.plan.fronts if each.app.key == app.key)
    folders = _folders(project.root, before, scratch)
    module, expression = _application(config, plan.entry)
    target = write_target(folders[2] / plan.import_root, front, module, expression)
    if seed:
        fill(seed, folders, plan.import_root, Path(pythons[0]), _placed(environment, folders[0]))
    spec = config.app or f"{module}:{expression}"
    kinds = ((pythons[0], spec, "flask"), (pythons[0], spec, "flask"), (pythons[1], target, "fastapi"))
    old, again, new = (
        WorkerSetup(folder / plan.import_root, Path(python), what, kind, _placed(environment, folder))
        for folder, (python, what, kind) in zip(folders, kinds, strict=True)
    )
    routes = [row for row in run.plan.routes if row.route.app == app.key]
    inputs = Inputs(read_inputs(project.files), project.index.functions)
    known = [
        KnownRoute(row.route.endpoint, row.route.rule, row.route.methods, row.rung.value)
        for row in routes
        if row.route.fact.kind is not RouteKind.ALIAS  # it serves nothing of its own
    ]

    def cases(facts: WorkerFacts) -> Iterable[Case]:
        options = AutoOptions(per_route, tuple(personas))
        return auto_cases([row.route for row in routes], inputs, facts.stores, options)

    return VerificationPlan(
        before=old,
        again=again,
        after=new,
        cases=cases,
        routes=by_method(known),
        handlers=_handlers(project, run, app, plan.import_root),
        policy=from_table(dict(config.verify), datetime.now(UTC).date()),
    )


def _folders(root: Path, before: str | None, scratch: Path) -> tuple[Path, Path, Path]:
    """The Flask side, the same once more, and the migrated side."""
    old = before_folder(root, before, scratch / "before")
    again = scratch / "again"
    copy_tree(old, again)
    return old, again, after_folder(root, scratch)


def _front(project: Project, config: Config) -> tuple[AppFact, str]:
    """The application to verify and the module of its front: the one with most routes, or the one that --app names."""
    namer = Namer(project.index, project.generated)
    fronts = {module.app: module.path for module in project.generated if module.kind is GeneratedKind.FRONT}
    apps = [app for app in project.apps if app_label(app.key) in fronts]
    if not apps:
        raise SourceError(f"{project.root} has no migrated application: run `flask2fastapi migrate` first")
    wanted = (config.app or "").partition(":")[0]
    named = [
        app for app in apps if wanted and (app.module == wanted or any(a.startswith(f"{wanted}.") for a in app.aliases))
    ]
    app = (named or apps)[0]
    return app, namer.module_name(fronts[app_label(app.key)])


def _application(config: Config, entry: Entry | None) -> tuple[str, str]:
    """Module and expression that build the Flask application on both sides."""
    if config.app is not None:
        module, _, expression = config.app.partition(":")
        return module, expression or "app"
    if entry is None:
        raise ConfigError("how the Flask application is built cannot be read: give --app module:create_app('testing')")
    return entry.module, entry.attribute + (f"({entry.arguments})" if entry.is_factory else "")


def _handlers(project: Project, run: Run, app: AppFact, import_root: str) -> dict[str, Handler]:
    codes = dict(run.codes)
    found = {}
    for row in run.plan.routes:
        fact = row.route.fact
        key = fact.view or ""
        function = project.index.functions.get(key)
        path = function.path if function else fact.path
        span = function.span if function else fact.view_span
        source = project.source(path)
        if row.route.app == app.key and span is not None and source is not None:
            lines = _lines(source.text, span.line, span.end_line)
            inner = path.removeprefix(f"{import_root}/") if import_root else path
            above = span.line - fact.view_span.line if fact.view_span and fact.path == path else 0
            found[row.route.endpoint] = Handler(inner, span.line, max(above, 0), lines, codes.get(path, ()))
    return found


def _lines(text: str, first: int, last: int) -> frozenset[int]:
    """The lines in a range on which statements begin that are executed, docstrings and definitions apart."""
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt) and first < node.lineno <= last]
    skipped = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Global, ast.Nonlocal)
    plain = [node for node in nodes if not isinstance(node, skipped)]
    texts = {node.lineno for node in plain if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    return frozenset(node.lineno for node in plain) - texts


def _environment(pairs: Sequence[str]) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs]
    for name, separator, _ in split:
        if not separator:
            raise ConfigError(f"--env {name}: write it as NAME=VALUE")
    return {name: value for name, _, value in split}


def _placed(environment: dict[str, str], folder: Path) -> dict[str, str]:
    return {name: value.replace("{root}", str(folder)) for name, value in environment.items()}


def _run(plan: VerificationPlan, mutate: int, seed: str) -> Verification:
    from flask2fastapi.verify.mutation import plant, summary
    from flask2fastapi.verify.reports.progress import Progress

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
    from flask2fastapi.verify.reports.writing import write_report

    print_verification(output(), verification)
    for file in files:
        write_report(verification, file)
