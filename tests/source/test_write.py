"""Writing many files: all of them, or none and one clear line."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.errors import SourceError
from flask2fastapi.model.files import FileChange
from flask2fastapi.source import recover, write_all

if TYPE_CHECKING:
    from pathlib import Path


def snapshot(root: Path) -> dict[str, tuple[str, bytes | None]]:
    """Everything below ``root``: mode, and content or link target; folders too, so leftovers show."""
    found = {}
    for path in sorted(root.rglob("*")):
        mode = stat.filemode(path.lstat().st_mode)
        content = bytes(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else None
        found[path.relative_to(root).as_posix()] = (mode, content)
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "shop").mkdir(parents=True)
    (folder / "app.py").write_bytes(b"app = 1\r\n")
    (folder / "shop" / "views.py").write_bytes(b"views = 1\n")
    (folder / "shop" / "old.py").write_bytes(b"old = 1\n")
    return folder


CHANGES = (
    FileChange("app.py", b"app = 1\r\n", b"app = 2\r\n"),
    FileChange("shop/views.py", b"views = 1\n", b"views = 2\n"),
    FileChange("shop/old.py", b"old = 1\n", None),
    FileChange("shop/api/deep/new.py", None, b"new = 1\n"),
)


def test_all_changes_are_made_and_nothing_is_left_over(root: Path) -> None:
    """Files are rewritten, made in new folders and deleted; no temporary file and no journal stays."""
    (root / "app.py").chmod(0o755)

    write_all(root, CHANGES)

    contents = {path: content for path, (_, content) in snapshot(root).items() if content is not None}
    assert contents == {"app.py": b"app = 2\r\n", "shop/views.py": b"views = 2\n", "shop/api/deep/new.py": b"new = 1\n"}
    assert stat.S_IMODE((root / "app.py").stat().st_mode) == 0o755
    assert recover(root) is False


def test_changes_that_change_nothing_touch_nothing(root: Path) -> None:
    """Equal bytes are not written: the file keeps its time and its inode."""
    before = (root / "app.py").stat()

    write_all(root, [FileChange("app.py", b"app = 1\r\n", b"app = 1\r\n")])

    assert (root / "app.py").stat() == before


def test_a_single_file_is_written_beside_itself(root: Path) -> None:
    """With a file as PATH, paths are relative to its folder."""
    write_all(root / "app.py", [FileChange("app.py", b"app = 1\r\n", b"")])

    assert (root / "app.py").read_bytes() == b""


def test_a_link_is_written_through_and_stays_a_link(root: Path) -> None:
    """The file that the link leads to changes, the link does not."""
    (root / "link.py").symlink_to("shop/views.py")

    write_all(root, [FileChange("link.py", b"views = 1\n", b"views = 2\n")])

    assert str((root / "link.py").readlink()) == "shop/views.py"
    assert (root / "shop/views.py").read_bytes() == b"views = 2\n"


def test_deleting_a_link_leaves_what_it_leads_to(root: Path) -> None:
    """Only the name that the change gives goes away."""
    (root / "link.py").symlink_to("shop/views.py")

    write_all(root, [FileChange("link.py", b"views = 1\n", None)])

    assert not os.path.lexists(root / "link.py")
    assert (root / "shop/views.py").read_bytes() == b"views = 1\n"


def outside(root: Path) -> FileChange:
    (root.parent / "other.py").write_bytes(b"x")
    (root / "link.py").symlink_to("../other.py")
    return FileChange("link.py", b"x", b"y")


def linked_twice(root: Path) -> FileChange:
    (root / "link.py").symlink_to("app.py")
    return FileChange("link.py", b"app = 1\r\n", b"app = 3\r\n")


def edited(root: Path) -> FileChange:
    (root / "edit.py").write_bytes(b"edited")
    return FileChange("edit.py", b"read", b"written")


def appeared(root: Path) -> FileChange:
    (root / "new.py").write_bytes(b"user's")
    return FileChange("new.py", None, b"ours")


def gone(root: Path) -> FileChange:
    return FileChange("gone.py", b"read", b"written")


def protected_file(root: Path) -> FileChange:
    (root / "fixed.py").write_bytes(b"x")
    (root / "fixed.py").chmod(0o444)
    return FileChange("fixed.py", b"x", b"y")


def protected_folder(root: Path) -> FileChange:
    (root / "fixed").mkdir()
    (root / "fixed").chmod(0o555)
    return FileChange("fixed/deep/new.py", None, b"y")


def file_as_folder(root: Path) -> FileChange:
    return FileChange("app.py/new.py", None, b"y")


def dangling(root: Path) -> FileChange:
    (root / "link.py").symlink_to("nowhere.py")
    return FileChange("link.py", None, b"y")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (outside, "link.py: lies outside"),
        (linked_twice, "link.py: would be written twice"),
        (edited, "edit.py: is no longer as it was read"),
        (appeared, "new.py: appeared after the run began"),
        (gone, "gone.py: was deleted after it was read"),
        (protected_file, "fixed.py: is write-protected"),
        (protected_folder, "is write-protected"),
        (file_as_folder, "app.py/new.py: "),
        (dangling, "link.py: is a link to nothing"),
        (lambda root: FileChange("../up.py", None, b"y"), "../up.py: lies outside"),
        (lambda root: FileChange("/up.py", None, b"y"), "/up.py: lies outside"),
        (lambda root: FileChange("shop", None, b"y"), "shop: "),
    ],
)
def test_what_cannot_be_written_is_found_before_anything_is(root: Path, make, message: str) -> None:
    """One line says which file and why; the files before it in the list are untouched."""
    impossible = make(root)
    before = snapshot(root)

    with pytest.raises(SourceError) as caught:
        write_all(root, [*CHANGES, impossible])

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert snapshot(root) == before


def test_a_second_run_at_the_same_time_is_refused(root: Path) -> None:
    """While another process holds the journal, neither writing nor undoing starts."""
    program = (
        "import sys, pathlib; from flask2fastapi.source.journal import Journal\n"
        "journal = Journal.begin(pathlib.Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        for attempt in (lambda: write_all(root, CHANGES), lambda: recover(root)):
            with pytest.raises(SourceError, match="another run is writing"):
                attempt()
        other.kill()

    assert recover(root) is False
    write_all(root, CHANGES)
