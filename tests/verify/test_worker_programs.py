"""Programs that an application starts, and files that they write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flask2fastapi.model.verification import Side
from flask2fastapi.verify.outside import outside_notes

from .worker_apps import case, get, start, write

if TYPE_CHECKING:
    from pathlib import Path

PROGRAMS = """\
import os, socket, sqlite3, subprocess, threading
from flask import Flask
app = Flask(__name__)
app.config["UPLOAD_FOLDER"] = "uploads"
os.makedirs(app.instance_path, exist_ok=True)
with sqlite3.connect(os.path.join(app.instance_path, "own.db")) as db: db.execute("CREATE TABLE IF NOT EXISTS t (a)")
threading.Thread(target=threading.Event().wait, name="poller", daemon=True).start()

@app.route("/run")
def run():
    subprocess.run(["sh", "-c", "echo '1 2' > uploads/made; rm uploads/old"], check=True)
    return subprocess.check_output("echo out", shell=True)

@app.route("/system")
def system(): return str(os.system("echo x > instance/flag"))

@app.route("/spawn")
def spawn(): return str(os.waitpid(os.posix_spawn("/bin/true", ["/bin/true", "a b"], os.environ), 0)[1])

@app.route("/write")
def write():
    with sqlite3.connect(os.path.join(app.instance_path, "own.db")) as db: db.execute("INSERT INTO t VALUES (1)")
    return "ok"

@app.route("/out")
def out():
    try: socket.create_connection(("192.0.2.1", 5432), timeout=1)
    except OSError as error: return str(error)
"""


@pytest.mark.parametrize("fresh", [True, False])
def test_programs_are_told_and_their_files_put_back(tmp_path: Path, fresh: bool) -> None:
    """In the instance folder and in upload folders, without being asked to watch them; databases stay databases."""
    write(tmp_path, programs=PROGRAMS)
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "old").write_text("old")
    with start(tmp_path, "programs") as worker:
        for _ in range(2):
            ran = worker.observe(case(get("/run")), fresh=fresh)
            system = worker.observe(case(get("/system")), fresh=fresh)
            spawned = worker.observe(case(get("/spawn")), fresh=fresh)
            wrote = worker.observe(case(get("/write")), fresh=fresh)
            assert [answer.body for answer in ran.answers] == [b"out\n"]
            assert ran.effects.programs == (
                "sh -c 'echo '\"'\"'1 2'\"'\"' > uploads/made; rm uploads/old'",
                "/bin/sh -c 'echo out'",
            )
            assert set(ran.effects.files) == {"uploads/made", "uploads/old"}
            assert system.effects.programs == ("echo x > instance/flag",)
            assert set(system.effects.files) == {"instance/flag"}
            assert spawned.effects.programs == ("/bin/true 'a b'",)
            assert (wrote.effects.files, wrote.effects.added) == ({}, {"main.t": (("1",),)})
            assert [path.name for path in (tmp_path / "uploads").iterdir()] == ["old"]
        worker.observe(case(get("/out")))
        notes = outside_notes({Side.BEFORE: worker})

    said = "the application starts other programs (echo, sh, true): what they write is seen in databases, the "
    assert notes == [
        "connections to other machines were refused: 192.0.2.1:5432",
        f"{said}instance folder and upload folders only",
        "threads that start with the application do not run during cases: poller",
    ]
