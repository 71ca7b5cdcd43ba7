"""The demo's application: where it lies, what it needs, and two copies of it that start from the same database."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from flask2fastapi.config import Config
from flask2fastapi.errors import SourceError, TargetError
from flask2fastapi.migrate import plan_run, read_project
from flask2fastapi.registry import load_codemods
from flask2fastapi.source import copy_tree, write_all

if TYPE_CHECKING:
    from flask2fastapi.migrate import Run

FLASK_SPEC = "shelf:create_app"
_INIT = ("-m", "flask", "--app", "shelf", "init-db")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the demo works."""

    flask: Path
    """The application as it was."""
    fastapi: Path
    """The migrated copy."""


def check_packages() -> None:
    """Raise TargetError, with the command that helps, unless this interpreter has what the ``demo`` extra names."""
    needs = [Requirement(text) for text in metadata.requires("flask2fastapi") or ()]
    wanted = [need for need in needs if need.marker is not None and need.marker.evaluate({"extra": "demo"})]
    missing = [need for need in wanted if not _is_met(need)]
    if missing:
        names = " ".join(f'"{need.name}{need.specifier}"' for need in missing)
        lacking = ", ".join(need.name for need in missing)
        raise TargetError(f"the demo lacks {lacking}: run {sys.executable} -m pip install {names}")


def _is_met(need: Requirement) -> bool:
    if need.marker is not None and not need.marker.evaluate({"extra": "demo"}):
        return True
    try:
        return need.specifier.contains(metadata.version(need.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False


def make_folders(place: Path | None) -> Folders:
    """Copy the application twice below ``place`` (missing or empty; None for a new temporary folder), database and all.

    Raises SourceError when ``place`` is in use, TargetError when the database cannot be made.
    """
    if place is None:
        place = Path(tempfile.mkdtemp(prefix="flask2fastapi-demo-"))
    elif place.is_file() or (place.is_dir() and any(place.iterdir())):
        raise SourceError(f"{place}: holds something already; name a new folder with --keep")
    folders = Folders(place.resolve() / "flask", place.resolve() / "fastapi")
    copy_tree(_bundled(), folders.flask)
    done = subprocess.run(
        [sys.executable, *_INIT],
        cwd=folders.flask,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = [line for line in done.stderr.splitlines() if line.strip()]
        raise TargetError(f"{folders.flask}: the database was not made: {words[-1] if words else done.returncode}")
    copy_tree(folders.flask, folders.fastapi)
    return folders


def migrate(folder: Path) -> Run:
    """Migrate a copy in place, as ``flask2fastapi migrate`` does."""
    codemods = load_codemods(())
    project = read_project(folder, Config(), [claim for codemod in codemods for claim in codemod.claims])
    run = plan_run(project, codemods)
    write_all(folder, run.changes)
    return run


def _bundled() -> Path:
    """The application as the wheel carries it, or that of a checkout."""
    place = Path("fixtures") / "projects" / "demo" / "flask"
    packaged = Path(str(resources.files("flask2fastapi"))) / place
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / place
