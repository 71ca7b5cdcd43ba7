"""``flask2fastapi verify``."""

from __future__ import annotations

import signal
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as dataclass_replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from flask2fastapi.cli.shared import AppOption, PathArgument, busy, configure, errors, interpreter, output, read
from flask2fastapi.cli.suite import suite_apps
from flask2fastapi.cli.trials import Env, Login, Seed, verify_options
from flask2fastapi.errors import Flask2FastAPIError
from flask2fastapi.migrate import plan_run
from flask2fastapi.migrate.changed import changed_routes
from flask2fastapi.migrate.sources import suite_plan, with_sources
from flask2fastapi.migrate.verification import plan_verification
from flask2fastapi.verify.boot import TargetBootError
from flask2fastapi.verify.cases.files import Sources, parse_sources
from flask2fastapi.verify.cases.openapi import check_openapi
from flask2fastapi.verify.compare.policy import from_table, read_policy
from flask2fastapi.verify.reports.writing import Naming, parse_reports, report_kind, write_report
from flask2fastapi.verify.running import VerificationPlan, run_verification
from flask2fastapi.verify.servers import ServerOptions, server_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import FrameType

    from flask2fastapi.config import Config
    from flask2fastapi.migrate import Project
    from flask2fastapi.migrate.verification import VerifyOptions
    from flask2fastapi.model.verification import Verification
    from flask2fastapi.verify.mutation import Planted

INTERNAL_ERROR = 5
SIDES, WHAT, HOW_MUCH, RESULT = "The two sides", "What is sent", "How much", "What comes out"
Option = typer.Option
Before = Annotated[
    str | None,
    Option(metavar="REV|DIR", help="The Flask side: a git revision (HEAD by default) or a folder."),
]
Python = Annotated[
    str | None, Option("--python", metavar="INTERPRETER", help="The interpreter of both sides, in which both run.")
]
BeforePython = Annotated[
    str | None, Option(metavar="INTERPRETER", help="The Flask side's own, where that is another one.")
]
AfterPython = Annotated[
    str | None, Option(metavar="INTERPRETER", help="The migrated side's own, where that is another one.")
]
Cases = Annotated[
    list[str] | None,
    Option(
        metavar="SOURCES",
        help="Where requests come from, a comma list: auto (routes, code, database; the default), suite (the project's "
        "tests, recorded on both sides; a test that then fails is a difference), har (needs --case-file), openapi "
        "(by schemathesis). A file is taken as with --case-file.",
    ),
]
CaseFile = Annotated[
    list[Path] | None,
    Option(metavar="FILE", help="Requests of your own: a .har recording, .yaml cases, or an OpenAPI document."),
]
PerRoute = Annotated[int, Option(metavar="N", min=1, help="Cases of one route and method at most.")]
ChangedOnly = Annotated[
    str | None,
    Option(
        metavar="REV..REV",
        help="Only routes whose code changed between two revisions: the view, what it calls, its templates; all of "
        "them where something changed on which every route stands.",
    ),
]
Timeout = Annotated[
    float | None, Option(metavar="SECONDS", min=1, help="Stop after so long, report what was found, and exit with 5.")
]
Replay = Annotated[str, Option(metavar="ID", help="Only this case, or only the differences of this cause.")]
Servers = Annotated[
    bool | None,
    Option(
        "--servers/--no-servers",
        help="Send cases to real servers too (gunicorn or Werkzeug, uvicorn), by many clients at once; by default a "
        "few, where that takes seconds.",
        show_default=False,
    ),
]
Mutate = Annotated[int, Option(metavar="N", min=0, help="Plant N mistakes, one at a time, and say which are seen.")]
MutateSeed = Annotated[str, Option(metavar="TEXT", help="Chooses the mistakes.")]
PolicyFile = Annotated[
    Path | None,
    Option("--policy", metavar="FILE", help="What is accepted, in TOML, instead of [tool.flask2fastapi.verify]."),
]
Report = Annotated[
    list[str] | None,
    Option(
        metavar="KINDS|FILE",
        help="A comma list of html, junit, sarif, json, markdown (written to verify.html, .xml, .sarif, .json, .md), "
        "of file names with those endings, or of KIND=FILE.",
    ),
]
EmitTests = Annotated[
    Path | None, Option(metavar="FILE", help="Write the differences as a pytest file, which fails until they are gone.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify")(verify)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of a run beside what both sides are."""

    sources: Sources
    changed: str | None
    policy: Path | None
    timeout: float | None
    servers: ServerOptions | None
    mutate: int
    mutate_seed: str
    reports: tuple[Path, ...]


def verify(
    path: PathArgument = Path(),
    before: Before = None,
    app: AppOption = None,
    python: Python = None,
    before_python: BeforePython = None,
    after_python: AfterPython = None,
    env: Env = None,
    seed: Seed = None,
    login: Login = None,
    cases: Cases = None,
    case_file: CaseFile = None,
    per_route: PerRoute = 40,
    changed_only: ChangedOnly = None,
    servers: Servers = None,
    replay: Replay = "",
    timeout: Timeout = None,
    policy: PolicyFile = None,
    mutate: Mutate = 0,
    mutate_seed: MutateSeed = "0",
    report: Report = None,
    emit_tests: EmitTests = None,
) -> None:
    """Send the same requests to the Flask application and to its successor, and compare what they answer and write.

    Both sides boot from copies, each in a process of its own; nothing is written into the project. Every case starts
    from the same database, files, time and random numbers. What Flask itself does not answer twice alike is set aside.

    A route is verified when a case reached it with a 2xx or 3xx and nothing differed. Passwords and tokens of --login
    are in no report: VERIFY_SECRET_… stands for them.

    Exit codes: 0 equal, and enough was exercised; 1 differences; 2 usage; 3 a side does not boot; 4 too little was
    exercised; 5 ended early (time-out, interrupt, internal error), with a report of what was found.
    """
    reports = (*parse_reports(report or ()), *((_tests_file(emit_tests),) if emit_tests else ()))
    sources = parse_sources(cases or (), case_file or ())
    served = server_options(servers)
    asked = _Asked(sources, changed_only, policy, timeout, served, mutate, mutate_seed, reports)
    if asked.sources.openapi:
        check_openapi()
    config = configure(path, app=app, python=python)
    if policy is not None:
        config = dataclass_replace(config, verify=read_policy(policy))
    pythons = (interpreter(before_python, config.python), interpreter(after_python, config.python))
    common = verify_options(config, login, seed, env)
    options = dataclass_replace(common, before=before, pythons=pythons, per_route=per_route, replay=replay)
    verification, inside = _verified(path, config, options, asked)
    _report(verification, reports, inside)
    raise typer.Exit(verification.exit_code)


def _tests_file(file: Path) -> Path:
    if file.suffix != ".py":
        file = file.with_name(f"{file.name}.py")
    report_kind(file)
    return file


def _verified(path: Path, config: Config, options: VerifyOptions, asked: _Asked) -> tuple[Verification, str]:
    """The result, and where in the repository the sides' folder is. Exits with 3 or 5 where there is none."""
    from_table(dict(config.verify), datetime.now(UTC).date())
    project, codemods = read(path, config)
    with busy("Planning …"):
        run = plan_run(project, codemods)
    with tempfile.TemporaryDirectory(prefix="flask2fastapi-") as scratch, _terminations():
        try:
            with busy("Looking around …"):
                only, notes = changed_routes(project, run, asked.changed) if asked.changed else (None, ())
                plan = plan_verification(project, run, options, Path(scratch))
                plan = dataclass_replace(plan, only=only, notes=notes, timeout=asked.timeout, servers=asked.servers)
                plan = _with_cases(plan, project, options, asked, Path(scratch))
            return _run(plan, asked), plan.inside
        except TargetBootError as error:
            errors().print(Text(f"flask2fastapi: {error}", style="bold red"), soft_wrap=True)
            if error.traceback:
                errors().print(Text(error.traceback.rstrip(), style="dim"), soft_wrap=True)
            raise typer.Exit(3) from error
        except (Flask2FastAPIError, typer.Exit):
            raise
        except Exception as error:
            errors().print_exception()
            errors().print(Text(f"flask2fastapi: an internal error: {error!r}", style="bold red"), soft_wrap=True)
            raise typer.Exit(INTERNAL_ERROR) from error


def _with_cases(
    plan: VerificationPlan, project: Project, options: VerifyOptions, asked: _Asked, scratch: Path
) -> VerificationPlan:
    inside = plan.inside
    plan = with_sources(plan, asked.sources, options.per_route, scratch)
    if asked.sources.suite:
        suite = suite_plan(project.root, options, suite_apps(project), inside, scratch / "suite")
        plan = dataclass_replace(plan, suite=suite)
    return plan


@contextmanager
def _terminations() -> Iterator[None]:
    """While it lasts a SIGTERM is an interrupt: the run ends its processes and reports what it has."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    earlier = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier)


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(plan: VerificationPlan, asked: _Asked) -> Verification:
    from flask2fastapi.verify.mutation import plant, summary
    from flask2fastapi.verify.reports.progress import Progress

    planted: tuple[Planted, ...] = ()
    with Progress(errors()) as progress:
        verification = run_verification(plan, progress, partial=True)
        if asked.mutate:
            progress.stage(f"planting {asked.mutate} mistakes")
            planted = plant(plan, verification, asked.mutate, asked.mutate_seed, progress.note)
    for line in summary(planted) if asked.mutate else ():
        output().print(line, highlight=False, markup=False, soft_wrap=True)
    return verification


def _report(verification: Verification, files: Iterable[Path], inside: str) -> None:
    from flask2fastapi.verify.reports.terminal import print_verification

    print_verification(output(), verification)
    naming = Naming(entry=f"{inside}/asgi.py" if inside else "asgi.py")
    for file in files:
        write_report(verification, file, naming)
