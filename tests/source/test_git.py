"""A run in place does not mix with changes that are not committed."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.errors import DirtyTreeError
from flask2fastapi.source import ensure_clean
from flask2fastapi.source.git import list_files

if TYPE_CHECKING:
    from pathlib import Path


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "sub").mkdir(parents=True)
    for name in ("app.py", "sub/b.py", ".gitignore"):
        (folder / name).write_text("ignored.py\n" if name == ".gitignore" else "x = 1\n")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "start")
    return folder


def test_a_clean_tree_passes(root: Path) -> None:
    """Committed and ignored files are no changes."""
    (root / "ignored.py").write_text("")

    ensure_clean(root)

    (root / "seen.py").write_text("")
    with pytest.raises(DirtyTreeError, match="seen"):
        ensure_clean(root)


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("echo >> app.py", "app.py"),
        ("rm app.py", "app.py"),
        ("echo > new.py", "new.py"),
        ("echo >> app.py; git add app.py", "app.py"),
        ("git mv app.py 'a b.py'", "a b.py;"),
        ("mkdir deep; echo > deep/ü.py", "deep/ü.py"),
    ],
)
def test_a_change_of_any_kind_is_named(root: Path, command: str, named: str) -> None:
    """Edited, deleted, new, staged and renamed files are named as they are on the disk."""
    subprocess.run(command, shell=True, cwd=root, check=True)

    with pytest.raises(DirtyTreeError) as caught:
        ensure_clean(root)

    assert f"uncommitted changes in {named}" in str(caught.value)
    assert "--allow-dirty" in str(caught.value)


def test_only_what_lies_below_the_path_counts(root: Path) -> None:
    """A change beside PATH cannot mix with the run's; PATH may be a file."""
    (root / "app.py").write_text("edited")

    ensure_clean(root / "sub")
    ensure_clean(root / "sub" / "b.py")
    with pytest.raises(DirtyTreeError):
        ensure_clean(root / "app.py")


def test_at_most_five_files_are_named(root: Path) -> None:
    """The rest is a number."""
    for number in range(8):
        (root / f"n{number}.py").write_text("")

    with pytest.raises(DirtyTreeError, match=r"n0\.py, n1\.py, n2\.py, n3\.py, n4\.py and 3 more; commit"):
        ensure_clean(root)


def test_looking_does_not_write(root: Path) -> None:
    """The index is as it was: a look must not disturb another git process."""
    (root / "app.py").touch()
    before = (root / ".git" / "index").stat()

    ensure_clean(root)

    assert (root / ".git" / "index").stat() == before


def test_no_repository_and_no_git_are_fine(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to mix up with, or nobody to ask."""
    (root / "app.py").write_text("edited")

    with pytest.raises(DirtyTreeError):
        ensure_clean(root)
    bare = tmp_path / "bare"
    bare.mkdir()
    ensure_clean(bare)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    ensure_clean(root)
    assert list_files(root) is None


def test_a_repository_that_git_cannot_read_is_not_called_clean(root: Path) -> None:
    """When git fails the user decides."""
    (root / ".git" / "index").write_bytes(b"broken")

    with pytest.raises(DirtyTreeError, match="git cannot say whether it is clean"):
        ensure_clean(root)
