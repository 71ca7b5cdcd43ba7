"""The three workers of a run, side by side: a case is sent to all of them, and what they answer is compared."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from flask2fastapi.model.verification import Side, Verdict
from flask2fastapi.verify.compare.guards import login_places
from flask2fastapi.verify.compare.verdicts import compare, unstable
from flask2fastapi.verify.workers import Worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import TracebackType

    from flask2fastapi.model.verification import Case, CaseResult, Observation
    from flask2fastapi.verify.compare.policy import Policy
    from flask2fastapi.verify.running import Progress
    from flask2fastapi.verify.worker_setup import WorkerFacts, WorkerSetup

_DOUBTFUL = {Verdict.DIFFERENT, Verdict.CRASHED, Verdict.FLAKY, Verdict.NOT_EXERCISED}
_SCOUTS = 60
"""Cases that are sent to Flask first, to learn where it sends visitors that have to log in."""


class Sides:
    """The workers; to be used as a context, which ends them. After an interrupt nobody waits for a case to end."""

    def __init__(
        self, setups: Mapping[Side, WorkerSetup], cover: Iterable[str], policy: Policy, progress: Progress
    ) -> None:
        self._workers: dict[Side, Worker] = {}
        self._cover = sorted(cover)
        self._policy = policy
        self._ran: dict[str, set[int]] = {}
        self.unstable: set[str] = set()
        """Places that Flask does not give twice alike, learnt over all cases."""
        self._pool = ThreadPoolExecutor(len(setups))
        try:
            for side, setup in setups.items():
                begin = time.monotonic()
                self._workers[side] = Worker.start(side, setup)
                app = self._workers[side].facts().app
                progress.booted(side, time.monotonic() - begin, len(app.rules) if app else 0)
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._kill()
        self._close()

    @property
    def workers(self) -> Mapping[Side, Worker]:
        """The worker of each side."""
        return self._workers

    def facts(self) -> WorkerFacts:
        """What the Flask side holds."""
        return self._workers[Side.BEFORE].facts()

    def judge(self, case: Case, logins: frozenset[str], *, fresh: bool = False) -> CaseResult:
        """Send a case to all sides at once and compare.

        Processes that have answered other cases answer it first, which costs a fraction: all sides have seen the same
        ones. Anything that differs then is asked again of fresh ones.
        """
        result = self._compared(case, logins, fresh)
        if fresh or result.verdict not in _DOUBTFUL:
            return result
        return self._compared(case, logins, True)

    def _compared(self, case: Case, logins: frozenset[str], fresh: bool) -> CaseResult:
        before = self._workers[Side.BEFORE].observe(case, fresh=fresh)
        again, after = self._pool.map(lambda side: self._observe(side, case, before, fresh), (Side.AGAIN, Side.AFTER))
        for path, lines in after.lines.items():
            self._ran.setdefault(path, set()).update(lines)
        self.unstable |= unstable(case, before, again)
        return compare(case, before, again, after, self._policy, logins)

    def _observe(self, side: Side, case: Case, before: Observation, fresh: bool) -> Observation:
        """One of the other sides; other servers answer it as they answered the first."""
        cover = self._cover if side is Side.AFTER else ()
        return self._workers[side].observe(case, cover=cover, replay=before.recorded, fresh=fresh)

    def logins(self, cases: Sequence[Case]) -> frozenset[str]:
        """Learn from Flask's answers to plain requests which pages are login pages."""
        worker = self._workers[Side.BEFORE]
        plain = [
            case for case in cases if case.persona == "anonymous" and case.method == "GET" and case.kind == "valid"
        ]
        return login_places((case, worker.observe(case, fresh=False)) for case in plain[:_SCOUTS])

    def ran(self, path: str) -> set[int]:
        """The lines of a file that ran on the migrated side."""
        return self._ran.get(path, set())

    def _kill(self) -> None:
        for worker in self._workers.values():
            if worker.pid is not None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(worker.pid, signal.SIGKILL)

    def _close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        for worker in self._workers.values():
            worker.close()
