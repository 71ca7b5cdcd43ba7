"""The fixture projects are honest: each passes its own suite on Flask."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"


@pytest.mark.parametrize("name", sorted(path.name for path in PROJECTS.iterdir()))
def test_a_project_passes_its_own_suite(name: str, tmp_path: Path) -> None:
    """A copy of the project, run as its owner would run it, has no failing test."""
    copy = shutil.copytree(PROJECTS / name / "flask", tmp_path / name)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-2000:]


def test_books_leaves_flask_and_passes_its_suite_unchanged(tmp_path: Path) -> None:
    """The run writes what stands beside the project, and the old tests pass against it, every request native."""
    copy = shutil.copytree(PROJECTS / "books" / "flask", tmp_path / "books")
    tool = [sys.executable, "-m", "flask2fastapi"]

    migrated = subprocess.run([*tool, "migrate", "."], cwd=copy, capture_output=True, text=True, check=False)
    suite = subprocess.run(
        [*tool, "suite", ".", "--", "-q", "-p", "no:cacheprovider"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )

    assert migrated.returncode == 0, migrated.stderr
    expected = PROJECTS / "books" / "fastapi"
    written = sorted(path.relative_to(expected) for path in expected.rglob("*") if path.is_file())
    assert [str(path) for path in written if (copy / path).read_bytes() != (expected / path).read_bytes()] == []
    assert suite.returncode == 0, suite.stdout + suite.stderr
    assert "21 native, 0 mounted" in suite.stderr
