"""The demo, run as a user runs it; and its verdict, when something is wrong on purpose."""

from __future__ import annotations

import re
import subprocess
import sys
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from flask2fastapi.demo.driving import Compared, drive, target_of
from flask2fastapi.demo.project import make_folders, migrate
from flask2fastapi.demo.requests import Step, steps
from flask2fastapi.demo.showing import show_diff, show_table
from flask2fastapi.errors import SourceError
from flask2fastapi.verify.client import Request

if TYPE_CHECKING:
    from pathlib import Path


def demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask2fastapi", "demo", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_answer_is_equal(tmp_path: Path) -> None:
    """Exit 0, a patch, a row for each route and none without a request, and a command that starts the result."""
    done = demo(tmp_path, "--keep", "result")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "+app = FastAPI(openapi_url=None)" in done.stdout.replace("    ", "")
    rows = re.findall(r"^\S* +(/\S*) +(native|mounted) +(\d+) +(\S.*?) *$", done.stdout, re.MULTILINE)
    assert len(rows) == 20
    assert {verdict for *_, verdict in rows} == {"yes"}
    assert min(int(count) for _, _, count, _ in rows) > 0
    assert f"{len(steps())} of {len(steps())} answers are equal." in done.stdout
    assert "-m uvicorn" in done.stdout.splitlines()[-1]
    assert (tmp_path / "result" / "flask" / "instance" / "shelf.sqlite").is_file()


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    done = demo(tmp_path, "--keep", ".")

    assert done.returncode == 2
    assert "holds something already" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(SourceError):
        make_folders(tmp_path / "mine.txt")


def test_the_visit_meets_everything(tmp_path: Path) -> None:
    """The requests reach what they are meant for: all kinds of answers come, and a changed view is found out."""
    folders = make_folders(tmp_path / "new")
    run = migrate(folders.fastapi)
    target = target_of(run, folders.fastapi)
    view = folders.fastapi / "shelf" / "auth.py"
    view.write_text(view.read_text().replace('redirect(url_for("site.index"))', 'redirect("/elsewhere")'))

    compared = drive(folders, target, steps())

    statuses = {each.status for each in compared}
    assert statuses >= {200, 201, 204, 302, 308, 400, 401, 403, 404, 405, 409, 415, 422}
    different = {each.step.endpoint for each in compared if each.differences}
    assert different == {"auth.logout"}


def test_the_verdict_is_only_good_when_everything_was_asked_and_equal(tmp_path: Path) -> None:
    """A difference, and a route that nobody asked, are both told."""
    folders = make_folders(tmp_path / "new")
    run = migrate(folders.fastapi)
    equal = [Compared(step, 200, ()) for step in steps()]
    said = StringIO()
    console = Console(file=said, width=200)

    assert show_table(console, run, equal)
    assert not show_table(console, run, equal[1:])
    assert "not asked" in said.getvalue()
    wrong = Compared(Step("health", Request("GET", "/health")), 200, ("status 200 became 500",))
    assert not show_table(console, run, [*equal, wrong])
    assert "GET /health: status 200 became 500" in said.getvalue()


def test_the_diff_is_coloured_on_a_terminal(tmp_path: Path) -> None:
    run = migrate(make_folders(tmp_path / "new").fastapi)
    said = StringIO()

    show_diff(Console(file=said, force_terminal=True, color_system="standard", width=200), run)

    assert "\x1b[32m+Made by flask2fastapi" in said.getvalue()
    assert "lines of support code, not shown here" in said.getvalue()
