"""Real servers for the target's applications: child processes of the target's interpreter, on loopback ports.

Flask runs under Werkzeug's threaded server, the ASGI entry under uvicorn. A server runs in a process group of its own,
which ends with the ``with`` block, whatever ended that.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.errors import TargetError
from flask2fastapi.verify.boot import TargetBootError
from flask2fastapi.verify.processes import signal_group
from flask2fastapi.verify.worker_setup import side_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask2fastapi.verify.worker_setup import WorkerSetup

INSIDE = Path(__file__).parent / "inside"
SERVE_FLASK, SERVE_SIDE = INSIDE / "serve_flask.py", INSIDE / "serve_side.py"
HOST = "127.0.0.1"
BOOT_SECONDS = 30.0
END_SECONDS = 5.0
_PAUSE = 0.05
_DEFAULTS = {"PYTHONUNBUFFERED": "1", "PYTHONHASHSEED": "0"}
"""Output is there when it is asked for; sets are walked in the same order on both sides of a comparison."""
_CHATTER = re.compile(
    r"(INFO|WARNING|DEBUG):|ERROR: +Application (startup|shutdown) failed|\S+ - - \[|\[\d{4}-\d\d-\d\d "
)
"""Lines of the servers' own logs, which never say why an application did not start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    url: str
    """Base URL without a slash at its end: ``http://127.0.0.1:40123``."""
    log: Path
    """What it prints goes here; the file is gone when the server has ended."""
    child: subprocess.Popen[bytes] = field(repr=False)
    port: int
    what: str
    """What it serves, as it was named."""

    def output(self) -> str:
        """Everything that the server has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def ready(self, timeout: float) -> None:
        """Wait until it answers HTTP, with whatever status. Raises TargetBootError when it does not."""
        deadline = time.monotonic() + timeout
        while self.child.poll() is None:
            left = deadline - time.monotonic()
            if left <= 0:
                output = self.output()
                said = f"; it said: {_reason(output)}" if output.strip() else ""
                raise TargetBootError(f"{self.what} did not answer within {timeout:g} seconds{said}", output=output)
            if _answers(self.port, left):
                return
            time.sleep(_PAUSE)
        output = self.output()
        reason = _reason(output) or f"exit status {self.child.returncode}, no output"
        raise TargetBootError(f"{self.what} does not start: {reason}", output if "Traceback" in output else "", output)

    def end(self) -> str:
        """Tell it to end, as an operator does; gives what went wrong in that, "" when nothing did."""
        before = len(self.output())
        signal_group(self.child, signal.SIGTERM)
        try:
            self.child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            return f"did not end within {END_SECONDS:g} seconds"
        said = self.output()[before:]
        return _reason(said) if "Traceback" in said else ""


@contextlib.contextmanager
def serve_flask(
    root: Path,
    python: Path,
    spec: str,
    *,
    environment: Mapping[str, str] | None = None,
    timeout: float = BOOT_SECONDS,
) -> Iterator[Server]:
    """Serve a Flask application (``module:app``, ``module:create_app('x')``, as `read_app` takes it) from ``root``.

    ``environment`` is added to ours, ``timeout`` in seconds is for the first answer. Raises TargetBootError when there
    is none by then, TargetError when the interpreter does not start.
    """
    port = _free_port()
    command = [str(python), str(SERVE_FLASK), str(root.resolve()), spec, HOST, str(port)]
    with _serve(command, root, spec, port, _added(environment)) as server:
        server.ready(timeout)
        yield server


@contextlib.contextmanager
def serve_asgi(
    root: Path,
    python: Path,
    target: str,
    *,
    factory: bool = False,
    environment: Mapping[str, str] | None = None,
    timeout: float = BOOT_SECONDS,
) -> Iterator[Server]:
    """Serve an ASGI application (``asgi:app``, or ``asgi:create_app`` with ``factory``) with uvicorn, from ``root``.

    Raises as `serve_flask` does.
    """
    port = _free_port()
    command = [str(python), "-m", "uvicorn", "--host", HOST, "--port", str(port), "--no-access-log"]
    command += ["--timeout-graceful-shutdown", "3", *(["--factory"] if factory else []), target]
    with _serve(command, root, target, port, _added(environment)) as server:
        server.ready(timeout)
        yield server


@contextlib.contextmanager
def serve_side(setup: WorkerSetup, scratch: Path) -> Iterator[Server]:
    """Serve one side of a verification: cut off from the world as in its worker, with nothing of our environment.

    Flask under gunicorn where the side has it, else under Werkzeug's threaded server; ASGI under uvicorn. ``scratch``
    is for its temporary files. The server is to be waited for (`Server.ready`), so that several can start at once.
    It ends with the thread that started it. Raises TargetError when the interpreter does not start.
    """
    scratch.mkdir(exist_ok=True)
    port = _free_port()
    root = setup.root.resolve()
    options = json.dumps({"clock": setup.clock, "allowed": setup.allowed_hosts})
    command = [str(setup.python), str(SERVE_SIDE), setup.kind, setup.spec, str(root), HOST, str(port), options]
    with _serve(command, root, setup.spec, port, side_environment(setup, scratch)) as server:
        yield server


def _added(environment: Mapping[str, str] | None) -> dict[str, str]:
    return {**_DEFAULTS, **os.environ, **(environment or {})}


@contextlib.contextmanager
def _serve(
    command: Sequence[str],
    root: Path,
    what: str,
    port: int,
    environment: Mapping[str, str],
) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="flask2fastapi-") as scratch:
        path = Path(scratch) / "server.log"
        with path.open("wb") as log:
            child = _start(command, root, environment, log.fileno())
        try:
            yield Server(f"http://{HOST}:{port}", path, child, port, what)
        finally:
            _end(child)


def _start(command: Sequence[str], root: Path, environment: Mapping[str, str], output: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise TargetError(f"{command[0]} cannot be started in {root}: {error.strerror or error}") from error


def _answers(port: int, timeout: float) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout)
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _reason(output: str) -> str:
    """The last line that is not a server's own: the target's last words, most often its exception."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return next((line for line in reversed(lines) if not _CHATTER.match(line)), lines[-1] if lines else "")


def _free_port() -> int:
    """A port that nobody else is given for a minute.

    A connection that was opened and closed on it is left in TIME_WAIT: servers, which set SO_REUSEADDR, can bind such a
    port, but the kernel does not hand it out.
    """
    with socket.socket() as listener, socket.socket() as caller:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, 0))
        listener.listen(1)
        port: int = listener.getsockname()[1]
        caller.connect((HOST, port))
        listener.accept()[0].close()
    return port


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the group: first politely, then what is left of it, also when an interrupt comes meanwhile."""
    try:
        signal_group(child, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(END_SECONDS)
    finally:
        signal_group(child, getattr(signal, "SIGKILL", signal.SIGTERM))
        child.wait()
