"""The wheel that is built from the source distribution works in an environment that has nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(online: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as a release is: the source distribution first, the wheel from that."""
    folder = tmp_path_factory.mktemp("dist")
    online(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    assert len(list(folder.glob("*.tar.gz"))) == 1
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_both_packages_and_what_they_show(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {"flask2fastapi/py.typed", "flask2fastapi_codemods/py.typed"} <= set(names)
    assert "flask2fastapi/fixtures/projects/demo/flask/shelf/templates/site/index.html" in names
    assert any(name.startswith("flask2fastapi/fixtures/codemods/") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.startswith(("tests/", "src/"))]


def test_the_demo_runs_from_the_wheel(wheel: Path, new_environment: Callable[..., Path], tmp_path: Path) -> None:
    """In a fresh environment the first try names what is missing; with the extra, every answer is equal."""
    python = new_environment(tmp_path / "venv", wheel)
    tool = python.with_name("flask2fastapi")
    bare = subprocess.run([tool, "demo"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert bare.returncode == 2
    assert bare.stderr.startswith("flask2fastapi: the demo lacks a2wsgi, fastapi, flask, marshmallow, uvicorn: run ")
    assert len(bare.stderr.splitlines()) == 1

    command = [sys.executable, "-m", "pip", "--python", python, *bare.stderr.rpartition(" -m pip ")[2].split()]
    command = [str(part).strip('"') for part in command]
    subprocess.run(command, check=True, capture_output=True)
    done = subprocess.run([tool, "demo", "--keep", "result"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "answers are equal" in done.stdout
    assert (tmp_path / "result" / "fastapi" / "asgi.py").is_file()
