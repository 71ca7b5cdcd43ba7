"""Run a repository's own test suite, unchanged, against its migrated application.

The suite's clients stay Flask's. A pytest plugin, loaded into the target's interpreter without installing anything
there (``inside/suite/``), sends every request that they make to a migrated application through its FastAPI front.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from flask2fastapi.errors import TargetError
from flask2fastapi.verify.processes import signal_group
from flask2fastapi.verify.suite_result import SuiteResult, read_result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PLUGIN = "flask2fastapi_suite"
PLUGIN_FOLDER = Path(__file__).parent / "inside" / "suite"
SETTINGS = "FLASK2FASTAPI_SUITE"
NEEDED = {"fastapi": "fastapi>=0.115", "a2wsgi": "a2wsgi>=1.10.1", "flask": "flask", "pytest": "pytest"}
NEEDS = Path(__file__).parent / "inside" / "suite_needs.py"
FIRST_PYTEST_FOR_ANYIO = 7
"""AnyIO comes with FastAPI and brings a pytest plugin, which does not load in an older pytest."""


@dataclass(frozen=True, slots=True)
class SuiteApp:
    """One migrated application: where it is constructed, and its front. Paths are relative to the root."""

    label: str
    """As `plan.generated.app_label` gives it: ``shop:create_app.app``."""
    path: str
    line: int
    end_line: int
    """Lines of the call that constructs it."""
    front_path: str
    """"" for an application that is FastAPI's itself."""
    front_module: str
    import_root: str
    """Folder from which ``front_module`` is imported; "" for the root."""


@dataclass(frozen=True, slots=True)
class SuitePlugin:
    """How pytest is run with the plugin."""

    python: str
    options: tuple[str, ...]
    environment: Mapping[str, str]
    """To be added to the child's."""
    record: Path
    """Where it writes what it has seen."""


def run_suite(root: Path, python: Path, apps: tuple[SuiteApp, ...], arguments: Sequence[str]) -> SuiteResult:
    """Run ``python -m pytest`` with ``arguments`` in ``root``, and let its output through.

    Raises TargetError when there is no migrated application, when one lacks its front, or when the interpreter does
    not start or lacks what the suite needs. An interrupt goes to pytest, which ends in its own way.
    """
    with tempfile.TemporaryDirectory(prefix="flask2fastapi-") as scratch:
        plugin = suite_plugin(root, python, apps, Path(scratch))
        command = [plugin.python, "-m", "pytest", *plugin.options, *arguments]
        status = run_group(command, root.resolve(), {**os.environ, **plugin.environment})
        return read_result(status, plugin.record, [app.label for app in apps])


def suite_plugin(root: Path, python: Path, apps: tuple[SuiteApp, ...], scratch: Path) -> SuitePlugin:
    """What loads the plugin into a run of pytest in ``root``. Raises TargetError as `run_suite` does."""
    folder = root.resolve()
    python = python.absolute() if len(python.parts) > 1 else python  # not resolved: a link is what makes a venv
    _check_fronts(folder, apps)
    options = ("-p", PLUGIN, *_blocked(check_interpreter(folder, python, _needed(apps))))
    record, settings = scratch / "record.jsonl", scratch / "settings.json"
    told = {"root": str(folder), "apps": [asdict(app) for app in apps], "record": str(record)}
    settings.write_text(json.dumps(told), encoding="utf-8")
    return SuitePlugin(str(python), options, _environment(settings), record)


def _needed(apps: tuple[SuiteApp, ...]) -> dict[str, str]:
    """What the interpreter has to have: the bridge to WSGI only where an application is still Flask's."""
    hybrid = any(app.front_path for app in apps)
    return {name: pin for name, pin in NEEDED.items() if hybrid or name != "a2wsgi"}


def _check_fronts(folder: Path, apps: tuple[SuiteApp, ...]) -> None:
    if not apps:
        raise TargetError(f"{folder} has no migrated application: run `flask2fastapi migrate` first")
    for app in apps:
        if app.front_path and not (folder / app.front_path).is_file():
            raise TargetError(f"{app.label} has no front ({app.front_path}): run `flask2fastapi migrate` first")


def check_interpreter(folder: Path, python: Path, needed: Mapping[str, str]) -> str:
    """Make sure that an interpreter has some modules (name -> what pip calls it), and give its version of pytest.

    Raises TargetError.
    """
    command = [str(python), str(NEEDS), *needed]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        raise TargetError(f"{python} cannot be started: {error.strerror or error}; give --python") from error
    if done.returncode:
        raise TargetError(f"{python} is not a Python interpreter that can be used; give --python")
    answer = json.loads(done.stdout)
    if missing := answer["missing"]:
        pins = " ".join(f"'{needed[name]}'" for name in missing)
        raise TargetError(f"{python} lacks {', '.join(missing)}: run {python} -m pip install {pins}")
    return str(answer["pytest"])


def _blocked(pytest_version: str) -> list[str]:
    major = pytest_version.partition(".")[0]
    return ["-p", "no:anyio"] if major.isdigit() and int(major) < FIRST_PYTEST_FOR_ANYIO else []


def _environment(settings: Path) -> dict[str, str]:
    """What the child needs to find the plugin; child processes of the suite (pytest-xdist's workers) inherit it."""
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(PLUGIN_FOLDER)]))
    return {"PYTHONPATH": path, SETTINGS: str(settings)}


def run_group(
    command: list[str],
    folder: Path,
    environment: Mapping[str, str],
    output: IO[bytes] | None = None,
    timeout: float | None = None,
) -> int:
    """Run the child in a process group of its own, which ends with it: tests start servers and forget them.

    Gives its exit status; subprocess.TimeoutExpired after so many seconds. ``output`` takes what it prints.
    """
    child = subprocess.Popen(
        command, cwd=folder, env=dict(environment), stdout=output, stderr=output, start_new_session=True
    )
    try:
        while True:
            try:
                return child.wait(timeout)
            except KeyboardInterrupt:
                signal_group(child, signal.SIGINT)
    finally:
        signal_group(child, getattr(signal, "SIGKILL", signal.SIGTERM))
        child.wait()
