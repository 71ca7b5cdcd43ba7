"""What a case finds of the world: a clock that stands, chance that is none. And which of its lines ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.security import check_password_hash

from flask2fastapi.model.verification import Side

from .worker_apps import case, get, start, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask2fastapi.verify.workers import Worker

CHANCE = """\
import datetime, hashlib, os, random, secrets, sqlite3, tempfile, time, uuid
from random import SystemRandom
from time import time as early
from flask import Flask, jsonify
from werkzeug.security import generate_password_hash

app = Flask(__name__)
own = random.Random()
seeded = random.Random(5)

class Stamped:
    clock = time.localtime

@app.route("/now")
def now():
    db = sqlite3.connect(":memory:")
    return jsonify(
        time.time(), early(), time.time_ns(), time.strftime("%Y-%m-%d %H:%M:%S"), time.ctime(),
        datetime.datetime.now().isoformat(), datetime.datetime.now(datetime.timezone.utc).isoformat(),
        datetime.date.today().isoformat(), datetime.datetime.today().isoformat(),
        type(datetime.datetime.now()) is datetime.datetime, Stamped().clock(0)[0],
        *db.execute("SELECT CURRENT_TIMESTAMP, datetime('now', '+1 day'), date(), strftime('%s', 'now')").fetchone(),
    )

@app.route("/chance")
def chance():
    return jsonify(
        os.urandom(4).hex(), str(uuid.uuid4()), str(uuid.uuid1()), secrets.token_hex(4), random.random(),
        own.random(), random.Random().random(), SystemRandom().random(), os.path.basename(tempfile.mkdtemp()),
        sqlite3.connect(":memory:").execute("SELECT random()").fetchone()[0],
    )

@app.route("/hash")
def hashed(): return generate_password_hash("x")

@app.route("/seeded")
def with_seed(): return str(seeded.random())

@app.route("/sleep")
def sleep():
    before, began = time.time(), time.perf_counter()
    time.sleep(3600)
    return jsonify(time.time() - before, time.perf_counter() - began > 3600)
"""


@pytest.fixture(scope="module")
def chance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    folder = tmp_path_factory.mktemp("chance")
    write(folder, chance=CHANCE)
    with start(folder, "chance") as worker:
        yield worker


def test_the_clock_stands_and_a_second_passes_with_each_step(chance: Worker) -> None:
    """Every way of reading it says the same; so does SQLite."""
    first, second = (answer.json() for answer in Bodies(chance, get("/now"), get("/now")))

    assert first[:4] == [1767225600.0, 1767225600.0, 1767225600 * 10**9, "2026-01-01 00:00:00"]
    assert first[4:9] == [
        "Thu Jan  1 00:00:00 2026",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+00:00",
        "2026-01-01",
        "2026-01-01T00:00:00",
    ]
    assert first[9:11] == [True, 1970]
    assert first[11:] == ["2026-01-01 00:00:00", "2026-01-02 00:00:00", "2026-01-01", "1767225600"]
    assert second[5] == "2026-01-01T00:00:01"


def test_sleeping_lets_the_stopped_clock_pass(chance: Worker) -> None:
    """Nobody waits an hour."""
    assert next(iter(Bodies(chance, get("/sleep")))).json() == [3600, True]


def test_chance_depends_on_seed_case_and_step_alone(chance: Worker) -> None:
    """The same again for the same case, something else in the next step, case, and for another seed."""
    steps = (get("/chance"), get("/chance"))
    first = chance.observe(case(*steps), seed="a")
    same = chance.observe(case(*steps), seed="a", fresh=False)
    other = chance.observe(case(*steps, name="other"), seed="a")
    reseeded = chance.observe(case(*steps), seed="b")

    assert same == first
    drawn = [Body(answer.body).json() for seen in (first, other, reseeded) for answer in seen.answers]
    for values in zip(*drawn, strict=True):
        assert len(set(values)) == len(drawn)


def test_salts_of_passwords_are_the_same_in_all_cases(chance: Worker) -> None:
    """The next one in a case is another; a hash is then computed once for all cases."""
    first, other = (chance.observe(case(get("/hash"), get("/hash"), name=name)) for name in ("first", "other"))

    assert first.answers == other.answers
    assert first.answers[0].body != first.answers[1].body
    assert check_password_hash(first.answers[0].body.decode(), "x")


def test_a_generator_with_a_seed_keeps_it(chance: Worker) -> None:
    """It gives what the application wants it to give."""
    import random

    assert chance.observe(case(get("/seeded"))).answers[0].body.decode() == str(random.Random(5).random())


COVERED = """\
from flask import Flask
app = Flask(__name__)

@app.route("/<int:number>")
def sign(number):
    if number:
        return "more"
    return "nothing"
"""


def test_lines_that_ran_are_told(tmp_path: Path) -> None:
    """Only of the files that were asked for, for each case anew."""
    write(tmp_path, covered=COVERED)
    with start(tmp_path, "covered") as worker:
        seen = [
            worker.observe(case(get(f"/{number}")), cover=["covered.py"], fresh=fresh).lines["covered.py"]
            for number, fresh in ((1, True), (0, True), (1, False), (0, False))
        ]
        unasked = worker.observe(case(get("/1")))

    assert [lines & {6, 7, 8} for lines in seen] == [{6, 7}, {6, 8}] * 2
    assert unasked.lines == {}


MOUNTED = """\
import a2wsgi
from fastapi import FastAPI
from covered import app as flask_app

app = FastAPI()
app.mount("/", a2wsgi.WSGIMiddleware(flask_app))
"""


def test_lines_that_ran_in_the_threads_of_a_pool_are_told(tmp_path: Path) -> None:
    """Such a thread begins in one case and runs the views of the next ones, too."""
    write(tmp_path, covered=COVERED, front=MOUNTED)
    with start(tmp_path, "front:app", "fastapi", Side.AFTER) as worker:
        seen = [
            worker.observe(case(get(f"/{number}")), cover=cover, fresh=False).lines.get("covered.py", frozenset())
            for number, cover in ((1, ["covered.py"]), (0, ["covered.py"]), (1, []), (1, ["covered.py"]))
        ]

    assert [lines & {6, 7, 8} for lines in seen] == [{6, 7}, {6, 8}, set(), {6, 7}]


class Body:
    """The body of an answer."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def json(self) -> list[object]:
        """Read as JSON."""
        import json

        return json.loads(self._data)


class Bodies:
    """The bodies of a case's answers."""

    def __init__(self, worker: Worker, *steps: object) -> None:
        self._answers = worker.observe(case(*steps)).answers  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Body]:
        return iter([Body(answer.body) for answer in self._answers])
