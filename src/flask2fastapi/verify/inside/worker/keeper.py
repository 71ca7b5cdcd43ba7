"""The process that boots the application and keeps the state: it forks for every case and puts back what it changed."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from . import (
    booting,
    errors,
    journal,
    link,
    mails,
    network,
    outgoing,
    programs,
    remembered,
    sqlite_hooks,
    tasks,
    watching,
)
from .chance import CHANCE
from .child import flush, mark_copies
from .clock import CLOCK
from .link import decoded
from .processes import adopt_orphans, die_with_parent
from .runs import Runs
from .state import State, merge
from .state_files import JournalledFiles
from .state_folders import WatchedFolder, folders_of
from .state_memory import MemoryStores

INSIDE = Path(__file__).resolve().parent.parent
MOST_PRINTED = 20_000
NO_EFFECTS: dict[str, Any] = {"added": {}, "removed": {}, "columns": {}, "files": {}}


def serve(commands: int, answers: int) -> None:
    """Read commands until there are none: ``boot`` first, then ``observe``."""
    own = os.getpid()
    for descriptor in (commands, answers):
        os.set_inheritable(descriptor, False)
    die_with_parent()
    stream = os.fdopen(commands, "rb", buffering=65536)
    keeper: Any = None
    for line in iter(stream.readline, b""):
        command = json.loads(line.decode("ascii"))
        if command["do"] == "boot":
            keeper = Keeper(answers, command)
            keeper.boot(command)
        elif command["do"] == "put back":
            keeper.put_back()
        else:
            keeper.observe(command)
        if os.getpid() != own:  # the target forked and let the copy run on
            os._exit(0)
    os._exit(0)


class Keeper:
    """The booted application and its state."""

    def __init__(self, answers: int, command: dict[str, Any]) -> None:
        self._answers = answers
        self.root: str = command["root"]
        self.clock: float = command["clock"]
        self._output: str = command["output"]
        scratch = Path(command["scratch"])
        self.application: Any = None
        self.state = State(self.root, scratch, command["store_commands"])
        self._scratch = scratch
        self._folders: list[WatchedFolder] = []
        self.memory = MemoryStores()
        self.journalled = JournalledFiles(scratch / "journal", self.root, os.environ["TMPDIR"])
        self.runs = Runs(answers)
        self.command: dict[str, Any] = {}
        """The case for which a process is forked."""
        self._is_thorough = True

    def boot(self, command: dict[str, Any]) -> None:
        """Boot and say what the application holds, or why it does not boot."""
        errors.ROOT[:] = [os.path.abspath(self.root)]
        own = os.getpid()
        try:
            self._install(command)
            self.application = booting.boot(command["kind"], command["spec"], self.root)
            if os.getpid() != own:  # the target forked and let the copy run on
                os._exit(0)
            self._settle(command)
            facts = self._facts()
        except BaseException as error:
            message = {"error": errors.line_of(error), "traceback": errors.shortened(error)}
            link.write(self._answers, message)
            return
        link.write(self._answers, {"facts": facts})

    def _install(self, command: dict[str, Any]) -> None:
        """Put ourselves between the target and the world, before anything of the target is imported."""
        network.GUARD.allowed[:] = command["allowed"]
        CLOCK.set(self.clock)
        self._is_thorough = CLOCK.stop()
        CHANCE.install()
        CHANCE.arm("boot")
        for each in (sqlite_hooks, network, outgoing, mails, journal, programs):
            each.install()
        adopt_orphans()
        mark_copies()

    def _settle(self, command: dict[str, Any]) -> None:
        """Make ready for forks, and take the state that there is as the one in which every case starts."""
        self._mend()
        watching.install()
        outgoing.install_late()
        tasks.install()
        CHANCE.install_late()
        remembered.install()
        booting.warm(self.application)
        booting.dispose_engines()
        self.state.find(self.application.configured, [*command["stores"], *sqlite_hooks.OPENED])
        self.state.take(command["take"])
        self.state.snapshot()
        self.memory.snapshot()
        self._watch([*command["watch"], *folders_of(self.application.configured, self.root)])
        self.runs.settle()
        for stream in (sys.stdout, sys.stderr):
            flush(stream)
        _freeze_memory()

    def _mend(self) -> None:
        """What we stand on ourselves and the application may have changed: output, and news of children that end."""
        for number in (1, 2):
            try:
                os.fstat(number)
            except OSError:
                opened = os.open(self._output, os.O_WRONLY | os.O_APPEND)
                if opened != number:
                    os.dup2(opened, number)
                    os.close(opened)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)

    def _watch(self, paths: list[str]) -> None:
        for number, path in enumerate(paths):
            copy = str(self._scratch / ("watched%d" % number))
            self._folders.append(WatchedFolder(path, copy, self.state.looks_after))
        for folder in self._folders:
            folder.snapshot()

    def _facts(self) -> dict[str, Any]:
        reader = runpy.run_path(str(INSIDE / "read_app.py"))
        apps = self.application.flasks
        threads = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
        return {
            "app": reader["describe"](apps[0], self.root) if apps else None,
            "stores": self.state.facts() + self.memory.facts(),
            "threads": threads,
            "effort": sum(os.times()[:2]),
            "clock_is_stopped": self._is_thorough,
        }

    def observe(self, command: dict[str, Any]) -> None:
        """Run one case in a process of its own, pass on what it says, then say what it has left behind."""
        start = os.fstat(1).st_size
        if command["fresh"] or not self.state.allows_warm or self.memory.is_used:
            self.runs.give_up()
            end = self.runs.fresh(self, command)
        else:
            end = self.runs.warm(self, command)
        if self.state.is_in_transaction:
            self.runs.give_up()
        try:
            left = self._left_behind(end)
        except Exception as error:
            left = {"crashed": errors.line_of(error), "left": [], "effects": NO_EFFECTS}
        link.write(self._answers, {"end": dict(left, printed=self._printed(start))})
        self._learn(end)

    def put_back(self) -> None:
        """Undo what others have done to databases."""
        self.runs.give_up()
        self.state.put_back()

    def _left_behind(self, end: dict[str, Any]) -> dict[str, Any]:
        """What a case has changed, which is then put back."""
        effects = self.state.effects()
        for found in end["memory"]:
            merge(effects, found, "memory")
        entries = self.journalled.entries()
        effects["files"] = self.journalled.differences(entries)
        self.journalled.undo(entries)
        for folder in self._folders:
            effects["files"].update(folder.put_back(self.journalled))
        self.state.restore()
        return {"crashed": end["crashed"], "left": end["left"], "effects": effects}

    def _printed(self, start: int) -> str:
        """What was written to standard output and error; the file is emptied, lest it grow with the cases."""
        if os.fstat(1).st_size <= start:
            return ""
        with open(self._output, "rb") as stream:
            stream.seek(start)
            text = errors.without_root(stream.read(MOST_PRINTED).decode("utf-8", "replace"))
        os.ftruncate(1, 0)
        return text

    def _learn(self, end: dict[str, Any]) -> None:
        """Import libraries that a case had to import, once for all that follow, and keep what it has computed."""
        for name in end["modules"]:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        remembered.learn({key: decoded(value) for key, value in end["learnt"].items()})
        if end["modules"]:
            _freeze_memory()


def _freeze_memory() -> None:
    """Let the collector leave alone what is there: looking at it in each case would copy every page of it."""
    gc.collect()
    if hasattr(gc, "freeze"):
        gc.freeze()
