"""What tests with the package index share: one cache folder, one way to say that the index cannot be reached."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache"
UNREACHABLE = re.compile(
    r"NewConnectionError|ConnectTimeoutError|NameResolutionError|Failed to establish a new connection|"
    r"Temporary failure in name resolution|ProxyError|Network is unreachable"
)
Run = Callable[..., str]


@pytest.fixture(scope="session")
def online() -> Run:
    """Runs a command that needs the package index and gives its output.

    The test is skipped, with pip's own words, when the index cannot be reached; every other failure is one.
    """

    def run(*command: str | Path, cwd: Path | None = None) -> str:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
            env=plain_environment(),
        )
        if done.returncode:
            output = done.stdout + done.stderr
            if reason := UNREACHABLE.search(output):
                pytest.skip(f"the package index cannot be reached ({reason[0]})")
            pytest.fail(f"{' '.join(map(str, command))} failed:\n{output[-3000:]}")
        return done.stdout

    return run


@pytest.fixture(scope="session")
def new_environment(online: Run) -> Callable[..., Path]:
    """Makes a virtual environment with packages in it, and gives its interpreter; pip stays outside."""

    def make(folder: Path, *packages: str | Path) -> Path:
        online(sys.executable, "-m", "venv", "--without-pip", "--clear", folder)
        python = folder / "bin" / "python"
        online(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", *packages)
        return python

    return make


def plain_environment() -> dict[str, str]:
    """Our environment without what pytest put there for itself: it would reach the tests of the target."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "PYTHONPATH"))}
