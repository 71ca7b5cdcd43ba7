"""Applications that hang, exit, fork, leak and print: each is reported, and the next case is answered as ever."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.model.verification import Side, Step

from .hostile_apps import FRONT, HOSTILE
from .worker_apps import case, get, start, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.verify.workers import Worker

BOTH = ("flask", "fastapi")


@pytest.fixture(scope="module", params=BOTH)
def worker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    folder = tmp_path_factory.mktemp("hostile")
    write(folder, hostile=HOSTILE, front=FRONT)
    spec = "hostile:app" if request.param == "flask" else "front:app"
    with start(folder, spec, request.param, Side.BEFORE, step_timeout=1.5) as started:
        yield started


@pytest.fixture(autouse=True)
def still_well(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each of these cases the application answers as it did before."""
    yield
    if "worker" in request.fixturenames:
        seen = request.getfixturevalue("worker").observe(case(get("/well")))
        assert [answer.body for answer in seen.answers] == [b"ok"]
        assert (seen.crashed, seen.effects.added) == ("", {})


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/hang", r"^timed out after 1\.5 s in step 2 \(GET /hang\) at hostile\.py:\d+ in hang$"),
        ("/spin", r"^timed out .* at hostile\.py:\d+ in spin$"),
        ("/exit/3", r"^exited with 3 in step 2 \(GET /exit/3\)"),
        ("/exit/0", r"^exited with 0 in step 2"),
        ("/stop", r"^timed out"),
        ("/crash", r"^ended by SIGSEGV in step 2"),
    ],
)
def test_a_process_that_does_not_answer_is_a_crash_with_its_step(worker: Worker, path: str, said: str) -> None:
    """The steps before are kept; where the application stood is told."""
    began = time.monotonic()
    seen = worker.observe(case(get("/well"), get(path), get("/well")))

    assert [answer.status for answer in seen.answers] == [200]
    assert re.search(said, seen.crashed), seen.crashed
    assert time.monotonic() - began < 8


@pytest.mark.parametrize(("path", "error"), [("/sys-exit", "SystemExit: gone"), ("/interrupt", "KeyboardInterrupt")])
def test_leaving_by_an_exception_is_an_error_of_that_step(worker: Worker, path: str, error: str) -> None:
    """It comes out of the application instead of an answer; the case goes on."""
    seen = worker.observe(case(get(path), get("/well")))

    assert [answer.status for answer in seen.answers] == [0, 200]
    assert seen.answers[0].error == error
    assert "hostile.py" in seen.answers[0].traceback


def test_a_forked_copy_answers_nothing(worker: Worker) -> None:
    """Only the process that was asked is listened to."""
    seen = worker.observe(case(get("/fork"), get("/well")))

    assert [answer.body for answer in seen.answers] == [b"from the original", b"ok"]


@pytest.mark.parametrize("path", ["/fork-and-hang", "/daemon"])
def test_processes_that_are_left_running_are_ended_and_told(worker: Worker, path: str) -> None:
    """Also those that went into a session of their own."""
    seen = worker.observe(case(get(path)))

    assert seen.answers[0].body == b"left one"
    assert seen.notes == ("left processes running, which were ended",)


def test_leaked_threads_do_not_keep_a_case_from_ending(worker: Worker) -> None:
    """They end with the process of the case."""
    seen = worker.observe(case(get("/threads")))

    assert (seen.answers[0].body, seen.crashed) == (b"leaked", "")


def test_what_is_printed_is_kept_apart(worker: Worker) -> None:
    """Standard output is not how the processes talk; it is told with the case."""
    seen = worker.observe(case(get("/print")))

    assert [answer.body for answer in seen.answers] == [b"printed"]
    assert '{"answer": {"status": 200}}' in seen.printed
    assert "straight\nto error\n" in seen.printed
    assert worker.observe(case(get("/well"))).printed == ""


def test_descriptors_may_be_closed(worker: Worker) -> None:
    """Even the standard ones."""
    assert worker.observe(case(get("/close-all"))).answers[0].body == b"closed"


def test_a_database_may_be_closed_or_emptied(worker: Worker) -> None:
    """The next step of the case sees it, the next case does not."""
    closed = worker.observe(case(get("/close-database"), get("/well")))
    dropped = worker.observe(case(get("/drop"), get("/well")))

    assert [answer.status for answer in closed.answers] == [200, 500]
    assert closed.answers[1].traceback.endswith("sqlite3.ProgrammingError: Cannot operate on a closed database.")
    assert dropped.answers[1].status == 500
    assert dropped.effects.removed == {"memory.thing": (("one",),)}


def test_bodies_without_end_are_cut(worker: Worker) -> None:
    """By size or by time, and the answer says so."""
    seen = worker.observe(case(get("/endless"), get("/huge")))

    assert seen.answers[0].body.startswith(b"0\n1\n2\n")
    assert seen.answers[0].cut != ""
    assert (len(seen.answers[1].body), seen.answers[1].cut) == (4 << 20, "larger than 4194304 bytes")


def test_a_stream_that_breaks_is_an_error(worker: Worker) -> None:
    """The client would see the connection end."""
    answer = worker.observe(case(get("/broken-stream"))).answers[0]

    assert (answer.status, answer.error) == (0, "ValueError: half way")


def test_deep_recursion_is_an_error_like_others(worker: Worker) -> None:
    """Flask answers 500."""
    answer = worker.observe(case(get("/recurse"))).answers[0]

    assert answer.status == 500
    assert "RecursionError" in answer.traceback


def test_a_worker_whose_process_was_killed_boots_again(worker: Worker) -> None:
    """The case that did it is a crash, the next one is answered."""
    seen = worker.observe(case(get("/terminate")))

    assert seen.crashed.startswith("the process ended")
    assert seen.answers == ()


def test_asynchronous_operations_may_hang_and_exit(worker: Worker, request: pytest.FixtureRequest) -> None:
    """On the event loop, where they would stop a server."""
    if "front:app" not in worker.facts().spec:
        pytest.skip("only FastAPI has them")
    hang = worker.observe(case(get("/async-hang")))
    blocked = worker.observe(case(get("/blocked-loop")))
    ended = worker.observe(case(get("/async-exit")))
    left = worker.observe(case(get("/async-sys-exit"), get("/well")))
    endless = worker.observe(case(get("/async-endless"), get("/slow-stream")))

    assert hang.crashed.startswith("timed out after 1.5 s in step 1 (GET /async-hang)")
    assert "in blocked_loop" in blocked.crashed
    assert ended.crashed.startswith("exited with 7")
    assert [answer.error for answer in left.answers] == ["SystemExit: gone", None]
    assert [bool(answer.cut) for answer in endless.answers] == [True, True]
    assert endless.answers[1].body == b"first"


def test_nothing_is_left_behind_when_a_worker_is_closed(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Neither its process nor its scratch folder."""
    folder = tmp_path_factory.mktemp("closing")
    write(folder, hostile=HOSTILE)
    worker = start(folder, "hostile:app")
    pid, scratch = worker.pid, worker.scratch
    assert pid is not None
    worker.close()

    assert not scratch.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_bad_requests_reach_the_application_as_they_are(worker: Worker) -> None:
    """Odd methods, paths and bytes neither upset the worker nor are they repaired on the way."""
    steps = (
        Step("PROPFIND", "/well"),
        Step("GET", "//well"),
        Step("GET", "/%ff%00/%2e%2e", query="a=%ff&b=\u00e9"),
        Step("POST", "/well", headers=(("Content-Length", "5"),), body=b"ab"),
        Step("GET", "/well", headers=(("X-Odd", "\u00e9\u20ac"), ("Cookie", "a=b;;=;c"))),
    )
    seen = worker.observe(case(*steps))

    assert [answer.status for answer in seen.answers[:1] + seen.answers[3:]] == [405, 405, 200]
    assert seen.crashed == ""
