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
