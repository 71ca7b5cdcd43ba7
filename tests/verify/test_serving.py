"""Servers in child processes: they answer, say why they do not, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from flask2fastapi.errors import BootError, TargetError
from flask2fastapi.verify.serving import serve_asgi, serve_flask

PYTHON = Path(sys.executable)
FLASK = """\
import os
from flask import Flask

def create_app(word="none"):
    print("building")
    app = Flask(__name__)
    app.add_url_rule("/word", "word", lambda: word + os.environ.get("WORD", ""))
    return app
"""
ASGI = """\
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

def create_app():
    return app
"""


def read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.read().decode()


def test_flask_is_served_with_its_environment(tmp_path: Path) -> None:
    """The specification may call a factory; what the application prints is at hand; the port is closed afterwards."""
    (tmp_path / "shop.py").write_text(FLASK)

    with serve_flask(tmp_path, PYTHON, "shop:create_app('big')", environment={"WORD": "!"}) as server:
        assert read(f"{server.url}/word") == "big!"
        assert "building" in server.output()

    with pytest.raises(OSError, match="refused"):
        read(f"{server.url}/word")


@pytest.mark.parametrize(("target", "factory"), [("entry:app", False), ("entry:create_app", True)])
def test_an_asgi_entry_is_served(tmp_path: Path, target: str, factory: bool) -> None:
    """uvicorn serves an application as well as a factory."""
    (tmp_path / "entry.py").write_text(ASGI)

    with serve_asgi(tmp_path, PYTHON, target, factory=factory) as server:
        assert read(f"{server.url}/here") == "/here"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("raise RuntimeError('no database')", "RuntimeError: no database"),
        ("import nowhere_at_all", "No module named 'nowhere_at_all'"),
        ("import sys; sys.exit('settings are missing')", "settings are missing"),
        ("import os; os._exit(3)", "exit status 3, no output"),
    ],
)
def test_what_does_not_start_is_said_in_one_line(tmp_path: Path, source: str, message: str) -> None:
    """Both servers quote the target's last words, and keep all of them."""
    (tmp_path / "shop.py").write_text(source)

    for serve in (serve_flask, serve_asgi):
        with pytest.raises(BootError, match=message) as caught, serve(tmp_path, PYTHON, "shop:app"):
            pass
        assert len(str(caught.value).splitlines()) == 1
        assert str(caught.value).startswith("shop:app does not start: ")


def test_a_failing_start_up_is_quoted_with_its_exception(tmp_path: Path) -> None:
    """uvicorn's own "Application startup failed" says nothing; the exception above it does."""
    (tmp_path / "entry.py").write_text(
        "import contextlib, fastapi\n"
        "@contextlib.asynccontextmanager\n"
        "async def lifespan(app):\n    raise ValueError('no queue')\n    yield\n"
        "app = fastapi.FastAPI(lifespan=lifespan)\n"
    )

    with pytest.raises(BootError, match="ValueError: no queue"), serve_asgi(tmp_path, PYTHON, "entry:app"):
        pass


def test_a_target_that_never_answers_is_ended(tmp_path: Path) -> None:
    """The deadline is named, and what was printed until then."""
    (tmp_path / "shop.py").write_text("import time\nprint('waiting for the queue')\ntime.sleep(60)")

    with (
        pytest.raises(BootError, match="within 1 seconds; it said: waiting for the queue"),
        serve_flask(tmp_path, PYTHON, "shop:app", timeout=1),
    ):
        pass


def test_a_missing_interpreter_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(TargetError, match="python9 cannot be started"),
        serve_flask(tmp_path, tmp_path / "python9", "shop"),
    ):
        pass


STUBBORN = """\
import os, signal, subprocess, sys
from flask import Flask
signal.signal(signal.SIGTERM, signal.SIG_IGN)
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
app = Flask(__name__)
app.add_url_rule("/pids", "pids", lambda: f"{os.getpid()} {helper.pid}")
"""
HOLDER = """\
import signal, sys, time, urllib.request
from pathlib import Path
from flask2fastapi.verify.serving import serve_flask
signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background ignores it
with serve_flask(Path(sys.argv[1]), Path(sys.executable), "shop:app") as server:
    print(urllib.request.urlopen(server.url + "/pids").read().decode(), flush=True)
    time.sleep(300)
"""


def test_an_interrupt_leaves_no_process_behind(tmp_path: Path) -> None:
    """Ctrl-C ends a server that ignores SIGTERM, with the process that it started itself."""
    (tmp_path / "shop.py").write_text(STUBBORN)
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with holder, holder.stdout as output:
        pids = [int(word) for word in output.readline().split()]
        holder.send_signal(signal.SIGINT)
        holder.wait(30)

    assert len(pids) == 2
    assert [pid for pid in pids if still_runs(pid)] == []


def still_runs(pid: int) -> bool:
    """Whether a process lives, after a moment in which the system may take leave of it; a zombie does not."""
    for _ in range(40):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return False
        except (ProcessLookupError, FileNotFoundError):
            return False
        time.sleep(0.05)
    return True
