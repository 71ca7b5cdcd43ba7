"""Which files a run looks at, with git, without it, and where git has no say."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from flask2fastapi.errors import SourceError
from flask2fastapi.source import discover

IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, check=True, capture_output=True)


def make(root: Path, *paths: str, content: str = "") -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    return root


def repository(root: Path, *paths: str) -> Path:
    make(root, *paths)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "start")
    return root


JUNK = (
    "node_modules/x/build.py", "lib/site-packages/x.py", "__pycache__/x.py", ".tox/x.py", ".hidden.py",
    "x.egg-info/a.py",
    "any-name/pyvenv.cfg", "any-name/lib/x.py", "conda/conda-meta/history", "conda/x.py", "build/lib/app.py",
    "legacy-env/bin/activate", "legacy-env/bin/python", "legacy-env/lib/x.py",
)  # fmt: skip
KEPT = ("app.py", "build/__init__.py", "env/settings.py", "shop/venv.py", "tests/test_app.py", "venv/notes.py")


@pytest.mark.parametrize("with_git", [False, True])
def test_source_is_found_and_what_others_made_is_not(tmp_path: Path, with_git: bool) -> None:
    """Folders are told by what is in them: `env` may be a package, a virtual environment may have any name."""
    make(tmp_path, *JUNK, *KEPT, "README.md", "script")
    (tmp_path / "build" / "__init__.py").rename(tmp_path / "kept.py")
    if with_git:
        git(tmp_path, "init", "-q")
        git(tmp_path, "add", "-A", "-f")

    assert discover(tmp_path) == ("app.py", "env/settings.py", "kept.py", *KEPT[3:])


def test_a_package_called_build_is_kept(tmp_path: Path) -> None:
    """Only setuptools' own build folder is passed over."""
    make(tmp_path, "build/__init__.py", "build/lib/x.py", "sub/build/steps.py")

    assert discover(tmp_path) == ("build/__init__.py", "build/lib/x.py", "sub/build/steps.py")


def test_git_decides_in_its_work_tree(tmp_path: Path) -> None:
    """Tracked and new files are found; ignored ones and those that are gone from the disk are not."""
    root = repository(tmp_path, "app.py", "gone.py", "sub/b.py")
    make(root, "new.py", "ignored/x.py")
    (root / ".gitignore").write_text("ignored/\n")
    (root / "gone.py").unlink()

    assert discover(root) == ("app.py", "new.py", "sub/b.py")
    assert discover(root / "sub") == ("b.py",)


def test_a_folder_that_its_parent_repository_ignores_is_walked(tmp_path: Path) -> None:
    """A copy below an ignored folder is a project of its own."""
    root = repository(tmp_path, "app.py")
    (root / ".gitignore").write_text("copies/\n")
    make(root, "copies/one/app.py", "copies/one/deep/x.py")

    assert discover(root / "copies" / "one") == ("app.py", "deep/x.py")


def test_a_folder_that_ignores_its_own_content_is_walked(tmp_path: Path) -> None:
    """``.gitignore`` with ``*`` in PATH itself, as temporary folders have it, must not look like an empty project."""
    root = repository(tmp_path, "app.py")
    make(root, "output/app.py")
    (root / "output" / ".gitignore").write_text("*\n")

    assert discover(root / "output") == ("app.py",)


def test_submodules_and_nested_clones_are_read_and_linked_work_trees_are_not(tmp_path: Path) -> None:
    """A submodule is part of the program; a second work tree is the same project once more."""
    library = repository(make(tmp_path / "library"), "lib.py")
    root = repository(make(tmp_path / "root"), "app.py")
    git(root, "submodule", "add", "-q", str(library), "vendored")
    git(root, "commit", "-q", "-m", "submodule")
    git(root, "clone", "-q", str(library), "nested")
    git(root, "worktree", "add", "-q", "second")

    assert discover(root) == ("app.py", "nested/lib.py", "vendored/lib.py")


def test_the_environment_of_a_git_hook_does_not_mislead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """git sets GIT_DIR and GIT_INDEX_FILE for its hooks; the project may be another one."""
    other = repository(make(tmp_path / "other"), "wrong.py")
    root = repository(make(tmp_path / "root"), "app.py")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))

    assert discover(root) == ("app.py",)


def test_without_git_the_disk_is_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing fails where git is not installed."""
    root = repository(tmp_path, "app.py")
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))

    assert discover(root) == ("app.py",)


@pytest.mark.parametrize("with_git", [False, True])
def test_links_do_not_loop_and_code_is_found_once(tmp_path: Path, with_git: bool) -> None:
    """A link to a listed file is the same code; a link to a file from elsewhere is the only name that it has here."""
    root = make(tmp_path / "root", "app.py", "pkg/a.py")
    make(tmp_path, "elsewhere.py")
    for link, target in {"pkg/loop": "..", "self": "self", "same.py": "app.py", "far.py": "../elsewhere.py"}.items():
        (root / link).symlink_to(target)
    (root / "dangling.py").symlink_to("nowhere.py")
    if with_git:
        git(root, "init", "-q")
        git(root, "add", "-A")

    assert discover(root) == ("app.py", "far.py", "pkg/a.py")


def test_a_single_file_is_itself(tmp_path: Path) -> None:
    """PATH may be a file, of whatever name."""
    make(tmp_path, "app.py", "run")

    assert (discover(tmp_path / "app.py"), discover(tmp_path / "run")) == (("app.py",), ("run",))


def test_no_such_path_is_one_clear_line(tmp_path: Path) -> None:
    """A typing mistake is not an empty project."""
    with pytest.raises(SourceError, match="no such file or folder"):
        discover(tmp_path / "shp")


def test_names_of_all_kinds_come_through(tmp_path: Path) -> None:
    """Spaces, quotes, newlines and other alphabets: git's quoting does not show."""
    names = ("a b.py", 'q"uote.py', "new\nline.py", "größe.py", "*.py", "数.py")
    root = repository(tmp_path, *names)

    assert discover(root) == tuple(sorted(names))


def test_a_folder_that_cannot_be_read_is_passed_over() -> None:
    """A database's data folder, owned by another user, does not stop a run, whoever starts it."""
    program = (
        "import os, pathlib, sys, subprocess; from flask2fastapi.source import discover\n"
        "os.geteuid() or os.setuid(65534); print(discover(pathlib.Path(sys.argv[1])))"
    )
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        root = make(Path(name), "app.py", "data/x.py", "build/lib/x.py")
        root.chmod(0o755)
        for folder in ("data", "build"):
            (root / folder).chmod(0o000)

        done = subprocess.run([sys.executable, "-c", program, name], capture_output=True, text=True, check=False)
        for folder in ("data", "build"):
            (root / folder).chmod(0o755)

    assert (done.stdout, done.stderr) == ("('app.py',)\n", "")


def test_excluded_paths_are_left_out(tmp_path: Path) -> None:
    """``exclude`` takes patterns as ``.gitignore`` does."""
    make(tmp_path, "app.py", "legacy/a.py", "shop/legacy/b.py", "shop/views.py")

    assert discover(tmp_path, ["legacy"]) == ("app.py", "shop/views.py")
    assert discover(tmp_path, ["/legacy", "shop/v*.py"]) == ("app.py", "shop/legacy/b.py")
