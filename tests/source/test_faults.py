"""Writing is all or nothing: killed, interrupted or failing at every point that a run passes."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.errors import SourceError
from flask2fastapi.model.files import FileChange
from flask2fastapi.source import recover, write_all
from flask2fastapi.source.journal import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

DRIVER = Path(__file__).with_name("fault_driver.py")


def strike(fault: str, fewest: int) -> list[list[str]]:
    """What each point left behind, without the last one, which the run did not reach."""
    memory = Path("/dev/shm")  # thousands of runs, each of which waits for a real disk several times
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        command = [sys.executable, str(DRIVER), folder, fault]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *results, last = json.loads(done.stdout)
    assert last == ["untroubled", "after", "after"]
    assert len(results) >= fewest, "the faults no longer strike where files are written"
    return results


@pytest.mark.parametrize(("fault", "fewest"), [("kill-line", 300), ("kill", 30), ("kill-twice", 100)])
def test_a_killed_run_is_undone_or_complete_after_recover(fault: str, fewest: int) -> None:
    """Killed before any statement or file operation, also while undoing: never something in between, no leftovers."""
    results = strike(fault, fewest)

    assert {outcome for outcome, _, _ in results} == {"killed"}
    assert [result for result in results if result[2] not in ("before", "after")] == []
    assert {end for _, _, end in results} == {"before", "after"}


@pytest.mark.parametrize(
    ("fault", "fewest", "outcome"),
    [
        ("error", 30, "refused"),
        ("full-disk", 10, "refused"),
        ("interrupt", 30, "interrupted"),
        ("sigterm-line", 300, "refused"),
    ],
)
def test_a_failing_run_leaves_the_tree_as_it_was(fault: str, fewest: int, outcome: str) -> None:
    """Whatever the failing step: byte for byte and mode for mode as before, without any recovery."""
    results = strike(fault, fewest)

    failed = [result for result in results if result[0] == outcome and result[1] != "after"]
    assert {state for _, state, _ in failed} == {"before"}
    assert len(failed) >= fewest * 2 // 3
    assert [result for result in results if result[2] not in ("before", "after")] == []


def killed_after_first_replace(root: Path) -> None:
    """A run over a.py and b.py whose process dies when it is about to replace b.py."""
    program = (
        "import os, pathlib, signal, sys\n"
        "from flask2fastapi.model.files import FileChange\nfrom flask2fastapi.source import write_all\n"
        "def audit(event, arguments):\n"
        "    if event == 'os.rename' and str(arguments[1]).endswith('b.py'): os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.addaudithook(audit)\n"
        "write_all(pathlib.Path(sys.argv[1]), [FileChange(n, b'old', b'new') for n in ('a.py', 'b.py')])"
    )
    for name in ("a.py", "b.py"):
        (root / name).write_bytes(b"old")
    assert subprocess.run([sys.executable, "-c", program, str(root)], check=False).returncode == -9
    assert (root / "a.py").read_bytes() == b"new"


def test_recover_puts_back_and_says_so(tmp_path: Path) -> None:
    """The next run finds the journal of a killed one and undoes it once."""
    killed_after_first_replace(tmp_path)

    assert (recover(tmp_path), recover(tmp_path)) == (True, False)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.py": b"old", "b.py": b"old"}


def test_writing_over_a_killed_run_is_refused(tmp_path: Path) -> None:
    """Half-written files are not what a new run should build upon."""
    killed_after_first_replace(tmp_path)

    with pytest.raises(SourceError, match="was killed"):
        write_all(tmp_path, [FileChange("b.py", b"old", b"other")])

    assert (tmp_path / "b.py").read_bytes() == b"old"


def test_recover_never_overwrites_an_edit(tmp_path: Path) -> None:
    """A file that the user edited after the kill stays; its earlier text is kept and the user is told where."""
    killed_after_first_replace(tmp_path)
    (tmp_path / "a.py").write_bytes(b"edited")

    for _ in range(2):
        with pytest.raises(SourceError, match=r"a\.py: edited after a run was interrupted"):
            recover(tmp_path)

    assert (tmp_path / "a.py").read_bytes() == b"edited"
    assert (tmp_path / NAME / "0").read_bytes() == b"old"
    assert (tmp_path / "b.py").read_bytes() == b"old"


@pytest.mark.parametrize(
    "record",
    [
        b"not json",
        b"{}",
        b'{"entries": [{}], "folders": []}',
        b'{"entries": [{"path": "../x.py", "temporary": "t", "before": "0", "after": null}], "folders": []}',
        b'{"entries": [{"path": "/x.py", "temporary": "t", "before": "0", "after": null}], "folders": []}',
    ],
)
def test_a_journal_that_is_not_ours_is_refused(tmp_path: Path, record: bytes) -> None:
    """A damaged journal, or one that came with a repository and names files elsewhere, is one clear line."""
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "undo.json").write_bytes(record)

    with pytest.raises(SourceError, match=r"undo\.json"):
        recover(tmp_path)


def limit_file_size() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))


def test_a_file_size_limit_changes_nothing(tmp_path: Path) -> None:
    """The system refuses the second file: the first is not written either."""
    program = (
        "import pathlib, sys\nfrom flask2fastapi.errors import SourceError\n"
        "from flask2fastapi.model.files import FileChange\nfrom flask2fastapi.source import write_all\n"
        "try:\n    write_all(pathlib.Path(sys.argv[1]), "
        "[FileChange('a.py', b'old', b'new'), FileChange('b.py', None, b'#' * 20_000)])\n"
        "except SourceError as error:\n    print(error)"
    )
    (tmp_path / "a.py").write_bytes(b"old")

    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, preexec_fn=limit_file_size, capture_output=True, text=True, check=True)

    assert "File too large; nothing was changed" in done.stdout
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.py": b"old"}


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of 100 kB, where the system lets us mount one."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting needs the superuser")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    """A real disk without room for the second file: one line, and everything as before."""
    with small_disk(tmp_path / "disk"):
        root = tmp_path / "disk"
        (root / "a.py").write_bytes(b"old")

        with pytest.raises(SourceError, match="No space left on device; nothing was changed"):
            write_all(root, [FileChange("a.py", b"old", b"new"), FileChange("b.py", None, b"#" * 200_000)])

        assert {path.name: path.read_bytes() for path in root.iterdir()} == {"a.py": b"old"}
