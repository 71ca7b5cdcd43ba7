"""httpbin and Flask's own tutorial application, from PyPI: everything that a user would do with them, for real."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from flask2fastapi.model.verification import Case, Origin, Step
from flask2fastapi.verify.boot import read_app
from flask2fastapi.verify.crowd import Crowd
from flask2fastapi.verify.serving import serve_asgi, serve_flask
from flask2fastapi.verify.smoke import smoke

from .conftest import CACHE, plain_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask2fastapi.verify.booted import BootedApp

    from .conftest import Run

FRONT_NEEDS = ("fastapi>=0.115", "a2wsgi>=1.10.1", "uvicorn>=0.30", "pytest>=8")


@dataclass(frozen=True)
class Target:
    """An application on PyPI."""

    distribution: str
    folder: str
    """Inside the source distribution."""
    spec: str
    needs: tuple[str, ...]
    """What its source imports and its metadata does not name."""
    database: tuple[str, ...] = ()
    """Arguments of the interpreter that make its database."""


TARGETS = {
    "httpbin": Target("httpbin", ".", "httpbin:app", ("flasgger",)),
    "flaskr": Target(
        "flask", "examples/tutorial", "flaskr:create_app", (), ("-m", "flask", "--app", "flaskr", "init-db")
    ),
}


@dataclass(frozen=True)
class Migrated:
    """A target on Flask and its migrated copy, with the report of the run."""

    target: Target
    python: Path
    flask: Path
    fastapi: Path
    report: dict[str, Any]


@pytest.fixture(scope="module")
def sources(online: Run) -> dict[str, Path]:
    """The unpacked source distributions, downloaded once."""
    folder = CACHE / "pypi-apps"
    names = sorted({target.distribution for target in TARGETS.values()})
    if not all(list(folder.glob(f"{name}-*.tar.gz")) for name in names):
        online(
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-binary",
            ":all:",
            "--dest",
            folder,
            *names,
        )
    found = {}
    for name in names:
        archive = max(folder.glob(f"{name}-*.tar.gz"), key=lambda path: path.stat().st_mtime)
        found[name] = folder / archive.name.removesuffix(".tar.gz")
        if not found[name].is_dir():
            with tarfile.open(archive) as packed:
                packed.extractall(folder, filter="data")
    return found


@pytest.fixture(scope="module")
def python(sources: dict[str, Path], new_environment: Callable[..., Path]) -> Path:
    """One environment for all targets: their own dependencies and what a front needs."""
    needs = {need for target in TARGETS.values() for need in (*target.needs, *dependencies(sources, target))}
    wanted = sorted({*needs, *FRONT_NEEDS})
    folder = CACHE / f"pypi-venv-{sys.version_info.major}.{sys.version_info.minor}"
    stamp = folder / "installed.json"
    if not stamp.is_file() or json.loads(stamp.read_text()) != wanted:
        new_environment(folder, *wanted)
        stamp.write_text(json.dumps(wanted))
    return folder / "bin" / "python"


def dependencies(sources: dict[str, Path], target: Target) -> list[str]:
    project = tomllib.loads((sources[target.distribution] / target.folder / "pyproject.toml").read_text())["project"]
    return list(project["dependencies"])


@pytest.fixture(scope="module", params=sorted(TARGETS))
def migrated(
    request: pytest.FixtureRequest, sources: dict[str, Path], python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Migrated:
    """A fresh copy, and a second one that the command line migrates in place."""
    target = TARGETS[request.param]
    place = tmp_path_factory.mktemp(request.param)
    for name in ("flask", "fastapi"):
        shutil.copytree(sources[target.distribution] / target.folder, place / name)
        if target.database:
            subprocess.run([python, *target.database], cwd=place / name, check=True, capture_output=True)
    done = tool("migrate", place / "fastapi", "--report", place / "report.json")
    assert done.returncode == 0, done.stderr
    report = json.loads((place / "report.json").read_text())
    return Migrated(target, python, place / "flask", place / "fastapi", report)


def tool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask2fastapi", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=plain_environment())


def passed(report: Path) -> set[str]:
    """The tests that passed, from pytest's JUnit file."""
    cases = ET.parse(report).getroot().iter("testcase")
    return {
        f"{case.get('classname')}::{case.get('name')}"
        for case in cases
        if not {child.tag for child in case} & {"failure", "error", "skipped"}
    }


def test_the_suite_passes_on_fastapi_as_it_did_on_flask(migrated: Migrated, tmp_path: Path) -> None:
    """Unchanged tests, the same interpreter: what passed, passes, and every request went through FastAPI."""
    options = ["-q", "-p", "no:cacheprovider"]
    subprocess.run(
        [migrated.python, "-m", "pytest", *options, f"--junitxml={tmp_path / 'flask.xml'}"],
        cwd=migrated.flask,
        env=plain_environment(),
        capture_output=True,
        check=False,
    )
    done = tool(
        "suite", migrated.fastapi, "--python", migrated.python, "--", *options, f"--junitxml={tmp_path / 'fastapi.xml'}"
    )

    before = passed(tmp_path / "flask.xml")
    assert len(before) > 20
    assert passed(tmp_path / "fastapi.xml") == before
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_a_second_run_changes_nothing(migrated: Migrated) -> None:
    done = tool("migrate", migrated.fastapi, "--diff")

    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_every_rule_and_method_is_accounted_for(migrated: Migrated) -> None:
    """The report of the run names each row of the map that Flask itself builds; so does the map that stays."""
    before = url_map(read_app(migrated.flask, migrated.python, migrated.target.spec))
    reported = {(route["rule"], method) for route in migrated.report["routes"] for method in route["methods"]}

    assert len(before) > 8
    assert before - reported == set()
    if main_app(migrated)["state"] == "hybrid":
        assert url_map(read_app(migrated.fastapi, migrated.python, migrated.target.spec)) == before


def main_app(migrated: Migrated) -> dict[str, Any]:
    """What the report says of the application with the most routes."""
    return max(migrated.report["apps"], key=lambda each: each["routes"])


def url_map(app: BootedApp) -> set[tuple[str, str]]:
    return {
        (rule.rule, method)
        for rule in app.rules
        if not rule.is_static
        for method in set(rule.methods) - {"HEAD", "OPTIONS"}
    }


def test_twenty_clients_get_what_flask_gives_one(migrated: Migrated) -> None:
    """Real servers, every rule, forms and JSON: no error, no difference, no answer mixed up."""
    booted = read_app(migrated.flask, migrated.python, migrated.target.spec)
    folder, target, factory = started(migrated)

    with (
        serve_flask(migrated.flask, migrated.python, migrated.target.spec) as flask,
        serve_asgi(folder, migrated.python, target, factory=factory) as fastapi,
    ):
        result = smoke(flask.url, fastapi.url, cases_of(booted), crowd=Crowd(clients=20, seconds=120, timeout=30))

    assert result.faults == result.shared == ()
    assert (result.clients, result.requests > 200) == (20, True)


def started(migrated: Migrated) -> tuple[Path, str, bool]:
    """Where the result is started, what, and whether that is a factory: its front, or itself where it left Flask."""
    app = main_app(migrated)
    if app["state"] == "full":
        return migrated.fastapi, migrated.target.spec, migrated.target.spec.endswith("create_app")
    entry = migrated.fastapi / app["asgi"]
    factory = "def create_app(" in entry.read_text()
    return entry.parent, f"{entry.stem}:{'create_app' if factory else 'app'}", factory


VALUES = {"int": "1", "float": "1.5", "uuid": "12345678-1234-5678-1234-567812345678"}
JSON = (("Content-Type", "application/json"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def cases_of(app: BootedApp) -> list[Case]:
    """A request for each rule and method; values are 1 and x, bodies both JSON and form."""
    found = [Step("GET", "/no/such/page"), Step("PROPFIND", "/")]
    for rule in app.rules:
        path = re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda match: VALUES.get(match[1], "x"), rule.rule)
        for method in sorted(rule.methods):
            if method in {"POST", "PUT", "PATCH"}:
                found.append(Step(method, path, headers=JSON, body=b'{"title": "t", "body": "\xc3\xa9"}'))
                found.append(Step(method, path, headers=FORM, body=b"username=ann&password=pw&title=t&body=%C3%A9"))
            else:
                found.append(Step(method, path))
    return [Case(f"{number}", Origin.AUTO, f"{step.method} {step.path}", (step,)) for number, step in enumerate(found)]
