"""Files that a case writes: told as effects, and put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .worker_apps import case, get, start, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask2fastapi.verify.workers import Worker

FILES = """\
import os, pathlib, shutil, subprocess, sys, tempfile
from flask import Flask, request
app = Flask(__name__)
HERE = pathlib.Path(__file__).parent

@app.route("/write")
def write():
    (HERE / "uploads").mkdir()
    (HERE / "uploads" / "new.txt").write_text("new")
    (HERE / "kept.txt").write_text("changed")
    with open(HERE / "grown.txt", "a") as stream: stream.write("more")
    os.remove(HERE / "gone.txt")
    os.rename(HERE / "old.txt", HERE / "renamed.txt")
    shutil.rmtree(HERE / "tree")
    with tempfile.TemporaryFile() as scratch: scratch.write(b"x")
    tempfile.mkstemp(prefix="left-")
    return "ok"

@app.route("/same")
def same():
    (HERE / "kept.txt").write_text((HERE / "kept.txt").read_text())
    return "ok"

@app.route("/die")
def die():
    (HERE / "kept.txt").write_text("spoilt")
    os._exit(1)

@app.route("/child")
def child():
    subprocess.run([sys.executable, "-c", "open('watched/by-child', 'w').write('x'); open('watched/a', 'w').write('')"])
    return "ok"
"""


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Worker]:
    write(tmp_path, files=FILES)
    for name in ("kept", "grown", "gone", "old"):
        (tmp_path / f"{name}.txt").write_text(name)
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "deep" / "leaf").write_text("leaf")
    (tmp_path / "watched").mkdir()
    (tmp_path / "watched" / "a").write_text("a")
    with start(tmp_path, "files", watch=("watched",)) as worker:
        yield worker


def tree(folder: Path) -> dict[str, tuple[str, int]]:
    """All files with content and time."""
    return {
        path.relative_to(folder).as_posix(): (path.read_text(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".py"
    }


@pytest.mark.parametrize("fresh", [True, False])
def test_files_are_effects_and_put_back(files: Worker, tmp_path: Path, fresh: bool) -> None:
    """New, changed, grown, removed and renamed ones, whole trees, and what is left in the temporary folder."""
    before = tree(tmp_path)
    first, second = (files.observe(case(get("/write")), fresh=fresh) for _ in range(2))

    left = [name for name in first.effects.files if name.startswith("tmp/left-")]
    assert len(left) == 1
    assert {name for name, digest in first.effects.files.items() if digest} == {
        "uploads/new.txt",
        "kept.txt",
        "grown.txt",
        "renamed.txt",
        *left,
    }
    assert {name for name, digest in first.effects.files.items() if not digest} == {
        "gone.txt",
        "old.txt",
        "tree/deep/leaf",
    }
    assert second == first
    assert tree(tmp_path) == before
    assert not (tmp_path / "uploads").exists()


def test_a_file_that_is_written_as_it_was_is_no_effect(files: Worker) -> None:
    """Only content counts."""
    assert files.observe(case(get("/same"))).effects.files == {}


def test_a_process_that_dies_leaves_no_change_behind(files: Worker, tmp_path: Path) -> None:
    """The journal outlives it."""
    seen = files.observe(case(get("/die")))

    assert seen.crashed.startswith("exited with 1")
    assert list(seen.effects.files) == ["kept.txt"]
    assert (tmp_path / "kept.txt").read_text() == "kept"


def test_child_processes_are_seen_in_watched_folders(files: Worker, tmp_path: Path) -> None:
    """What they write is told and put back."""
    seen = files.observe(case(get("/child")))

    assert sorted(seen.effects.files) == ["watched/a", "watched/by-child"]
    assert tree(tmp_path / "watched").keys() == {"a"}
    assert (tmp_path / "watched" / "a").read_text() == "a"
