"""Real servers within a verification: some of its cases, sent by many clients at once to copies of two sides.

Calls in the process show neither a lifespan that fails, nor what a server makes of HEAD, of streams and of headers, nor
what threads do to each other. The copies are thrown away; databases outside of them are put back by the workers.
"""

from __future__ import annotations

import re
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import ServerFault, ServerRun, Side, Verdict
from flask2fastapi.source import copy_tree
from flask2fastapi.verify.boot import TargetBootError
from flask2fastapi.verify.crowd import Crowd
from flask2fastapi.verify.serving import serve_side
from flask2fastapi.verify.smoke import READING, smoke

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask2fastapi.model.verification import Case, CaseResult, Step
    from flask2fastapi.verify.compare.policy import Policy
    from flask2fastapi.verify.secret_values import Secrets
    from flask2fastapi.verify.worker_setup import WorkerSetup
    from flask2fastapi.verify.workers import Worker

_GOOD = {Verdict.IDENTICAL, Verdict.EQUIVALENT, Verdict.ACCEPTED}
_LONGEST_CASE = 4
_SENDABLE = re.compile(r"[!-~]+")
"""What may stand in a request line (RFC 9112, 3.2)."""
_SERVER_ERROR = 500
_UNINSTALLED = re.compile(r"No module named '?(uvicorn)")


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How much of a run goes over real servers."""

    cases: int = 24
    crowd: Crowd = field(default_factory=lambda: Crowd(clients=8, seconds=1.0))
    slowest_boot: float | None = 1.2
    """Seconds of a processor that a side's boot takes beyond which nothing is tried; None for no such limit."""


MANY = ServerOptions(80, Crowd(clients=20, seconds=10.0), None)
"""What is tried when the user asks for it; without options it is a few cases, where that takes no more than seconds."""


def server_options(wanted: bool | None) -> ServerOptions | None:
    """What ``--servers`` and ``--no-servers`` mean, and nothing of both."""
    return MANY if wanted else ServerOptions() if wanted is None else None


def try_servers(
    workers: Mapping[Side, Worker],
    results: Sequence[CaseResult],
    policy: Policy,
    logins: frozenset[str],
    options: ServerOptions,
) -> ServerRun:
    """Start both sides under real servers and send them some of the cases; never raises for what a side does."""
    start = time.monotonic()
    slowest = max(workers[side].facts().effort for side in (Side.BEFORE, Side.AFTER))
    if options.slowest_boot is not None and slowest > options.slowest_boot:
        return ServerRun(skipped=f"starting the application takes {slowest:.1f} s: --servers tries it nevertheless")
    secrets = workers[Side.BEFORE].setup.secrets
    cases = [_filled(case, secrets) for case in chosen(results, options.cases)]
    if not cases:
        return ServerRun(skipped="no case to try: none was answered well on both sides")
    try:
        run = _run(workers, cases, policy, logins, options)
    finally:
        for side in (Side.BEFORE, Side.AFTER):
            workers[side].put_back()
    return replace(run, seconds=round(time.monotonic() - start, 2))


def _run(
    workers: Mapping[Side, Worker],
    cases: Sequence[Case],
    policy: Policy,
    logins: frozenset[str],
    options: ServerOptions,
) -> ServerRun:
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="flask2fastapi-")))
        before, after = (moved(workers[side].setup, scratch / side.value) for side in (Side.BEFORE, Side.AFTER))
        flask = stack.enter_context(serve_side(before, scratch / "own-before"))
        fastapi = stack.enter_context(serve_side(after, scratch / "own-after"))
        try:
            flask.ready(before.boot_timeout)
        except TargetBootError as error:
            return ServerRun(skipped=f"the Flask side: {error}")
        try:
            fastapi.ready(after.boot_timeout)
        except TargetBootError as error:
            if _UNINSTALLED.search(str(error)):
                return ServerRun(skipped=f"uvicorn is not installed for {after.python}")
            return ServerRun(faults=(_ending(str(error)),))
        crowd = replace(options.crowd, now=after.clock)
        result = smoke(flask.url, fastapi.url, cases, policy=policy, logins=logins, crowd=crowd)
        said = fastapi.end()
    faults = (*result.faults, _ending(f"the server {said}")) if said else result.faults
    return ServerRun(*result.servers, len(cases), result.requests, result.clients, faults, result.shared)


def _ending(detail: str) -> ServerFault:
    return ServerFault("end", "", "", "", detail)


def moved(setup: WorkerSetup, folder: Path) -> WorkerSetup:
    """A side in a copy of its folder, with its environment pointing there."""
    home = (setup.repository or setup.root).resolve()
    copy_tree(home, folder)
    environment = {name: value.replace(str(home), str(folder)) for name, value in setup.environment.items()}
    return replace(setup, root=folder / setup.root.resolve().relative_to(home), environment=environment)


def chosen(results: Sequence[CaseResult], most: int) -> list[Case]:
    """Cases that are alike in the process: for each route and method in turn, those that reach most come first."""
    turns: dict[tuple[object, ...], list[CaseResult]] = {}
    for result in results:
        if result.verdict in _GOOD and _is_fit(result):
            turns.setdefault(_turn(result.case), []).append(result)
    for each in turns.values():
        each.sort(key=_reach)
    order = sorted(turns.values(), key=lambda each: each[0].case.steps[-1].method not in READING)
    rounds = [result for number in range(most) for each in order for result in each[number : number + 1]]
    first = rounds[: len(order)]
    picked = first[:: -(-len(first) // most)] if len(first) > most else rounds[:most]
    return [result.case for result in picked]


def _filled(case: Case, secrets: Secrets) -> Case:
    return replace(case, steps=tuple(secrets.filled(step) for step in case.steps))


def _turn(case: Case) -> tuple[object, ...]:
    return case.route, case.steps[-1].method, case.persona != "anonymous"


def _reach(result: CaseResult) -> tuple[bool, bool, int]:
    statuses = [answer.status for answer in result.before.answers] if result.before else []
    is_well = bool(statuses) and 200 <= statuses[-1] < 400
    return not is_well, result.case.kind != "valid", len(result.case.steps)


def _is_fit(result: CaseResult) -> bool:
    """Whether a case can be sent by any client, and is answered by Flask in a way that a server passes on."""
    steps = result.case.steps
    answers = result.before.answers if result.before else ()
    if not 0 < len(steps) <= _LONGEST_CASE or len(answers) != len(steps):
        return False
    if any(step.needs_worker for step in steps):
        return False
    if any(answer.error or answer.cut or answer.status >= _SERVER_ERROR for answer in answers):
        return False
    return all(_SENDABLE.fullmatch(part) for step in steps for part in _words(step))


def _words(step: Step) -> Iterator[str]:
    yield step.method
    yield step.path
    if step.query:
        yield step.query
