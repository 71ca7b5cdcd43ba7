"""A process that goes on with the next case: cheaper, with memory that stays, and given up when it has to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flask2fastapi.model.verification import Side

from .worker_apps import case, get, start, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.verify.workers import Worker

APP = """\
import os, random, threading
from flask import Flask
app = Flask(__name__)
app.count = []

@app.route("/count")
def counted():
    app.count.append(1)
    return "%d in %d" % (len(app.count), os.getpid())

class Store:
    notes = {}
    users = [{"name": "ann", "roles": ["reader"]}]
    def __init__(self): self.revoked = set()
store = Store()

@app.route("/revoke")
def revoke():
    store.revoked.add("token")
    return "revoked"

@app.route("/note")
def note():
    Store.notes["seen"] = True
    return "noted"

@app.route("/promote")
def promote():
    Store.users[0]["roles"].append("admin")
    return "promoted"

@app.route("/exit")
def leave(): os._exit(5)

@app.route("/hang")
def hang(): threading.Event().wait()

@app.route("/thread")
def thread():
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    return "left"

@app.route("/fork")
def fork():
    if os.fork() == 0:
        threading.Event().wait()
    return "left"

@app.route("/chance")
def chance(): return repr((random.random(), os.urandom(4)))
"""
FRONT = """\
import a2wsgi
from fastapi import FastAPI
from warm import app as flask_app
app = FastAPI()
app.mount("/", a2wsgi.WSGIMiddleware(flask_app))
"""
SIDES = {"flask": "warm:app", "fastapi": "front:app"}


@pytest.fixture(scope="module", params=SIDES)
def worker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    folder = tmp_path_factory.mktemp("warm")
    write(folder, warm=APP, front=FRONT)
    with start(folder, SIDES[request.param], request.param, Side.AFTER, step_timeout=2.0) as started:
        yield started


def count(worker: Worker, fresh: bool = False) -> tuple[int, int]:
    """How many requests the process has counted, and its number."""
    body = worker.observe(case(get("/count")), fresh=fresh).answers[0].body.decode()
    number, pid = body.split(" in ")
    return int(number), int(pid)


def test_a_warm_process_remembers_and_a_fresh_one_does_not(worker: Worker) -> None:
    """A fresh case also ends the warm process."""
    first, second = count(worker), count(worker)
    fresh, after = count(worker, fresh=True), count(worker)

    assert second == (first[0] + 1, first[1])
    assert fresh[0] == after[0] == 1
    assert len({first[1], fresh[1], after[1]}) == 3


@pytest.mark.parametrize(
    ("path", "crashed", "notes"),
    [
        ("/exit", "exited with 5 in step 1 (GET /exit)", ()),
        ("/hang", "timed out after 2 s in step 1 (GET /hang)", ()),
        ("/thread", "", ()),
        ("/revoke", "", ()),
        ("/promote", "", ()),
        ("/fork", "", ("left processes running, which were ended",)),
    ],
)
def test_what_outlives_a_case_ends_the_process(worker: Worker, path: str, crashed: str, notes: tuple[str, ...]) -> None:
    """A crash, a thread, a process, something in the modules' own variables: the next case gets a new one."""
    before = count(worker)
    seen = worker.observe(case(get(path)), fresh=False)
    after = count(worker)

    assert seen.crashed.startswith(crashed)
    assert bool(seen.crashed) == bool(crashed)
    assert seen.notes == notes
    assert after[0] == 1
    assert after[1] != before[1]


def test_what_libraries_note_on_a_class_does_not_end_the_process(worker: Worker) -> None:
    before = count(worker)
    worker.observe(case(get("/note")), fresh=False)

    assert count(worker) == (before[0] + 1, before[1])


def test_chance_is_the_same_in_both(worker: Worker) -> None:
    """It depends on the case, not on what the process has drawn before."""
    seen = [worker.observe(case(get("/chance")), fresh=fresh).answers[0].body for fresh in (True, False, False, True)]

    assert len(set(seen)) == 1
