"""PostgreSQL and MySQL (MariaDB) servers of our own: in a temporary folder, on a free port, as an unprivileged user."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True)
class DatabaseServer:
    """A running server that lets everybody in on this machine."""

    kind: str
    port: int
    user: str
    tools: Path
    """Folder of its client programs."""

    @property
    def options(self) -> str:
        """For its client programs."""
        if self.kind == "postgresql":
            return f"--host=127.0.0.1 --port={self.port} --username={self.user}"
        return f"--host=127.0.0.1 --port={self.port} --user={self.user} --protocol=tcp"

    def url(self, database: str) -> str:
        """For SQLAlchemy."""
        driver = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}[self.kind]
        return f"{driver}://{self.user}@127.0.0.1:{self.port}/{database}"


def tool(*names: str) -> Path:
    """A program by one of its names; the test is skipped where there is none."""
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/sbin")]
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])
    found = next((found for name in names if (found := shutil.which(name, path=path))), None)
    if found is None:
        pytest.skip(f"{names[0]} is not installed")
    return Path(found)


def owner(name: str) -> str | None:
    """The user as whom a server runs: itself, or, for root, whom these servers do not serve, its own."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam(name).pw_name
    except KeyError:
        pytest.skip(f"there is no user {name} as whom root could run the server")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def running(
    command: Sequence[str | Path], user: str | None, ready: Sequence[str | Path], log: Path, end: int
) -> Iterator[None]:
    """A server process, from when it answers until the end of the block."""
    with log.open("wb") as output:
        server = subprocess.Popen([*command], stdin=subprocess.DEVNULL, stdout=output, stderr=output, user=user)
    try:
        deadline = time.monotonic() + 60
        while subprocess.run([*ready], capture_output=True, check=False).returncode:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{command[0]} does not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        yield
    finally:
        server.send_signal(end)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(20)
        server.kill()
        server.wait()


@contextlib.contextmanager
def postgresql() -> Iterator[DatabaseServer]:
    """A cluster that was just made."""
    initdb, postgres = tool("initdb"), tool("postgres")
    user, port = owner("postgres"), free_port()
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        _give(folder, user)
        data = folder / "data"
        made = [initdb, "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
        subprocess.run(made, check=True, capture_output=True, user=user, cwd=folder)
        options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
        command = [postgres, "-D", data, "-p", str(port), *options]
        ready = [tool("pg_isready"), "-h", "127.0.0.1", "-p", str(port)]
        with running(command, user, ready, folder / "log", signal.SIGINT):
            yield DatabaseServer("postgresql", port, "postgres", initdb.parent)


@contextlib.contextmanager
def mysql() -> Iterator[DatabaseServer]:
    """MariaDB, or MySQL where that is what there is."""
    server, client = tool("mariadbd", "mysqld"), tool("mysql", "mariadb")
    user, port = owner("mysql"), free_port()
    with tempfile.TemporaryDirectory(prefix="my-") as name:
        folder = Path(name)
        _give(folder, user)
        data = folder / "data"
        if server.name == "mariadbd":
            made = [
                tool("mariadb-install-db"),
                "--no-defaults",
                f"--datadir={data}",
                "--auth-root-authentication-method=normal",
            ]
        else:
            made = [server, "--no-defaults", "--initialize-insecure", f"--datadir={data}"]
        subprocess.run(made, check=True, capture_output=True, user=user, cwd=folder)
        options = ["--bind-address=127.0.0.1", f"--port={port}", f"--socket={folder / 'socket'}"]
        command = [server, "--no-defaults", f"--datadir={data}", *options, f"--pid-file={folder / 'pid'}"]
        ready = [client, "--no-defaults", "-h127.0.0.1", f"-P{port}", "-uroot", "--protocol=tcp", "-e", "SELECT 1"]
        with running(command, user, ready, folder / "log", signal.SIGTERM):
            yield DatabaseServer("mysql", port, "root", client.parent)


def _give(folder: Path, user: str | None) -> None:
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
