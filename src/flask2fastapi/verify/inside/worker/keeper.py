"""The process that boots the application and keeps the state: it forks for every case and puts back what it changed."""

from __future__ import annotations

import gc
import json
import os
import runpy
import sys
import threading
from pathlib import Path
from typing import Any

from . import booting, errors, link, watching
from .child import run_case
from .state import State
from .supervise import supervise

INSIDE = Path(__file__).resolve().parent.parent


def serve(commands: int, answers: int) -> None:
    """Read commands until there are none: ``boot`` first, then ``observe``."""
    own = os.getpid()
    os.set_inheritable(commands, False)
    os.set_inheritable(answers, False)
    stream = os.fdopen(commands, "rb", buffering=65536)
    keeper = Keeper(answers)
    for line in iter(stream.readline, b""):
        command = json.loads(line.decode("ascii"))
        if command["do"] == "boot":
            keeper.boot(command)
        elif command["do"] == "observe":
            keeper.observe(command)
        if os.getpid() != own:  # the target forked and let the copy run on
            os._exit(0)
    sys.stdout.flush()
    os._exit(0)


class Keeper:
    """The booted application and its state."""

    def __init__(self, answers: int) -> None:
        self._answers = answers
        self._application: Any = None
        self._state: Any = None
        self._root = ""

    def boot(self, command: dict[str, Any]) -> None:
        """Boot and say what the application holds, or why it does not boot."""
        self._root = command["root"]
        errors.ROOT[:] = [os.path.abspath(self._root)]
        own = os.getpid()
        try:
            self._application = booting.boot(command["kind"], command["spec"], self._root)
            if os.getpid() != own:
                os._exit(0)
            watching.install()
            booting.warm(self._application)
            booting.dispose_engines()
            self._state = State(self._root, Path(command["scratch"]))
            self._state.find(self._application.flasks, command.get("stores", []))
            self._state.snapshot()
            facts = self._facts()
        except BaseException as error:
            message = {"error": errors.line_of(error), "traceback": errors.shortened(error)}
            link.write(self._answers, message)
            return
        gc.collect()
        if hasattr(gc, "freeze"):
            gc.freeze()
        link.write(self._answers, {"facts": facts})

    def _facts(self) -> dict[str, Any]:
        reader = runpy.run_path(str(INSIDE / "read_app.py"))
        apps = self._application.flasks
        threads = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
        return {
            "app": reader["describe"](apps[0], self._root) if apps else None,
            "stores": self._state.facts(),
            "threads": threads,
        }

    def observe(self, command: dict[str, Any]) -> None:
        """Run one case in a process of its own, pass on what it says, then say what it has left behind."""
        start = printed_size()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            run_case(self._application, command, writing)
            os._exit(0)
        os.close(writing)
        end = supervise(pid, reading, self._answers, command["timeout"])
        end["effects"] = self._state.effects()
        self._state.restore()
        end["printed"] = printed_since(start)
        link.write(self._answers, {"end": end})


def printed_size() -> int:
    """How much the process and its children have written to standard output and error, which are one file."""
    return os.fstat(1).st_size


def printed_since(start: int) -> str:
    """What was written since, at most 20 000 bytes; the file is emptied, so that it does not grow with the cases."""
    size = os.fstat(1).st_size
    if size <= start:
        return ""
    with open("/proc/self/fd/1", "rb") as stream:
        stream.seek(start)
        text = stream.read(20_000).decode("utf-8", "replace")
    os.ftruncate(1, 0)
    return text
