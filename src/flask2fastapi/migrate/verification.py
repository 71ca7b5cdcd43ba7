"""Plan a verification: which application, built how, in which folders, with which cases."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask2fastapi.errors import ConfigError, SourceError
from flask2fastapi.index.flavours import FASTAPI_APP
from flask2fastapi.index.inputs import read_inputs
from flask2fastapi.model.facts import RouteKind
from flask2fastapi.model.verification import Side
from flask2fastapi.plan.generated import GeneratedKind
from flask2fastapi.plan.naming import Namer
from flask2fastapi.source import copy_tree
from flask2fastapi.verify.cases import AutoOptions, auto_cases
from flask2fastapi.verify.cases.examples import read_examples
from flask2fastapi.verify.cases.inputs import Inputs
from flask2fastapi.verify.cases.lifetimes import read_lifetimes
from flask2fastapi.verify.cases.preparing import prepare
from flask2fastapi.verify.compare.coverage import KnownRoute, by_method
from flask2fastapi.verify.compare.policy import from_table
from flask2fastapi.verify.running import Handler, VerificationPlan
from flask2fastapi.verify.secret_values import Secrets
from flask2fastapi.verify.sides import after_folder, before_folder, fill, write_target
from flask2fastapi.verify.stores import in_side, read_stores, share
from flask2fastapi.verify.worker_setup import WorkerSetup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from flask2fastapi.config import Config
    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.migrate.run import Run
    from flask2fastapi.model.facts import AppFact
    from flask2fastapi.model.plan import Entry, FrontPlan
    from flask2fastapi.model.verification import Case
    from flask2fastapi.verify.cases import Persona
    from flask2fastapi.verify.worker_setup import WorkerFacts


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """What the user says about a verification."""

    before: str | None
    """Revision or folder of the Flask side; None for HEAD."""
    pythons: tuple[Path, Path]
    """Interpreters of the Flask side and of the migrated side."""
    environment: Mapping[str, str]
    """For all sides; ``{root}`` stands for the side's folder, ``{side}`` for its name."""
    seed: str
    """Shell command that fills the database, "" for none."""
    personas: tuple[Persona, ...]
    per_route: int
    replay: str = ""
    """Id of the one case or cluster to look at."""
    allowed_hosts: tuple[str, ...] = ()
    """Hosts beside this machine to which both sides may connect; ``*`` stands for any text."""


def plan_verification(project: Project, run: Run, options: VerifyOptions, scratch: Path) -> VerificationPlan:
    """Lay out the sides below ``scratch``, and plan what is sent to them.

    Raises SourceError when there is no migrated application or no such revision, ConfigError when nobody says how the
    application is built, TargetError when the seed command fails, TargetBootError when the Flask side does not boot.
    """
    app, front_module = _migrated(project)
    front = next(each for each in run.plan.fronts if each.app.key == app.key)
    before, again, after = _sides(project, front, front_module, options, scratch)
    routes = [row for row in run.plan.routes if row.route.app == app.key]
    inputs = Inputs(
        read_inputs(project.files),
        project.index.functions,
        read_examples(project.files),
        lifetimes=read_lifetimes(project.files),
    )
    known = [
        KnownRoute(row.route.endpoint, row.route.rule, row.route.methods, row.rung.value)
        for row in routes
        if row.route.fact.kind is not RouteKind.ALIAS  # it serves nothing of its own
    ]

    resolved = [row.route for row in routes]
    # Its tables may be empty and its ids unknown: the Flask side is asked what there is, and given rows to find.
    prepared = prepare(before, (again.root, after.root), resolved, inputs, options.personas)

    def cases(facts: WorkerFacts) -> Iterable[Case]:
        auto = AutoOptions(options.per_route, prepared.personas)
        return auto_cases(prepared.routes, prepared.inputs, facts.stores, auto)

    return VerificationPlan(
        before=before,
        again=again,
        after=after,
        cases=cases,
        routes=by_method(known),
        handlers=_handlers(project, run, app, front.import_root),
        policy=from_table(dict(project.config.verify), datetime.now(UTC).date()),
        replay=options.replay,
        personas=prepared.personas,
        served=prepared.routes,
        inside=front.import_root,
    )


def _sides(
    project: Project, front: FrontPlan, front_module: str | None, options: VerifyOptions, scratch: Path
) -> list[WorkerSetup]:
    """The Flask side, the same once more, and the migrated side, all with the same data.

    An application that has left Flask is FastAPI's under its old name, and is built as the Flask side's is.
    """
    folders = _folders(project.root, options.before, scratch)
    placed = [_placed(options.environment, side, folder) for side, folder in zip(Side, folders, strict=True)]
    stores = read_stores(project.config.verify)
    module, expression = _application(project.config, front.entry)
    target = f"{module}:{expression}"
    if front_module is not None:
        target = write_target(folders[2] / front.import_root, front_module, module, expression)
    if options.seed:
        command = options.seed.replace("{side}", Side.BEFORE.value)
        fill(command, folders, front.import_root, options.pythons[0], placed[0])
    share(stores, folders, placed)
    flask = (options.pythons[0], project.config.app or f"{module}:{expression}", "flask")
    kinds = (flask, flask, (options.pythons[1], target, "fastapi"))
    secrets = Secrets({name: value for each in options.personas for name, value in each.secrets.items()})
    return [
        WorkerSetup(
            folder / front.import_root,
            python,
            what,
            kind,
            environment,
            store_commands=tuple(each.of(side, folder) for each in stores),
            repository=folder,
            secrets=secrets,
            allowed_hosts=options.allowed_hosts,
        )
        for side, folder, environment, (python, what, kind) in zip(Side, folders, placed, kinds, strict=True)
    ]


def _folders(root: Path, before: str | None, scratch: Path) -> tuple[Path, Path, Path]:
    """The Flask side, the same once more, and the migrated side."""
    old = before_folder(root, before, scratch / "before")
    again = scratch / "again"
    copy_tree(old, again)
    return old, again, after_folder(root, scratch)


def _migrated(project: Project) -> tuple[AppFact, str | None]:
    """The application to verify, and the module of its front, None for one that has left Flask.

    The one with most routes, or the one that --app names. Raises SourceError when nothing has been migrated.
    """
    namer = Namer(project.index, project.generated)
    fronts = {app.key: namer.earlier(GeneratedKind.FRONT, app) for app in project.apps}
    apps = [app for app in project.apps if fronts[app.key] is not None or app.flask_class == FASTAPI_APP]
    if not apps:
        raise SourceError(f"{project.root} has no migrated application: run `flask2fastapi migrate` first")
    wanted = (project.config.app or "").partition(":")[0]
    named = [
        app for app in apps if wanted and (app.module == wanted or any(a.startswith(f"{wanted}.") for a in app.aliases))
    ]
    app = (named or apps)[0]
    path = fronts[app.key]
    return app, namer.module_name(path) if path is not None else None


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
        keys = (fact.view or "", *(key for _, key in fact.view_methods))  # a class has a function for each method
        function = next((each for key in keys if (each := project.index.functions.get(key))), None)
        path = function.path if function else fact.path
        span = fact.view_span if function is None or fact.view_methods else function.span
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


def _placed(environment: Mapping[str, str], side: Side, folder: Path) -> dict[str, str]:
    return {name: in_side(value, side, folder) for name, value in environment.items()}
