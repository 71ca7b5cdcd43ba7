"""Patches that git itself takes, whatever the files are called and made of."""

from __future__ import annotations

import os
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.diff import changed_ranges, unified_diff
from flask2fastapi.model.files import FileChange

if TYPE_CHECKING:
    from pathlib import Path

LONG = b"".join(b"line %d\n" % number for number in range(60))
CHANGES = {
    "a change": FileChange("a.py", b"a\nb\nc\n", b"a\nB\nc\n"),
    "two hunks": FileChange("a.py", LONG, LONG.replace(b"line 5\n", b"").replace(b"line 50\n", b"x\ny\n")),
    "hunks that meet": FileChange("a.py", LONG, LONG.replace(b"line 5\n", b"x\n").replace(b"line 12\n", b"y\n")),
    "hunks that hardly meet": FileChange("a.py", LONG, LONG.replace(b"line 5\n", b"x\n").replace(b"line 13\n", b"")),
    "the first line": FileChange("a.py", LONG, b"new\n" + LONG),
    "the last line": FileChange("a.py", LONG, LONG + b"new\n"),
    "everything": FileChange("a.py", b"a\n", b"b\nc\n"),
    "a new file": FileChange("new/deep/b.py", None, b"x = 1\n"),
    "a new file without newline": FileChange("b.py", None, b"x = 1"),
    "a new empty file": FileChange("b.py", None, b""),
    "a deleted file": FileChange("a.py", b"x = 1\ny\n", None),
    "a deleted empty file": FileChange("a.py", b"", None),
    "an emptied file": FileChange("a.py", b"x = 1\n", b""),
    "a filled file": FileChange("a.py", b"", b"x = 1\n"),
    "no newline before": FileChange("a.py", b"a\nb", b"a\nb\n"),
    "no newline after": FileChange("a.py", b"a\nb\n", b"a\nb"),
    "no newline in both": FileChange("a.py", b"a\nb", b"a\nc"),
    "no newline, changed above": FileChange("a.py", b"a\nb\nc", b"x\nb\nc"),
    "windows newlines": FileChange("a.py", b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n"),
    "newlines change": FileChange("a.py", b"a\r\nb\r\n", b"a\nb\n"),
    "carriage returns": FileChange("a.py", b"a\rb\rc\n", b"a\rB\rc\n"),
    "form feed": FileChange("a.py", b"a\n\x0c\nb\n", b"a\n\x0c\nc\n"),
    "latin-1": FileChange("a.py", b"# \xe9\nx\n", b"# \xe8\nx\n"),
    "a path with a space": FileChange("my app/a b.py", b"a\n", b"b\n"),
    "a new path with a space": FileChange("my app/a b.py", None, b"b\n"),
    "a path with quotes": FileChange('a"b\\c.py', b"a\n", b"b\n"),
    "a path with quotes and a space": FileChange('a "b.py', b"a\n", b"b\n"),
    "a path that is not ASCII": FileChange("naïve/ü.py", b"a\n", b"b\n"),
    "a path with a tab": FileChange("a\tb.py", b"a\n", b"b\n"),
    "a line like a header": FileChange("a.py", b"-- a\nx\n", b"++ b\nx\n"),
}


def git(folder: Path, *command: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return subprocess.run(["git", *command], cwd=folder, input=data, capture_output=True, check=False, env=environment)


def write(folder: Path, change: FileChange) -> None:
    if change.before is not None:
        (folder / change.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / change.path).write_bytes(change.before)


def assert_applies(folder: Path, *changes: FileChange, modes: dict[str, int] | None = None) -> None:
    git(folder, "init", "-q")
    patch = unified_diff(changes, modes)
    checked = git(folder, "apply", "--check", "-", data=patch)
    assert (checked.returncode, checked.stderr) == (0, b""), patch.decode(errors="replace")
    assert git(folder, "apply", "--whitespace=nowarn", "-", data=patch).returncode == 0
    for change in changes:
        path = folder / change.path
        assert (path.read_bytes() if path.exists() else None) == change.after


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_git_applies_a_patch_to_exactly_what_it_describes(tmp_path: Path, change: FileChange) -> None:
    write(tmp_path, change)

    assert_applies(tmp_path, change)


def test_one_patch_holds_many_files_in_the_order_of_their_paths(tmp_path: Path) -> None:
    changes = [
        FileChange("z.py", b"a\n", b"b\n"),
        FileChange("same.py", b"a\n", b"a\n"),
        FileChange("a.py", None, b"new\n"),
        FileChange("m.py", b"gone\n", None),
    ]
    for change in changes:
        write(tmp_path, change)

    assert_applies(tmp_path, *changes)
    heads = [line for line in unified_diff(changes).splitlines() if line.startswith(b"diff")]
    assert heads == [b"diff --git a/%b b/%b" % (name, name) for name in (b"a.py", b"m.py", b"z.py")]


def test_file_modes_are_kept(tmp_path: Path) -> None:
    old = FileChange("old", b"#!/bin/sh\n", None)
    write(tmp_path, old)
    (tmp_path / "old").chmod(0o755)

    assert_applies(tmp_path, old, FileChange("run", None, b"#!/bin/sh\n"), modes={"run": 0o100755, "old": 0o100755})
    assert (tmp_path / "run").stat().st_mode & stat.S_IXUSR


def test_nothing_changed_is_nothing() -> None:
    assert unified_diff([FileChange("a.py", b"a\n", b"a\n")]) == b""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (b"a\nb\n", b"a\nb\n", ()),
        (b"a\nb\n", b"a\nx\nb\n", ((2, 2),)),
        (b"a\nb\nc\n", b"a\nc\n", ()),
        (b"a\nb\nc\nd\n", b"x\nb\nc\ny\nz\n", ((1, 1), (4, 5))),
        (b"", b"a\nb", ((1, 2),)),
        (b"a", b"a\n", ((1, 1),)),
        (b"a\na\n", b"a\na\na\n", ((3, 3),)),
    ],
)
def test_changed_ranges_are_lines_of_the_new_text(
    before: bytes, after: bytes, expected: tuple[tuple[int, int], ...]
) -> None:
    assert changed_ranges(before, after) == expected
