"""``flask2fastapi verify``."""

from __future__ import annotations

import signal
import tempfile
import threading
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from flask2fastapi.cli.shared import PathArgument, busy, configure, errors, interpreter, output, read
from flask2fastapi.cli.suite import suite_apps
from flask2fastapi.cli.trials import AllowHost, Env, Login, Seed, verify_options
from flask2fastapi.cli.verify_options import (
    HELP,
    AfterPython,
    App,
    Before,
    BeforePython,
    CaseFile,
    Cases,
    ChangedOnly,
    EmitTests,
    Manual,
    Mutate,
    MutateSeed,
    PerRoute,
    PolicyFile,
    Python,
    Replay,
    Report,
    Servers,
    Timeout,
)
from flask2fastapi.errors import Flask2FastAPIError
from flask2fastapi.migrate import plan_run
from flask2fastapi.migrate.changed import changed_routes
from flask2fastapi.migrate.sources import place_in_repository, suite_plan, with_sources
from flask2fastapi.migrate.verification import plan_verification
from flask2fastapi.model.verification import Verification
from flask2fastapi.verify.boot import TargetBootError
from flask2fastapi.verify.cases.files import Sources, parse_sources
from flask2fastapi.verify.cases.openapi import check_openapi
from flask2fastapi.verify.compare.policy import from_table, read_policy
from flask2fastapi.verify.reports.writing import Naming, parse_reports, report_kind, write_report
from flask2fastapi.verify.running import VerificationPlan, run_verification
from flask2fastapi.verify.servers import ServerOptions, server_options
from flask2fastapi.verify.stores import with_stores

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import FrameType

    from flask2fastapi.config import Config
    from flask2fastapi.migrate import Project
    from flask2fastapi.migrate.run import Run
    from flask2fastapi.migrate.verification import VerifyOptions
    from flask2fastapi.verify.mutation import Planted

ENDED_EARLY = 5


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify", cls=Manual, help=HELP)(verify)


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
    app: App = None,
    python: Python = None,
    before_python: BeforePython = None,
    after_python: AfterPython = None,
    env: Env = None,
    seed: Seed = None,
    login: Login = None,
    allow_host: AllowHost = None,
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
    """Boot both sides, send the cases, report, and exit with the code that `HELP` tells."""
    reports = (*parse_reports(report or ()), *((_tests_file(emit_tests),) if emit_tests else ()))
    sources = parse_sources(cases or (), case_file or ())
    served = server_options(servers)
    asked = _Asked(sources, changed_only, policy, timeout, served, mutate, mutate_seed, reports)
    if asked.sources.openapi:
        check_openapi()
    config = configure(path, app=app, python=python)
    if policy is not None:
        config = replace(config, verify={**with_stores(config.verify), **read_policy(policy)})
    pythons = (interpreter(before_python, config.python), interpreter(after_python, config.python))
    common = verify_options(config, login, seed, env, allow_host)
    options = replace(common, before=before, pythons=pythons, per_route=per_route, replay=replay)
    verification, naming = _verified(path, config, options, asked)
    _report(verification, reports, naming)
    raise typer.Exit(verification.exit_code)


def _tests_file(file: Path) -> Path:
    if file.suffix != ".py":
        file = file.with_name(f"{file.name}.py")
    report_kind(file)
    return file


def _verified(path: Path, config: Config, options: VerifyOptions, asked: _Asked) -> tuple[Verification, Naming]:
    """The result, and what reports call things. Exits with 3 where a side does not boot."""
    from_table(dict(config.verify), datetime.now(UTC).date())
    project, codemods = read(path, config)
    with busy("Planning …"):
        run = plan_run(project, codemods)
    with tempfile.TemporaryDirectory(prefix="flask2fastapi-") as scratch, _terminations():
        try:
            with busy("Looking around …"):
                plan = _planned(project, run, options, asked, Path(scratch))
            return _run(plan, asked), _naming(plan, project)
        except TargetBootError as error:
            errors().print(Text(f"flask2fastapi: {error}", style="bold red"), soft_wrap=True)
            if error.traceback:
                errors().print(Text(error.traceback.rstrip(), style="dim"), soft_wrap=True)
            raise typer.Exit(3) from error
        except (Flask2FastAPIError, typer.Exit):
            raise
        except Exception as error:
            errors().print(Text(traceback.format_exc().rstrip(), style="dim"), soft_wrap=True)
            errors().print(Text(f"flask2fastapi: an internal error: {error!r}", style="bold red"), soft_wrap=True)
            raise typer.Exit(ENDED_EARLY) from error
        except KeyboardInterrupt:
            note = "the run ended early, before the sides had booted: it was interrupted"
            return Verification((), (), (), notes=(note,), exit_code=ENDED_EARLY), Naming()


def _planned(project: Project, run: Run, options: VerifyOptions, asked: _Asked, scratch: Path) -> VerificationPlan:
    only, notes = changed_routes(project, run, asked.changed) if asked.changed else (None, ())
    plan = plan_verification(project, run, options, scratch)
    plan = with_sources(plan, asked.sources, options.per_route, scratch)
    suite = None
    if asked.sources.suite:
        suite = suite_plan(project.root, options, suite_apps(project), plan.inside, scratch / "suite")
    inside = "/".join(filter(None, (place_in_repository(project.root), plan.inside)))
    notes = (*plan.notes, *notes)
    return replace(
        plan, only=only, notes=notes, timeout=asked.timeout, servers=asked.servers, suite=suite, inside=inside
    )


def _naming(plan: VerificationPlan, project: Project) -> Naming:
    entry = f"{plan.inside}/asgi.py" if plan.inside else "asgi.py"
    return Naming(title=project.root.resolve().name, entry=entry)


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
        if asked.mutate and verification.exit_code != ENDED_EARLY:
            progress.stage(f"planting {asked.mutate} mistakes")
            planted = plant(plan, verification, asked.mutate, asked.mutate_seed, progress.note)
    for line in summary(planted) if asked.mutate else ():
        output().print(line, highlight=False, markup=False, soft_wrap=True)
    return verification


def _report(verification: Verification, files: Iterable[Path], naming: Naming) -> None:
    from flask2fastapi.verify.reports.terminal import print_verification

    print_verification(output(), verification)
    for file in files:
        write_report(verification, file, naming)
