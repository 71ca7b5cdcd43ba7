"""Real servers for the target's applications: child processes of the target's interpreter, on loopback ports.

Flask runs under Werkzeug's threaded server, the ASGI entry under uvicorn. A server runs in a process group of its own,
which ends with the ``with`` block, whatever ended that.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.errors import TargetError
from flask2fastapi.verify.boot import TargetBootError
from flask2fastapi.verify.processes import signal_group

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SERVE_FLASK = Path(__file__).parent / "inside" / "serve_flask.py"
HOST = "127.0.0.1"
BOOT_SECONDS = 30.0
END_SECONDS = 5.0
_PAUSE = 0.05
_DEFAULTS = {"PYTHONUNBUFFERED": "1", "PYTHONHASHSEED": "0"}
"""Output is there when it is asked for; sets are walked in the same order on both sides of a comparison."""
_CHATTER = re.compile(r"(INFO|WARNING|DEBUG):|ERROR: +Application startup failed|\S+ - - \[")
"""Lines of the servers' own logs, which never say why an application did not start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    url: str
    """Base URL without a slash at its end: ``http://127.0.0.1:40123``."""
    log: Path
    """What it prints goes here; the file is gone when the server has ended."""

    def output(self) -> str:
        """Everything that the server has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


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
    with _serve(command, root, spec, port, environment, timeout) as server:
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
    with _serve(command, root, target, port, environment, timeout) as server:
        yield server


@contextlib.contextmanager
def _serve(
    command: Sequence[str],
    root: Path,
    what: str,
    port: int,
    environment: Mapping[str, str] | None,
    timeout: float,
) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="flask2fastapi-") as scratch:
        server = Server(f"http://{HOST}:{port}", Path(scratch) / "server.log")
        with server.log.open("wb") as log:
            child = _start(command, root, {**_DEFAULTS, **os.environ, **(environment or {})}, log.fileno())
        try:
            _await_answer(child, server, port, what, timeout)
            yield server
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


def _await_answer(child: subprocess.Popen[bytes], server: Server, port: int, what: str, timeout: float) -> None:
    """Wait until the server answers HTTP, with whatever status."""
    deadline = time.monotonic() + timeout
    while child.poll() is None:
        left = deadline - time.monotonic()
        if left <= 0:
            output = server.output()
            said = f"; it said: {_reason(output)}" if output.strip() else ""
            raise TargetBootError(f"{what} did not answer within {timeout:g} seconds{said}", output=output)
        if _answers(port, left):
            return
        time.sleep(_PAUSE)
    output = server.output()
    message = f"{what} does not start: {_reason(output) or f'exit status {child.returncode}, no output'}"
    raise TargetBootError(message, output if "Traceback" in output else "", output)


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
