"""Boot the target's Flask application in a child process and read what it holds."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask2fastapi.errors import BootError, TargetError
from flask2fastapi.verify.booted import BootedApp, booted_app

if TYPE_CHECKING:
    from collections.abc import Mapping

READ_APP = Path(__file__).parent / "inside" / "read_app.py"
DEFAULT_TIMEOUT = 60.0


class TargetBootError(BootError):
    """The application does not import or build: one line for the user, with the target's own words kept.

    ``traceback`` is the target's whole traceback ("" where there is none), ``output`` what it printed.
    """

    def __init__(self, message: str, traceback: str = "", output: str = "") -> None:
        super().__init__(message)
        self.traceback = traceback
        self.output = output


def read_app(
    root: Path | str,
    python: Path | str,
    app_spec: str,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    environment: Mapping[str, str] | None = None,
) -> BootedApp:
    """Boot ``app_spec`` with the target's interpreter and give what it holds.

    ``app_spec`` is ``module:app``, ``module:create_app``, ``module:create_app('testing')`` or ``module`` alone, where
    the application is searched as ``flask run`` searches it. ``timeout`` is in seconds; ``environment`` is added to
    ours. Raises TargetBootError if the application does not build, TargetError if the interpreter does not start.
    """
    folder = Path(root).resolve()
    with tempfile.TemporaryDirectory(prefix="flask2fastapi-") as scratch:
        result = Path(scratch) / "app.json"
        command = [str(python), str(READ_APP), str(result), str(folder), app_spec]
        output = _run(command, folder, app_spec, timeout, environment)
        answer = _answer(result, app_spec, output)
    if "error" in answer:
        raise TargetBootError(f"{app_spec} does not boot: {_line(answer['error'])}", answer["traceback"], output)
    return booted_app(app_spec, answer["app"])


def _run(command: list[str], folder: Path, spec: str, timeout: float, environment: Mapping[str, str] | None) -> str:
    """Run the child in a process group of its own, so that a time-out also ends what the target started."""
    try:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise TargetError(f"{command[0]} cannot be started: {error.strerror or error}; give --python") from error
    try:
        output, _ = child.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        _end(child)
        output, _ = child.communicate()
        message = f"{spec} did not finish booting within {timeout:g} seconds"
        raise TargetBootError(message, output=output.decode(errors="replace")) from error
    except BaseException:
        _end(child)
        raise
    return output.decode(errors="replace")


def _end(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()


def _answer(result: Path, spec: str, output: str) -> dict[str, Any]:
    """Read the result file; without one the target ended the process by itself and its last words must do."""
    try:
        answer: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"{spec} ended the process while booting: {_line(output) or 'it said nothing'}"
        raise TargetBootError(message, output, output) from None
    return answer


def _line(text: str) -> str:
    """Last line of a text that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
