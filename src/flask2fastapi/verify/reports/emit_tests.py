"""The differences as a pytest file: tests that pass where an application does as Flask did, and fail where it does not.

The file stands alone. It needs pytest and httpx, and runs against an ASGI application in its own process or against a
server of either side.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from flask2fastapi.model.verification import Verdict
from flask2fastapi.verify.reports import totals
from flask2fastapi.verify.reports.checks import Check, check_of, is_volatile
from flask2fastapi.verify.reports.curl import target
from flask2fastapi.verify.reports.shown import short, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.verification import Cluster, Effects, Step, Verification

_HEAD = '''"""Differences that `flask2fastapi verify` found: each test passes where an application does as Flask did.

    pytest @FILE@                                            the migrated application, in this process
    VERIFY_TARGET=shop.asgi:create_app() pytest @FILE@       another one
    VERIFY_BASE_URL=http://127.0.0.1:8000 pytest @FILE@      a server, of either side

VERIFY_RESET is a shell command that puts the data back before each test (``cp seed.db app.db``), VERIFY_DATABASE the
SQLite file in which tests look for what was written; without it they are skipped. So are tests that log in, without
the variables VERIFY_SECRET_… that they name: passwords and tokens are in no file.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import hashlib
import importlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import httpx
import pytest

'''
_CUT = "# --- copied into emitted files from here on ---\n"
_NAME = re.compile(r"\W+")
_LONGEST_NAME = 70


def emitted_tests(verification: Verification, target: str = "asgi", file: str = "test_parity.py") -> str:
    """The text of the file.

    ``target`` is the migrated application: ``module:name``, ``module:factory()``, or a module with ``app`` or
    ``create_app`` in it.
    """
    import black  # slow to load, and only for this

    folder = files("flask2fastapi.verify.reports")
    support = folder.joinpath("emitted.py").read_text("utf-8").partition(_CUT)[2]
    playing = folder.joinpath("assets", "playing.txt").read_text("utf-8").replace("@TARGET@", repr(target))
    tests = ["\n".join(_test(cluster)) for cluster in totals.causes(verification)]
    text = "\n\n\n".join([_HEAD.replace("@FILE@", file).rstrip(), playing.strip(), support.strip(), *tests])
    return black.format_str(text + "\n", mode=black.Mode(line_length=120))


def _test(cluster: Cluster) -> Iterator[str]:
    difference = cluster.difference
    case = cluster.example.case
    body = list(_asserted(cluster))
    if not body:
        why = f"a request cannot show it, or only by a value that is made anew each time: {totals.place(difference)}"
        if any(step.needs_worker for step in case.steps):
            why = "it needs another time, a mail that is sent, or answers of other servers"
        if case.persona == "suite":
            why = f"it starts from what the project's own test has set up: run {case.title}"
        yield f"@pytest.mark.skip(reason={short(why, 200)!r})"
    yield f"def test_{_name(cluster)}() -> None:"
    yield f"    # {visible(totals.headline(cluster))}: {visible(totals.place(difference))}"
    yield f"    # {visible(totals.case_line(case))}; {totals.replay(visible(cluster.id), case.origin)}"
    rows = _rows(cluster)
    if rows is not None:
        yield f"    rows = Rows({', '.join(map(repr, rows))})"
    yield "    play(" if rows is not None or not body else "    answers = play("
    yield from (f"        {_request(step)}," for step in case.steps)
    yield "    )"
    yield from body


def _asserted(cluster: Cluster) -> Iterator[str]:
    """The lines that assert; none when an answer does not show the difference."""
    difference, example = cluster.difference, cluster.example
    if example.before is None or example.after is None or not example.before.answers:
        return
    if example.case.persona == "suite" or any(step.needs_worker for step in example.case.steps):
        return
    if difference.where.startswith("table:"):
        yield from _written(cluster)
        return
    if difference.where.startswith(("file:", "mail:", "outgoing:", "task:", "refused:")):
        return
    step = min(difference.step, len(example.before.answers) - 1)
    after = example.after.answers[step] if step < len(example.after.answers) else None
    check = check_of(difference, example.before.answers[step], after)
    if check is None:
        return
    status = Check("status", (), example.before.answers[step].status)
    yield f"    answer = answers[{step}]"
    if check.name != "status" and example.before.answers[step].error is None and _is_stable(cluster, step):
        yield f"    {status.line}"
    yield f"    {check.line}"


def _is_stable(cluster: Cluster, step: int) -> bool:
    """Whether the status of a step is one and the same on the Flask side."""
    return not any(
        each.where == "status" and each.step == step and each.verdict is not Verdict.DIFFERENT
        for each in cluster.example.differences
    )


def _table(cluster: Cluster) -> tuple[str, tuple[str, ...]] | None:
    """The table of a difference and those of its columns that a test looks at: the one that differs, or all stable."""
    example, where = cluster.example, cluster.difference.where.removeprefix("table:")
    if example.before is None or example.after is None or not cluster.difference.where.startswith("table:"):
        return None
    columns = {**example.after.effects.columns, **example.before.effects.columns}
    name = max((each for each in columns if where == each or where.startswith(f"{each}.")), key=len, default="")
    if not name:
        return None
    noisy = {
        each.where.removeprefix(f"table:{name}.")
        for each in example.differences
        if each.verdict in {Verdict.EQUIVALENT, Verdict.ACCEPTED}
    }
    noisy |= set(_volatile(name, example.before.effects)) | set(_volatile(name, example.after.effects))
    one = where.removeprefix(name).removeprefix(".")
    if one in noisy:
        return None
    return name, (one,) if one else tuple(column for column in columns[name] if column not in noisy)


def _volatile(table: str, effects: Effects) -> Iterator[str]:
    """Columns that hold times, tokens and the like."""
    for rows in (effects.added, effects.removed):
        for row in rows.get(table, ()):
            yield from (n for n, v in zip(effects.columns.get(table, ()), row, strict=False) if is_volatile(v))


def _rows(cluster: Cluster) -> tuple[str, ...] | None:
    found = _table(cluster)
    return None if found is None else (found[0].rpartition(".")[2], *found[1])


def _written(cluster: Cluster) -> Iterator[str]:
    found, example = _table(cluster), cluster.example
    if found is None or example.before is None or example.after is None:
        return
    for what in ("added", "removed"):
        old, new = (_picked(side.effects, what, *found) for side in (example.before, example.after))
        if old != new:
            yield f"    assert rows.{what}() == {old!r}"


def _picked(effects: Effects, what: str, table: str, columns: tuple[str, ...]) -> list[list[str]]:
    """Rows as `Rows` gives them: those columns, sorted, without pairs that are added and removed alike."""
    names = effects.columns.get(table, ())
    picked = {
        kind: [[dict(zip(names, row, strict=False)).get(name, "") for name in columns] for row in rows.get(table, ())]
        for kind, rows in (("added", effects.added), ("removed", effects.removed))
    }
    other = picked["removed" if what == "added" else "added"]
    for row in list(picked[what]):
        if row in other:
            other.remove(row)
            picked[what].remove(row)
    return sorted(picked[what])


def _request(step: Step) -> str:
    words = [repr(step.method), repr(target(step))]
    headers = [(name, value) for name, value in step.headers if name.lower() != "content-length"]
    words += [f"headers={headers!r}"] if headers else []
    words += [f"body={step.body!r}"] if step.body else []
    words += [f"take={ {each.name: each.source for each in step.captures}!r}"] if step.captures else []
    words += ["follow=True"] if step.follow else []
    return f"Request({', '.join(words)})"


def _name(cluster: Cluster) -> str:
    """A name that no other cluster has: its id is part of it."""
    words = f"{cluster.route or 'app'} {cluster.difference.where}".encode("ascii", "ignore").decode()
    identifier = _NAME.sub("_", cluster.id.encode("ascii", "backslashreplace").decode())
    return f"{_NAME.sub('_', words).strip('_').lower()[:_LONGEST_NAME]}_{identifier}"
