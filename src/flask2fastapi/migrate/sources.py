"""Where a verification takes its cases from beside the code: files, the project's tests, an OpenAPI document."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask2fastapi.errors import ConfigError, TargetError
from flask2fastapi.model.verification import Side
from flask2fastapi.source import copy_tree
from flask2fastapi.verify.cases.files import read_cases
from flask2fastapi.verify.cases.openapi import openapi_cases, read_openapi, served_openapi
from flask2fastapi.verify.cases.traces import TraceSetup
from flask2fastapi.verify.sides import after_folder, before_folder
from flask2fastapi.verify.suite_cases import SuitePlan
from flask2fastapi.verify.worker_setup import side_environment
from flask2fastapi.verify.workers import Worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask2fastapi.migrate.verification import VerifyOptions
    from flask2fastapi.model.verification import Case
    from flask2fastapi.verify.cases.files import Sources
    from flask2fastapi.verify.running import VerificationPlan
    from flask2fastapi.verify.suite import SuiteApp
    from flask2fastapi.verify.worker_setup import WorkerFacts

READ_OPENAPI = Path(__file__).parent.parent / "verify" / "inside" / "read_openapi.py"
_PLACES = ("/openapi.json", "/swagger.json", "/apispec_1.json", "/api/openapi.json", "/api/swagger.json")
_NAMED = re.compile(r"(openapi|swagger|apispec)[^/<>]*$", re.IGNORECASE)


def with_sources(plan: VerificationPlan, sources: Sources, per_operation: int, scratch: Path) -> VerificationPlan:
    """The plan with the cases that ``sources`` name, those of files first.

    Raises ConfigError when no OpenAPI document is to be had or schemathesis is missing, SourceError for a file that
    cannot be read, TargetBootError when a side does not boot.
    """
    read = [read_cases(path, plan.personas) for path in sources.files]
    secrets = plan.before.secrets
    for each in read:
        secrets = secrets.joined(each.secrets)
    before, again, after = (replace(setup, secrets=secrets) for setup in (plan.before, plan.again, plan.after))
    given = [case for each in read for case in each.cases]
    notes = [note for each in read for note in each.notes]
    if sources.openapi:
        for document in _documents(plan, sources, scratch):
            made = openapi_cases(document, routes=plan.served, personas=plan.personas, per_operation=per_operation)
            given += made.cases
            notes += made.notes
    auto = plan.cases if sources.auto else _no_cases

    def cases(facts: WorkerFacts) -> Iterable[Case]:
        return _distinct(chain(given, auto(facts)))

    return replace(plan, before=before, again=again, after=after, cases=cases, notes=(*plan.notes, *notes))


def suite_plan(root: Path, options: VerifyOptions, apps: tuple[SuiteApp, ...], inside: str, scratch: Path) -> SuitePlan:
    """The project's tests on each side, in copies of their own. Raises SourceError as `sides.before_folder` does."""
    old = before_folder(root, options.before, scratch / "before")
    again = scratch / "again"
    copy_tree(old, again)
    sides = (
        (Side.BEFORE, old, options.pythons[0], ()),
        (Side.AGAIN, again, options.pythons[0], ()),
        (Side.AFTER, after_folder(root, scratch), options.pythons[1], apps),
    )
    setups = [
        TraceSetup(
            folder,
            python,
            apps=migrated,
            environment={
                name: value.replace("{root}", str(folder)).replace("{side}", side.value)
                for name, value in options.environment.items()
            },
            paths=(folder / inside,),
        )
        for side, folder, python, migrated in sides
    ]
    return SuitePlan(*setups)


def place_in_repository(root: Path) -> str:
    """Where a folder is in its git repository, "" for the top of it and for a folder in none."""
    folder = root if root.is_dir() else root.parent
    try:
        done = subprocess.run(["git", "rev-parse", "--show-prefix"], cwd=folder, capture_output=True, check=False)
    except OSError:
        return ""
    return os.fsdecode(done.stdout).strip().rstrip("/") if done.returncode == 0 else ""


def _no_cases(_: WorkerFacts) -> Iterable[Case]:
    return ()


def _distinct(cases: Iterable[Case]) -> Iterable[Case]:
    return {case.id: case for case in reversed(list(cases))}.values().__reversed__()


def _documents(plan: VerificationPlan, sources: Sources, scratch: Path) -> list[Mapping[str, Any]]:
    """Those of files; else the one that Flask serves; else what FastAPI says of the native operations."""
    if sources.documents:
        return [read_openapi(path) for path in sources.documents]
    rules = [route.rule for route in plan.served if "GET" in route.methods and _NAMED.search(route.rule)]
    with Worker.start(Side.BEFORE, plan.before) as worker:
        for place in dict.fromkeys((*rules, *_PLACES)):
            try:
                return [served_openapi(worker, place)]
            except TargetError:
                continue
    document = _described(plan, scratch)
    if not document.get("paths"):
        raise ConfigError(
            "--cases openapi: Flask serves no OpenAPI document, and no route is native that FastAPI could describe; "
            "name a document with --case-file FILE"
        )
    return [document]


def _described(plan: VerificationPlan, scratch: Path) -> dict[str, Any]:
    """What the migrated application says of its operations."""
    setup, target = plan.after, scratch / "openapi.json"
    done = subprocess.run(
        [str(setup.python), str(READ_OPENAPI), setup.spec, str(target)],
        cwd=setup.root,
        env=side_environment(setup, scratch),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=setup.boot_timeout,
        check=False,
    )
    if done.returncode or not target.is_file():
        said = (done.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
        raise TargetError(f"FastAPI does not describe {setup.spec}: {said}")
    document: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return document
