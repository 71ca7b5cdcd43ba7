"""Workers: one process for each side, in which its application answers cases one after another from the same state.

The process runs the target's interpreter with ``inside/worker/``, standard library only. It boots the application once
and forks for each case, so that nothing which a case does to the process, be it memory, threads, or its end, reaches
the next one; databases and files are put back. Applications are called in the process (WSGI, or ASGI on a private
loop).
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from flask2fastapi.errors import TargetError
from flask2fastapi.model.verification import Observation
from flask2fastapi.verify.boot import TargetBootError
from flask2fastapi.verify.processes import descendants, signal_group
from flask2fastapi.verify.worker_link import GoneError, SilentError, WorkerLink
from flask2fastapi.verify.worker_messages import answer_of, observation, step_message
from flask2fastapi.verify.worker_setup import WorkerFacts, WorkerSetup, side_environment, worker_facts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from flask2fastapi.model.verification import Answer, Case, Recorded, Side

__all__ = ["Worker", "WorkerFacts", "WorkerSetup"]

START = Path(__file__).parent / "inside" / "worker" / "start.py"
GRACE = 5.0
_WHERE = re.compile(r'File "([^"]+)", line (\d+) in (\S+)')


class Worker:
    """One side, booted. Not for several threads at once; different workers are independent of each other."""

    def __init__(self, side: Side, setup: WorkerSetup) -> None:
        self.side = side
        self.setup = setup
        self._root = setup.root.resolve()
        self._scratch = tempfile.TemporaryDirectory(prefix="flask2fastapi-")
        self._child: subprocess.Popen[bytes] | None = None
        self._link: WorkerLink | None = None
        self._facts: WorkerFacts | None = None
        self.refused: set[str] = set()
        """Connections that were not allowed, in all cases so far."""
        self.programs: set[str] = set()
        """Programs that were started."""
        self._take: dict[str, str] = {}

    @classmethod
    def start(cls, side: Side, setup: WorkerSetup, like: Worker | None = None) -> Self:
        """Run the seed command, boot the application, and give the worker when it is ready for cases.

        With ``like`` its SQLite files start as copies of those that the other side has under the same names.
        Raises TargetBootError, with the target's own traceback shortened to its own frames, when the application does
        not boot; TargetError when the interpreter does not start or the seed command fails.
        """
        worker = cls(side, setup)
        if like is not None:
            worker._take = {store.file: store.path for store in like.facts().stores if store.kind == "sqlite"}
        try:
            worker._seed()
            worker._boot()
        except BaseException:
            worker.close()
            raise
        return worker

    @property
    def pid(self) -> int | None:
        """Process that keeps the application; None while there is none."""
        return self._child.pid if self._child is not None else None

    @property
    def scratch(self) -> Path:
        """Folder for everything that the side needs beside its root, gone when the worker is closed."""
        return Path(self._scratch.name)

    def facts(self) -> WorkerFacts:
        """What the application held when it had booted."""
        assert self._facts is not None
        return self._facts

    def observe(
        self,
        case: Case,
        *,
        seed: str = "",
        cover: Iterable[str] = (),
        replay: Iterable[Recorded] | None = None,
        fresh: bool = True,
    ) -> Observation:
        """Send the requests of a case and give all that was seen.

        ``seed`` and the case's id choose what chance gives. ``cover`` are files whose lines are watched, relative to
        the root. ``replay`` is what another side has ``recorded``: outgoing HTTP gets those answers and none else.
        Without ``fresh`` the process of the last such case may be used, which costs a fraction, and in which module
        variables are as that case left them; databases and files are put back in any case.
        Whatever the application does instead of answering is in ``crashed``.
        """
        answers: list[Answer] = []
        if self._link is None:
            self._boot()
        assert self._link is not None
        command = {
            "do": "observe",
            "case": case.id,
            "fresh": fresh,
            "seed": seed,
            "cover": sorted(cover),
            "replay": None if replay is None else [(each.request, each.answer) for each in replay],
            "steps": [step_message(self.setup.secrets.filled(step)) for step in case.steps],
            "timeout": self.setup.step_timeout,
        }
        try:
            self._link.send(command)
            seen, end = self._collect(answers)
        except (GoneError, SilentError) as error:
            how = "the process ended" if isinstance(error, GoneError) else "the process does not answer"
            self._end()
            return Observation(self.side, case.id, tuple(answers), crashed=f"{how}: {self._printed()[-300:]}".strip())
        return self._observation(case, answers, seen, end)

    def put_back(self) -> None:
        """Put databases back that something else than a case has changed meanwhile."""
        if self._link is not None:
            with contextlib.suppress(GoneError):
                self._link.send({"do": "put back"})

    def _collect(self, answers: list[Answer]) -> tuple[dict[str, Any], dict[str, Any]]:
        assert self._link is not None
        seen: dict[str, Any] = {}
        while True:
            message = self._link.receive(self.setup.step_timeout + GRACE)
            if "answer" in message:
                answers.append(answer_of(message["answer"]))
            elif "seen" in message:
                seen = message["seen"]
            else:
                return seen, message["end"]

    def _observation(self, case: Case, answers: list[Answer], seen: dict[str, Any], end: dict[str, Any]) -> Observation:
        crashed = end["crashed"]
        if crashed and len(answers) < len(case.steps):
            step = case.steps[len(answers)]
            crashed += f" in step {len(answers) + 1} ({step.method} {step.path}){self._place(end['printed'])}"
        found_ = observation(self.side, case, answers, {**seen, "crashed": crashed}, end)
        self.refused.update(found_.effects.refused)
        self.programs.update(found_.effects.programs)
        return found_

    @staticmethod
    def _place(printed: str) -> str:
        """Where the target's own code stood when its time was up, from the dump that the process has written."""
        for path, line, function in _WHERE.findall(printed):
            file = Path(path)
            if not file.is_absolute() and not path.startswith("<") and "site-packages" not in file.parts:
                return f" at {file.as_posix()}:{line} in {function}"
        return ""

    def _seed(self) -> None:
        if not self.setup.seed_command:
            return
        try:
            done = subprocess.run(
                ["/bin/sh", "-c", self.setup.seed_command],
                cwd=self._root,
                env=side_environment(self.setup, self.scratch),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self.setup.boot_timeout * 4,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TargetError(f"the seed command did not end: {self.setup.seed_command}") from error
        if done.returncode:
            said = _last_line((done.stdout + done.stderr).decode(errors="replace"))
            raise TargetError(f"the seed command failed in {self._root}: {said or f'exit status {done.returncode}'}")

    def _boot(self) -> None:
        """Start the process and have it boot. Raises TargetBootError, TargetError."""
        commands, to_worker = os.pipe()
        from_worker, answers = os.pipe()
        self._link = WorkerLink(to_worker, from_worker)
        try:
            self._child = self._spawn(commands, answers)
        finally:
            os.close(commands)
            os.close(answers)
        setup = self.setup
        kept = Path(self._scratch.name) / "kept"
        kept.mkdir(exist_ok=True)
        command = {
            "do": "boot",
            "kind": setup.kind,
            "spec": setup.spec,
            "root": str(self._root),
            "take": self._take,
            "store_commands": [asdict(each) for each in setup.store_commands],
            "watch": [str(self._root / each) for each in setup.watch],
            "stores": [str(self._root / store) for store in setup.stores],
            "scratch": str(kept),
            "output": str(kept.parent / "output"),
            "allowed": setup.allowed_hosts,
            "clock": setup.clock,
        }
        try:
            self._link.send(command)
            message = self._link.receive(setup.boot_timeout)
        except SilentError as error:
            raise self._failed(f"{setup.spec} did not finish booting within {setup.boot_timeout:g} seconds") from error
        except GoneError as error:
            said = _last_line(self._printed()) or "it said nothing"
            raise self._failed(f"{setup.spec} ended the process while booting: {said}") from error
        if "error" in message:
            raise self._failed(f"{setup.spec} does not boot: {message['error']}", message["traceback"])
        self._facts = worker_facts(setup.spec, message["facts"])

    def _failed(self, message: str, traceback: str = "") -> TargetBootError:
        output = self._printed()
        self._end()
        return TargetBootError(message, traceback, output)

    def _spawn(self, commands: int, answers: int) -> subprocess.Popen[bytes]:
        log = Path(self._scratch.name) / "output"
        try:
            with log.open("ab") as output:
                return subprocess.Popen(
                    [str(self.setup.python), str(START), str(commands), str(answers)],
                    cwd=self._root,
                    env=side_environment(self.setup, self.scratch),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    pass_fds=(commands, answers),
                    start_new_session=True,
                )
        except OSError as error:
            raise TargetError(f"{self.setup.python} cannot be started: {error.strerror or error}") from error

    def _printed(self) -> str:
        log = Path(self._scratch.name) / "output"
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""

    def _end(self) -> None:
        """End the process and what it has started, also what has gone into a session of its own."""
        strays = descendants(self._child.pid) if self._child is not None else set()
        if self._link is not None:
            self._link.close()
            self._link = None
        if self._child is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(0.5)
            for number in (signal.SIGTERM, signal.SIGKILL):
                signal_group(self._child, number)
            self._child.wait()
            self._child = None
        for stray in strays:
            with contextlib.suppress(OSError):
                os.kill(stray, signal.SIGKILL)

    def close(self) -> None:
        """End the process and remove all that it kept; files of the target are as they were before the last case."""
        self._end()
        self._scratch.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
