"""Databases that are servers: what is read of the configuration, and rows in dumps."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.errors import ConfigError, TargetError
from flask2fastapi.model.verification import Side
from flask2fastapi.verify.compare.policy import from_table
from flask2fastapi.verify.inside.worker import sql_dump
from flask2fastapi.verify.stores import read_stores, share

if TYPE_CHECKING:
    from pathlib import Path


POSTGRESQL = """\
--
-- PostgreSQL database dump
--
\\restrict 5hVbB
SET statement_timeout = 0;
INSERT INTO public."Odd ""name" (id, "or der", note) VALUES (1, 'it''s', NULL);
INSERT INTO public."Odd ""name" (id, "or der", note) VALUES (-2, 'a
INSERT INTO public.other VALUES (9)', '\\x00ff');
INSERT INTO public.place (at) OVERRIDING SYSTEM VALUE VALUES (point(1, 2));
SELECT pg_catalog.setval('public.users_id_seq', 2, true);
\\unrestrict 5hVbB
"""
MYSQL = r"""
/*!40000 ALTER TABLE `thing` DISABLE KEYS */;
INSERT INTO `thing` (`id`, `name`) VALUES (1,'it\'s (a, b);\n\\'),
(2,NULL),(3,_binary 'x\0y'),(4,0xFF);
INSERT INTO `bare` VALUES (1,'');
-- Dump completed on 2026-01-01
"""


def test_rows_of_postgresql() -> None:
    """Quotes, line breaks within a value, NULL, names that are quoted, calls."""
    assert sql_dump.tables(POSTGRESQL) == {
        'public.Odd "name': (
            ("id", "or der", "note"),
            [("1", "it's", None), ("-2", "a\nINSERT INTO public.other VALUES (9)", "\\x00ff")],
        ),
        "public.place": (("at",), [("point(1, 2)",)]),
    }


def test_rows_of_mysql() -> None:
    """Several in a statement, backslashes, bytes; columns without names have numbers."""
    assert sql_dump.tables(MYSQL) == {
        "thing": (("id", "name"), [("1", "it's (a, b);\n\\"), ("2", None), ("3", "x\0y"), ("4", "0xFF")]),
        "bare": (("1", "2"), [("1", "")]),
    }


def test_what_is_drawn_anew_for_each_dump_is_no_change() -> None:
    """Comments with the time, and the word of ``\\restrict``; the numbers of sequences count."""
    same = POSTGRESQL.replace("5hVbB", "other").replace("PostgreSQL database dump", "at noon")

    assert sql_dump.canonical(same) == sql_dump.canonical(POSTGRESQL)
    assert sql_dump.canonical(POSTGRESQL.replace("seq', 2", "seq', 3")) != sql_dump.canonical(POSTGRESQL)


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_a_kind_and_a_name_are_enough(kind: str, tmp_path: Path) -> None:
    """Every side has its own database, made of the first side's."""
    table = {"stores": [{"kind": kind, "database": "shop_{side}", "options": "--port=1"}]}
    (store,) = read_stores(table)
    commands = store.of(Side.AFTER, tmp_path)

    assert commands.name == "shop"
    assert "shop_after" in commands.dump
    assert "--port=1" in commands.dump
    assert "shop_before" in store.copy
    assert "{side}" in store.copy
    from_table(table, date(2026, 1, 1))


def test_anything_else_is_looked_after_by_commands(tmp_path: Path) -> None:
    """The copy runs for the other two sides, where each runs, with its environment."""
    entry = {
        "name": "own",
        "copy": "echo {side} $WORD > copied",
        "dump": "cat {root}/x",
        "restore": "true",
    }
    stores = read_stores({"stores": [entry]})
    folders = [tmp_path / side.value for side in Side]
    for folder in folders:
        folder.mkdir()
    share(stores, folders, [{"WORD": str(number)} for number in range(3)])

    assert stores[0].of(Side.AGAIN, folders[1]).dump == f"cat {folders[1]}/x"
    assert [(f / "copied").read_text() for f in folders[1:]] == ["again 1\n", "after 2\n"]
    assert not (folders[0] / "copied").exists()


def test_a_copy_that_fails_is_told_in_one_line(tmp_path: Path) -> None:
    entry = {"name": "own", "copy": "echo no server >&2; exit 1", "dump": "true", "restore": "true"}
    with pytest.raises(TargetError, match=r"the copy command of own failed: .*: no server$"):
        share(read_stores({"stores": [entry]}), [tmp_path] * 3, [{}] * 3)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"kind": "oracle"}, "kind must be postgresql or mysql"),
        ({"kind": "mysql"}, "database is missing"),
        ({"kind": "mysql", "database": "shop"}, "every side needs a database of its own"),
        ({"name": "x", "dump": "y"}, "restore is missing"),
        ({"name": "x", "dumb": "y"}, "'dumb' is no key"),
        ({"name": 1}, "name must be text"),
        ("x", "stores of verify must be tables"),
    ],
)
def test_what_cannot_be_understood_is_said(entry: object, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_stores({"stores": [entry]})
