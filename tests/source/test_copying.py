"""The copy that ``--output`` works on."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from flask2fastapi.errors import SourceError
from flask2fastapi.source import copy_tree


def make(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)
    return root


def names(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir() or path.is_symlink()}


def test_everything_comes_along_but_history_environments_and_caches(tmp_path: Path) -> None:
    """Ignored files such as ``.env`` are copied: the application may need them to start."""
    kept = {"app.py", ".env", ".github/ci.yml", "instance/app.db", "env/settings.py", "node_modules/x/x.js"}
    root = make(tmp_path / "root", *kept, ".git/HEAD", "v/pyvenv.cfg", "v/x.py", "a/__pycache__/b.pyc", ".tox/x")
    (root / "app.py").chmod(0o755)
    (root / "empty").mkdir()

    copy_tree(root, tmp_path / "new" / "copy")

    copy = tmp_path / "new" / "copy"
    assert names(copy) == kept
    assert (copy / "empty").is_dir()
    assert stat.S_IMODE((copy / "app.py").stat().st_mode) == 0o755
    assert (copy / "app.py").read_text() == "app.py"


def test_links_stay_links_and_do_not_lead_back(tmp_path: Path) -> None:
    """A link that names a place in the project absolutely leads to the copy; others stay as they are."""
    root = make(tmp_path / "root", "app.py", "pkg/a.py")
    links = {"relative": "pkg", "loop": ".", "pkg/absolute.py": str(root / "app.py"), "out": "/etc", "nowhere": "x"}
    for link, target in links.items():
        (root / link).symlink_to(target)

    copy_tree(root, tmp_path / "copy")

    found = {link: str((tmp_path / "copy" / link).readlink()) for link in links}
    assert found == {**links, "pkg/absolute.py": "../app.py"}


def test_sockets_and_pipes_stay_behind(tmp_path: Path) -> None:
    """They belong to a running process; copying a pipe would wait for ever."""
    root = make(tmp_path / "root", "app.py")
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.open(root, os.O_RDONLY)
        server.bind(f"/proc/self/fd/{here}/s" if Path("/proc/self/fd").is_dir() else str(root / "s"))
        os.close(here)

        copy_tree(root, tmp_path / "copy")

    assert names(tmp_path / "copy") == {"app.py"}


def test_a_single_file_is_copied_into_the_folder(tmp_path: Path) -> None:
    """PATH may be a file."""
    make(tmp_path, "app.py", "other.py")

    copy_tree(tmp_path / "app.py", tmp_path / "copy")

    assert names(tmp_path / "copy") == {"app.py"}


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    """``mkdir`` before the run is no mistake."""
    root = make(tmp_path / "root", "app.py")
    (tmp_path / "copy").mkdir()

    copy_tree(root, tmp_path / "copy")

    assert names(tmp_path / "copy") == {"app.py"}


@pytest.mark.parametrize(
    ("destination", "message"),
    [
        ("full", "is not an empty folder"),
        ("file", "is not an empty folder"),
        ("root", "is not an empty folder"),
        ("root/new", "lies inside"),
        (".", "is not an empty folder"),
    ],
)
def test_a_destination_in_use_is_refused(tmp_path: Path, destination: str, message: str) -> None:
    """Nothing is overwritten, and a copy inside the project would be taken for source."""
    root = make(tmp_path / "root", "app.py")
    make(tmp_path, "full/x", "file")
    before = names(tmp_path)

    with pytest.raises(SourceError, match=message):
        copy_tree(root, tmp_path / destination)

    assert names(tmp_path) == before


def test_inside_the_project_it_must_be_excluded(tmp_path: Path) -> None:
    """An excluded folder may hold the copy, which then does not hold itself."""
    root = make(tmp_path / "root", "app.py")

    copy_tree(root, root / "out" / "copy", exclude=["out"])

    assert names(root / "out" / "copy") == {"app.py"}


def test_a_missing_project_is_refused(tmp_path: Path) -> None:
    """And no empty folder is made."""
    with pytest.raises(SourceError, match="no such file"):
        copy_tree(tmp_path / "missing", tmp_path / "copy")

    assert not (tmp_path / "copy").exists()


def test_a_failing_copy_leaves_nothing(tmp_path: Path) -> None:
    """A destination below a file cannot be made: one line."""
    root = make(tmp_path / "root", "app.py")
    make(tmp_path, "file")

    with pytest.raises(SourceError, match="cannot be copied"):
        copy_tree(root, tmp_path / "file" / "copy")
