"""Databases: found, told apart by column, and put back for each case."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.model.verification import Side, Step
from flask2fastapi.verify.boot import TargetBootError
from flask2fastapi.verify.worker_setup import StoreCommands

from .worker_apps import FORM, case, get, start, write

if TYPE_CHECKING:
    from pathlib import Path

APP = """\
import os, sqlite3
from flask import Flask, request
app = Flask(__name__)
app.config["DATABASE"] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "shop.db")
held = sqlite3.connect(app.config["DATABASE"], check_same_thread=False) if os.environ.get("HOLD") else None

@app.route("/run", methods=["POST"])
def run():
    db = held or sqlite3.connect(app.config["DATABASE"])
    rows = [db.execute(line).fetchall() for line in request.form["sql"].split(";")]
    if "commit" in request.args: db.commit()
    if not held: db.close()
    return repr(rows[-1])

@app.route("/leak", methods=["POST"])
def leak():
    app.leaked = sqlite3.connect(app.config["DATABASE"])
    app.leaked.execute(request.form["sql"])
    return "open"

@app.route("/drop-file")
def drop_file():
    os.remove(app.config["DATABASE"])
    return "gone"
"""
ALL = "SELECT * FROM item ORDER BY 1"


def sql(text: str, path: str = "/run", query: str = "commit") -> Step:
    return Step("POST", path, query, FORM, b"sql=" + text.encode().replace(b"+", b"%2B"))


def make(folder: Path, journal: str = "delete", rows: int = 2) -> None:
    write(folder, shop=APP)
    (folder / "data").mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / "data" / "shop.db")) as db:
        db.execute(f"PRAGMA journal_mode = {journal}")
        db.execute("CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT, name, data BLOB)")
        db.executemany("INSERT INTO item (name, data) VALUES (?, ?)", [(f"n{i}", b"\x00\xff") for i in range(rows)])
        db.execute('CREATE TABLE "odd ""name" (a)')
        db.commit()


@pytest.fixture(params=["delete", "wal"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    make(tmp_path, request.param)
    return tmp_path


@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize("hold", ["", "1"])
def test_rows_added_changed_and_removed(folder: Path, fresh: bool, hold: str) -> None:
    """An update is a removed and an added row; NULL and bytes have a text of their own."""
    with start(folder, "shop", environment={"HOLD": hold}) as worker:
        for _ in range(3):
            seen = worker.observe(
                case(
                    sql("INSERT INTO item (name) VALUES ('new')"),
                    sql("UPDATE item SET name = 'changed' WHERE id = 1"),
                    sql("DELETE FROM item WHERE id = 2"),
                    sql('INSERT INTO "odd ""name" VALUES (1.5)'),
                ),
                fresh=fresh,
            )
            assert seen.effects.added == {
                "main.item": (("1", "changed", "\x00x00ff"), ("3", "new", "\x00NULL")),
                'main.odd "name': (("1.5",),),
            }
            assert seen.effects.removed == {"main.item": (("1", "n0", "\x00x00ff"), ("2", "n1", "\x00x00ff"))}
            after = worker.observe(case(sql(ALL)), fresh=fresh)
            assert after.answers[0].body == b"[(1, 'n0', b'\\x00\\xff'), (2, 'n1', b'\\x00\\xff')]"
            assert after.effects.added == after.effects.removed == {}


def test_what_is_not_committed_is_no_effect(folder: Path) -> None:
    """A forgotten commit is seen by what is missing."""
    with start(folder, "shop") as worker:
        seen = worker.observe(case(sql("INSERT INTO item (name) VALUES ('new')", query="")))

    assert seen.effects.added == {}


@pytest.mark.parametrize("fresh", [True, False])
def test_a_transaction_that_is_left_open_does_not_lock_the_next_case(folder: Path, fresh: bool) -> None:
    """Neither its lock nor its journal outlives the case."""
    with start(folder, "shop", step_timeout=8.0) as worker:
        for _ in range(2):
            left = worker.observe(case(sql("INSERT INTO item (name) VALUES ('left')", "/leak")), fresh=fresh)
            seen = worker.observe(case(sql("INSERT INTO item (name) VALUES ('new')"), sql(ALL)), fresh=fresh)
            assert (left.answers[0].body, left.effects.added) == (b"open", {})
            assert b"'new'" in seen.answers[1].body
            assert b"'left'" not in seen.answers[1].body


def test_a_database_may_be_dropped_made_and_deleted(folder: Path) -> None:
    """Tables and the file itself come back."""
    with start(folder, "shop") as worker:
        dropped = worker.observe(case(sql("DROP TABLE item;CREATE TABLE other (a)")))
        gone = worker.observe(case(get("/drop-file")))
        after = worker.observe(case(sql("SELECT count(*) FROM item")))

    assert set(dropped.effects.removed) == {"main.item"}
    assert dropped.effects.added == {"main.other": ()}
    assert len(gone.effects.removed["main.item"]) == 2
    assert after.answers[0].body == b"[(2,)]"


def test_a_warm_connection_sees_the_restored_file(tmp_path: Path) -> None:
    """Two cases that write equally often must not leave an open connection with what it remembers of the first."""
    make(tmp_path)
    with start(tmp_path, "shop", environment={"HOLD": "1"}) as worker:
        for name in ("one", "two", "three"):
            steps = (sql(f"INSERT INTO item (name) VALUES ('{name}')"), sql(ALL))
            seen = worker.observe(case(*steps), fresh=False)
            assert seen.answers[1].body.count(b"(3, ") == 1
            assert f"'{name}'".encode() in seen.answers[1].body
            assert seen.effects.added["main.item"] == (("3", name, "\x00NULL"),)


def test_several_databases_have_their_own_names(tmp_path: Path) -> None:
    """Tables are then called by the file."""
    make(tmp_path)
    with closing(sqlite3.connect(tmp_path / "second.db")) as db:
        db.execute("CREATE TABLE thing (a)")
        db.commit()
    with start(tmp_path, "shop") as worker:
        names = [store.name for store in worker.facts().stores]
        seen = worker.observe(case(sql("INSERT INTO item (name) VALUES ('new')")))

    assert names == ["data/shop.db", "second.db"]
    assert list(seen.effects.added) == ["data/shop.db.item"]


def test_a_side_may_start_from_the_rows_of_another(tmp_path: Path) -> None:
    """So that what a seed command draws is the same on both sides."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    make(tmp_path / "a", "wal", rows=3)
    make(tmp_path / "b", rows=1)
    with start(tmp_path / "a", "shop") as first, start(tmp_path / "b", "shop", side=Side.AFTER, like=first) as second:
        assert first.facts().stores[0].tables == second.facts().stores[0].tables
        assert second.facts().stores[0].tables["item"].count == 3


def test_a_database_of_another_kind_is_kept_by_commands(tmp_path: Path) -> None:
    """Here a file of INSERT statements stands for a server and its tools."""
    write(
        tmp_path,
        plain="""\
        import pathlib, subprocess
        from flask import Flask
        app = Flask(__name__)
        @app.route("/add")
        def add():
            subprocess.run("echo \\"INSERT INTO public.users VALUES (2, 'new');\\" >> server.sql", shell=True)
            return pathlib.Path("server.sql").read_text()
        """,
    )
    (tmp_path / "server.sql").write_text("-- dump\nINSERT INTO public.users VALUES (1, 'old');\n")
    commands = StoreCommands("pg", "cat server.sql", "cp kept.sql server.sql", "cp server.sql kept.sql")
    with start(tmp_path, "plain", store_commands=(commands,)) as worker:
        seen = [worker.observe(case(get("/add"))) for _ in range(2)]
        facts = worker.facts()

    assert seen[0] == seen[1]
    assert seen[0].effects.added == {"pg.public.users": (("2", "new"),)}
    assert facts.stores[0].tables["public.users"].rows == (("1", "old"),)


def test_a_command_that_fails_is_told_in_one_line(tmp_path: Path) -> None:
    """At once when it is the first one, else with the case."""
    make(tmp_path)
    with pytest.raises(TargetBootError, match=r"the dump command failed: exit 3: status 3$"):
        start(tmp_path, "shop", store_commands=(StoreCommands("pg", "exit 3", "true"),))
    with start(tmp_path, "shop", store_commands=(StoreCommands("pg", "date +%N", "exit 4"),)) as worker:
        assert worker.observe(case(sql(ALL))).crashed == "the restore command failed: exit 4: status 4"
