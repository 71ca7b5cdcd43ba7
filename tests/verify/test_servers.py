"""Real servers within a verification: copies of both sides, faults that only servers and crowds show."""

from __future__ import annotations

import importlib.util
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from flask2fastapi.model.verification import Answer, Case, CaseResult, Observation, ServerRun, Side, Step, Verdict
from flask2fastapi.verify.compare.policy import Policy
from flask2fastapi.verify.crowd import Crowd
from flask2fastapi.verify.reports.server_parts import terminal_lines
from flask2fastapi.verify.servers import ServerOptions, chosen, moved, server_options, try_servers
from flask2fastapi.verify.smoke import parted
from flask2fastapi.verify.worker_setup import WorkerSetup
from flask2fastapi.verify.workers import Worker

from .worker_apps import FORM, case, get, write

SHOP = """\
import os, sqlite3, time, urllib.request
from flask import Flask, Response, request, session
app = Flask(__name__)
app.secret_key = "s"
FILE = os.environ["DATABASE"]

def rows(statement, *values):
    with sqlite3.connect(FILE) as db:
        return db.execute(statement, values).fetchall()

@app.post("/login")
def login():
    session["name"] = request.form["name"]
    return "", 204

@app.get("/me")
def me(): return session.get("name", "nobody") + time.strftime(" %Y")

@app.get("/stream")
def stream(): return Response("%d " % number for number in range(2000))

@app.post("/items")
def add():
    rows("INSERT INTO item VALUES (?)", request.form["name"])
    return "", 201

@app.get("/items")
def items(): return {"items": rows("SELECT * FROM item")}

@app.get("/out")
def out():
    try: return urllib.request.urlopen("http://example.org", timeout=5).read()
    except OSError as error: return str(error)
"""
SOUND = """\
from contextlib import asynccontextmanager
from a2wsgi import WSGIMiddleware
from fastapi import FastAPI
from shop import app as flask_app

@asynccontextmanager
async def lifespan(app):
    yield
    END

app = FastAPI(lifespan=lifespan)
latest = {}

@app.get("/me")
def me():
    MINE

app.mount("/", WSGIMiddleware(flask_app))
"""
ANN = Step("POST", "/login", headers=FORM, body=b"name=ann-with-a-long-name")
BOB = Step("POST", "/login", headers=FORM, body=b"name=bob-with-a-long-name")
CASES = [
    case(get("/stream"), name="stream"),
    case(Step("HEAD", "/stream"), name="head"),
    case(get("/items"), name="items"),
    case(get("/out"), name="out"),
    Case("ann", case().origin, "", (ANN, get("/me")), "ann"),
    Case("bob", case().origin, "", (BOB, get("/me")), "bob"),
    case(Step("POST", "/items", headers=FORM, body=b"name=x"), name="add"),
]
ALONE = "from starlette.responses import PlainTextResponse; return PlainTextResponse('')"
FEW = ServerOptions(crowd=Crowd(clients=4, seconds=10), slowest_boot=None)


def tried(folder: Path, front: str, options: ServerOptions = FEW) -> ServerRun:
    """Boot both sides with a database beside their folders, and try them with cases that were alike."""
    workers = {}
    try:
        for side, kind, spec in ((Side.BEFORE, "flask", "shop:app"), (Side.AFTER, "fastapi", "front:app")):
            root = folder / side.value
            root.mkdir(exist_ok=True)
            database = folder / f"{side.value}.db"
            with closing(sqlite3.connect(database)) as db:
                db.execute("CREATE TABLE item (name)")
            write(root, shop=SHOP, front=front)
            setup = WorkerSetup(
                root, Path(sys.executable), spec, kind, {"DATABASE": str(database)}, stores=(str(database),)
            )
            workers[side] = Worker.start(side, setup)
        results = [alike(workers[Side.BEFORE], each) for each in CASES]
        run = try_servers(workers, results, Policy(), frozenset(), options)
        for worker in workers.values():  # what servers wrote is gone
            assert worker.observe(case(get("/items"))).answers[0].body == b'{"items":[]}\n'
        return run
    finally:
        for worker in workers.values():
            worker.close()


def alike(worker: Worker, each: Case) -> CaseResult:
    seen = worker.observe(each)
    return CaseResult(each, Verdict.IDENTICAL, (), seen, seen)


def native(mine: str, end: str = "pass") -> str:
    return SOUND.replace("MINE", mine).replace("END", end)


def mounted(end: str = "pass") -> str:
    start = SOUND.index('@app.get("/me")')
    return (SOUND[:start] + SOUND[SOUND.index("app.mount") :]).replace("END", end)


def test_a_sound_application_is_clean(tmp_path: Path) -> None:
    """Streams, HEAD, logins and writes; clocks stand, nobody gets out, and databases outside are put back."""
    run = tried(tmp_path, mounted())

    assert run.faults == run.shared == ()
    assert run.verdict is Verdict.IDENTICAL
    wanted = "gunicorn" if importlib.util.find_spec("gunicorn") else "Werkzeug/"
    assert run.before.startswith(wanted)
    assert (run.after, run.cases, run.clients, run.requests) == ("uvicorn", 7, 4, 4 * 9)
    assert "36 requests, 4 clients, mixed-up answers 0, differences 0, errors 0" in next(iter(terminal_lines(run)))


def test_a_server_that_does_not_stop_well_is_a_fault(tmp_path: Path) -> None:
    """The end of the lifespan runs nowhere but in a server."""
    run = tried(tmp_path, mounted("raise RuntimeError('queue lost')"))

    assert [(fault.kind, "RuntimeError: queue lost" in fault.detail) for fault in run.faults] == [("end", True)]
    assert run.verdict is Verdict.CRASHED


def test_a_server_that_does_not_start_is_a_fault(tmp_path: Path) -> None:
    """Though its worker did: it can be started once only."""
    (tmp_path / "once").touch()
    front = f"import os; os.remove({str(tmp_path / 'once')!r})\n" + mounted()
    run = tried(tmp_path, front)

    assert [(fault.kind, "FileNotFoundError" in fault.detail) for fault in run.faults] == [("end", True)]


def test_an_answer_to_somebody_else_is_found(tmp_path: Path) -> None:
    """A module variable holds the user of the request that came last: alone nobody notices."""
    mine = """import time, flask
    from starlette.responses import HTMLResponse
    return HTMLResponse(latest["name"] + " 2026")

@app.middleware("http")
async def remember(request, call_next):
    import asyncio
    cookie = flask_app.session_interface.get_signing_serializer(flask_app)
    if "session" in request.cookies:
        latest["name"] = cookie.loads(request.cookies["session"])["name"]
    await asyncio.sleep(0.02)
    return await call_next(request)
"""
    run = tried(tmp_path, native(mine))

    assert run.count("mixed") > 0
    assert {fault.request for fault in run.faults} == {"GET /me"}
    assert "over real servers: mixed: GET /me: is the answer to GET /me of " in "\n".join(list(terminal_lines(run)))
    assert run.verdict is Verdict.DIFFERENT


def test_a_slow_start_is_left_alone_unless_it_is_asked_for(tmp_path: Path) -> None:
    """By default it must not cost more than seconds."""
    run = tried(tmp_path, mounted(), ServerOptions(slowest_boot=0.0))

    assert run.verdict is Verdict.NOT_EXERCISED
    assert "--servers" in str(run)
    asked = server_options(True)
    assert asked is not None
    assert asked.slowest_boot is None
    assert server_options(False) is None


def test_cases_are_chosen_by_turns() -> None:
    """Reading before writing; nothing that differed, and nothing that no client can send."""

    def result(path: str, method: str = "GET", status: int = 200, verdict: Verdict = Verdict.IDENTICAL) -> CaseResult:
        each = Case(f"{method} {path} {status}", case().origin, "", (Step(method, path),), route=path)
        return CaseResult(each, verdict, (), Observation(Side.BEFORE, each.id, (Answer(status),)))

    results = [
        result("/a", "POST"),
        result("/a", status=404),
        result("/a"),
        result("/a", status=500),
        result("/b", verdict=Verdict.DIFFERENT),
        result("/c d"),
        result("/c", verdict=Verdict.ACCEPTED),
    ]

    assert [each.id for each in chosen(results, 9)] == ["GET /a 200", "GET /c 200", "POST /a 200", "GET /a 404"]
    assert [each.id for each in chosen(results, 2)] == ["GET /a 200", "POST /a 200"]


def test_logging_in_is_no_writing() -> None:
    """Steps that all cases of a persona begin with are its login."""
    login = Step("POST", "/login")
    write_, read = (
        Case(name, case().origin, "", (login, step), "ann")
        for name, step in (
            ("w", Step("POST", "/x")),
            ("r", get("/x")),
        )
    )

    assert parted([write_, read, case(Step("PUT", "/y")), case(get("/y"))]) == (
        [read, case(get("/y"))],
        [write_, case(Step("PUT", "/y"))],
    )


def test_a_side_moves_with_its_environment(tmp_path: Path) -> None:
    """The folder around it is copied; variables that name it name the copy."""
    home = tmp_path / "home"
    (home / "src").mkdir(parents=True)
    (home / "data.db").write_text("x")
    setup = WorkerSetup(
        home / "src", Path(sys.executable), "a:b", environment={"DB": f"{home}/data.db"}, repository=home
    )
    copy = moved(setup, tmp_path / "copy")

    assert copy.root == tmp_path / "copy" / "src"
    assert Path(copy.environment["DB"]).read_text() == "x"
    assert copy.environment["DB"].startswith(str(tmp_path / "copy"))
