"""The repository's own test suite as a source of cases: every request of it, recorded on each side and paired.

A green suite says less than its requests: tests look at a status and at one word of a page. So the suite runs on the
Flask side, once more there (what differs then is noise), and on the migrated side through its FastAPI front; what was
answered to each request is then compared like any other answer.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask2fastapi.errors import TargetError
from flask2fastapi.verify.cases.trace_records import Exchanged, Trace, read_trace
from flask2fastapi.verify.processes import signal_group
from flask2fastapi.verify.suite import check_interpreter, suite_plugin
from flask2fastapi.verify.suite_result import read_result

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

    from flask2fastapi.model.verification import Side
    from flask2fastapi.verify.suite import SuiteApp

__all__ = ["Exchanged", "Trace", "TraceSetup", "record_trace"]

PLUGIN = "flask2fastapi_trace"
INSIDE = Path(__file__).parent.parent / "inside"
SETTINGS = "FLASK2FASTAPI_TRACE"
RECORD = "record.jsonl"
"""File of `suite.SuitePlugin.record`."""
NEEDED = {"flask": "flask", "pytest": "pytest"}
SAID = 4000
_RAN = {0, 1}
"""Statuses of pytest with which tests have run: all passed, or some failed."""
_NO_TESTS = 5
_BEAT = 0.1


@dataclass(frozen=True, slots=True)
class TraceSetup:
    """One side's suite."""

    root: Path
    """Folder in which pytest runs."""
    python: Path
    arguments: tuple[str, ...] = ()
    """For pytest: which tests."""
    apps: tuple[SuiteApp, ...] = ()
    """Migrated applications, on the side that has some; none for plain Flask."""
    environment: Mapping[str, str] = field(default_factory=dict)
    paths: tuple[Path, ...] = ()
    """Folders from which modules are imported before all others: an installed copy must not be tested instead."""
    freeze: bool = True
    """Stop the clock and seed chance, for each test."""
    clock: float = 1_767_225_600.0
    """Seconds since 1970 at which every test starts."""
    timeout: float = 600.0
    alterations: Mapping[str, Any] = field(default_factory=dict)
    """Requests of one test that are left out or changed; see ``inside/trace``."""


def record_trace(side: Side, setup: TraceSetup, stop: threading.Event | None = None) -> Trace:
    """Run the suite and give every request and answer of it.

    Raises TargetError when the interpreter does not start or lacks pytest, when pytest runs no test, and when it does
    not end in time, or before somebody sets ``stop``: then it is ended, with all that it has started. Failed tests are
    no error: what they sent is there, and how they ended.
    """
    root = setup.root.resolve()
    with tempfile.TemporaryDirectory(prefix="flask2fastapi-") as scratch:
        folder = Path(scratch)
        command, environment = _command(setup, root, folder)
        with (folder / "output").open("w+b") as output:
            status = _run(command, root, environment, output, setup.timeout, stop or threading.Event())
            if status is None:
                raise TargetError(f"the test suite of {root} did not end within {setup.timeout:g} seconds")
            output.seek(0)
            said = output.read().decode(errors="replace")[-SAID:]
        if status not in _RAN:
            raise TargetError(_trouble(root, status, said))
        trace = read_trace(side, folder / "trace.jsonl", said)
        if not setup.apps:
            return trace
        return replace(trace, suite=read_result(status, folder / RECORD, [app.label for app in setup.apps]))


def _run(
    command: list[str],
    root: Path,
    environment: Mapping[str, str],
    output: IO[bytes],
    timeout: float,
    stop: threading.Event,
) -> int | None:
    """Run pytest in a process group of its own, which ends with it; None when it had to be ended."""
    child = subprocess.Popen(
        command,
        cwd=root,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )
    deadline = time.monotonic() + timeout
    try:
        while child.poll() is None:
            if stop.wait(_BEAT) or time.monotonic() > deadline:
                return None
        return child.returncode
    finally:
        signal_group(child, signal.SIGKILL)
        child.wait()


def _command(setup: TraceSetup, root: Path, scratch: Path) -> tuple[list[str], dict[str, str]]:
    python = str(setup.python.absolute())
    options: tuple[str, ...] = ()
    environment = dict(os.environ)
    if setup.apps:
        plugin = suite_plugin(root, setup.python, setup.apps, scratch)
        python, options = plugin.python, plugin.options
        environment.update(plugin.environment)
    else:
        check_interpreter(root, setup.python.absolute(), NEEDED)
    settings = scratch / "trace.json"
    settings.write_text(json.dumps(_settings(setup, scratch)), encoding="utf-8")
    temporary = scratch / "tmp"
    temporary.mkdir()
    folders = filter(None, [*map(str, setup.paths), environment.get("PYTHONPATH"), str(INSIDE / "trace")])
    environment |= {"PYTHONPATH": os.pathsep.join(folders), SETTINGS: str(settings), "TMPDIR": str(temporary)}
    environment |= {"PYTHONHASHSEED": "0", "TZ": "UTC", **setup.environment}
    # after the suite's plugin, which it looks for; no random order, in which tests would meet other data
    return [python, "-m", "pytest", *options, "-p", PLUGIN, "-p", "no:randomly", *setup.arguments], environment


def _settings(setup: TraceSetup, scratch: Path) -> dict[str, Any]:
    return {
        "record": str(scratch / "trace.jsonl"),
        "freeze": setup.freeze,
        "clock": setup.clock,
        "worker": str(INSIDE / "worker"),
        **setup.alterations,
    }


def _trouble(root: Path, status: int, said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last = next((line for line in reversed(lines) if line.startswith(("E ", "ERROR", "INTERNALERROR"))), "")
    why = "it has no tests" if status == _NO_TESTS else last or (lines[-1] if lines else f"exit status {status}")
    return f"the test suite of {root} does not run: {why}"
