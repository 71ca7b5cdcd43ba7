"""The process of one case."""

from __future__ import annotations

import faulthandler
import gc
import itertools
import json
import os
import sys
import threading
import time
from typing import Any

from . import errors, link, own_values, remembered
from .bodies import Limits
from .case import Client
from .chance import CHANCE
from .clock import CLOCK, SERVING
from .journal import JOURNAL
from .lines import Lines
from .link import decoded, plain
from .outgoing import ANSWERS
from .processes import die_with_parent, has_children
from .seen import SEEN

UNHURRIED = 1.0
"""Seconds that threads which a case has started get to finish: mails are often sent in one."""
EARLY = 0.3
"""Seconds before its time is up at which a process says where it stands."""
RARELY = (20_000, 50, 1000)
"""Collections look at every page that they can reach, each of which has then to be copied."""
CASE = {"pid": 0, "answers": -1}


def mark_copies() -> None:
    """Have processes that the target forks off during a case let go of the pipe."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_copied)


def _copied() -> None:
    if CASE["pid"]:
        os.close(CASE["answers"])


def run_cases(keeper: Any, answers: int, control: int) -> None:
    """Run ``keeper.command``, or what comes over ``control`` (-1 for none), and say all of it. Never returns."""
    gc.set_threshold(*RARELY)
    CASE.update(pid=os.getpid(), answers=answers)
    os.setpgid(0, 0)
    die_with_parent()
    threads = threading.active_count()
    while True:
        command = keeper.command if control < 0 else _next_command(control)
        if command is None:
            os._exit(0)
        _run_case(keeper, command, answers, threads)
        if control < 0:
            os._exit(0)


def _run_case(keeper: Any, command: dict[str, Any], answers: int, threads: int) -> None:
    """Send the requests of a case and every answer as soon as it has come, then what else was seen."""
    lines = Lines(keeper.root, command["cover"])
    modules = len(sys.modules)
    held = own_values.fingerprint()
    try:
        _prepare(keeper, command)
        lines.start()
        _send_steps(keeper, command, answers)
        _wait_for_threads(threads)
        ran = lines.stop()
        JOURNAL.active = False
        faulthandler.cancel_dump_traceback_later()
        memory = keeper.memory.differences() if keeper.memory.is_used else []
        for stream in (sys.stdout, sys.stderr):
            flush(stream)
        own = {
            "memory": memory,
            "modules": _libraries(list(itertools.islice(sys.modules, modules, None))),
            "learnt": remembered.LEARNT,
            "retire": bool(memory) or _own_threads() > threads or has_children() or own_values.fingerprint() != held,
        }
        link.write(answers, {"for_keeper": own})
        link.write(answers, {"seen": dict(SEEN.plain(), lines=ran)})
    except BaseException as error:
        link.write(answers, {"fault": errors.shortened(error)})


def _next_command(control: int) -> dict[str, Any] | None:
    """What a warm process is to do next; None when it may end."""
    data = b""
    while not data.endswith(b"\n"):
        part = os.read(control, 1 << 16)
        if not part:
            return None
        data += part
    command: dict[str, Any] = json.loads(data.decode("ascii"))
    return command


def _own_threads() -> int:
    """How many threads there are but those that servers keep for requests."""
    return sum(not thread.name.startswith(SERVING) for thread in threading.enumerate())


def _wait_for_threads(known: int) -> None:
    """Let threads that the case has started end, as Python does before it ends; not those that are to go on forever."""
    if _own_threads() <= known:
        return
    until = time.monotonic() + UNHURRIED
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon and not thread.name.startswith(SERVING):
            thread.join(max(until - time.monotonic(), 0))


def _prepare(keeper: Any, command: dict[str, Any]) -> None:
    if keeper.application.loop is not None:
        keeper.application.loop.forget_threads()
    Limits.stream = command["timeout"] / 5
    SEEN.clear()
    remembered.begin()
    recorded = command["replay"]
    ANSWERS.recorded = None if recorded is None else [(request, plain(answer)) for request, answer in recorded]
    JOURNAL.begin(str(keeper.journalled.folder), keeper.state.looks_after)


def _send_steps(keeper: Any, command: dict[str, Any], answers: int) -> None:
    own = os.getpid()
    client = Client(keeper.application.send)
    waited = 0.0
    for number, step in enumerate(command["steps"]):
        waited += step["wait"]
        CLOCK.set(keeper.clock + waited + number)
        ANSWERS.made = [(status, decoded(body)) for status, body in step["elsewhere"]]
        CHANCE.arm("%s:%s:%d" % (command["seed"], command["case"], number))
        faulthandler.dump_traceback_later(max(command["timeout"] - EARLY, 0.1), file=2)
        answer = client.step(step)
        if os.getpid() != own:  # the target forked and let the copy run on
            os._exit(0)
        link.write(answers, {"answer": answer})


def _libraries(names: list[str]) -> list[str]:
    """Modules of libraries, which the process that forks may as well import once for all cases."""
    found = []
    for name in names:
        path = getattr(sys.modules.get(name), "__file__", None) or ""
        if errors.is_library(path):
            found.append(name)
    return found


def flush(stream: Any) -> None:
    """Write out what a stream still holds; what was printed is worth nothing to anybody if it cannot be written."""
    try:
        stream.flush()
    except (OSError, ValueError, AttributeError):
        return
