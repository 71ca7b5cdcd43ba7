"""Applications that misbehave while they are imported: reported or put up with, and nothing of them is left running."""

from __future__ import annotations

import contextlib
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.model.verification import Side
from flask2fastapi.verify.boot import TargetBootError

from .worker_apps import case, get, start, write

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "HOSTILE_MARK"
APP = """\
import os, signal, subprocess, sys, threading, time
from flask import Flask
app = Flask(__name__)

@app.route("/well")
def well(): return "well"

"""
pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found in /proc")


def living(mark: str) -> list[str]:
    """Processes that have the mark in their environment, and what they run; dead ones have no environment."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found.append((folder / "cmdline").read_text().replace("\0", " "))
    return found


@pytest.fixture
def mark() -> Iterator[str]:
    """A value of the environment by which every process of a test is known; none may outlive it."""
    own = uuid.uuid4().hex
    yield own
    deadline = time.monotonic() + 2
    while living(own) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert living(own) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("while True: time.sleep(60)", r"did not finish booting within 2 seconds"),
        ("while True: pass", r"did not finish booting within 2 seconds"),
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(60)", r"did not finish booting"),
        ("subprocess.Popen(['sleep', '600'], start_new_session=True)\nraise ValueError('no')", r"ValueError: no$"),
        ("os.fork()\nraise ValueError('both')", r"ValueError: both$"),
        (
            "if os.fork() == 0:\n    while True: time.sleep(60)\nos._exit(9)",
            r"did not finish booting|ended the process",
        ),
        ("threading.Thread(target=time.sleep, args=(600,)).start()\nsys.exit(3)", r"SystemExit: 3$"),
        ("os.kill(os.getpid(), signal.SIGKILL)", r"ended the process while booting: it said nothing$"),
        ("os.closerange(0, 3)\nraise ValueError('unheard')", r"ValueError: unheard$"),
        ("raise KeyboardInterrupt", r"KeyboardInterrupt$"),
        ("def down(): return down()\ndown()", r"RecursionError: maximum recursion depth exceeded"),
        ("sys.stdout.write('{\"facts\": {}}\\n')\nraise ValueError('said')", r"ValueError: said$"),
    ],
)
def test_what_does_not_boot_is_told_in_one_line(tmp_path: Path, mark: str, text: str, message: str) -> None:
    """In time, whatever it does; processes that it has started end with it."""
    write(tmp_path, hostile=APP + text)
    began = time.monotonic()

    with pytest.raises(TargetBootError, match=message) as caught:
        start(tmp_path, "hostile", boot_timeout=2.0, environment={MARK: mark})

    assert len(str(caught.value).splitlines()) == 1
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    "text",
    [
        "subprocess.Popen(['sleep', '600'], start_new_session=True)",
        "if os.fork() == 0:\n    while True: time.sleep(60)",
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(600)\n    os._exit(0)",
        "os.fork()",
        "threading.Thread(target=time.sleep, args=(600,)).start()",
        "os.closerange(0, 3)",
        "sys.stdout = sys.stderr = None",
        "sys.stdout.write('{\"facts\": {}}\\n')",
        "import atexit; atexit.register(time.sleep, 600)",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
        "os.chdir('/')",
        "sys.settrace(lambda *_: None)",
        "sys.setrecursionlimit(200)",
    ],
)
@pytest.mark.parametrize("fresh", [True, False])
def test_what_boots_all_the_same_answers(tmp_path: Path, mark: str, text: str, fresh: bool) -> None:
    """Children, threads, closed descriptors and handlers of its own change nothing, and end with the worker."""
    write(tmp_path, hostile=APP + text)

    with start(tmp_path, "hostile", side=Side.AFTER, environment={MARK: mark}) as worker:
        for _ in range(2):
            seen = worker.observe(case(get("/well")), fresh=fresh)
            assert ([answer.body for answer in seen.answers], seen.crashed) == ([b"well"], "")
