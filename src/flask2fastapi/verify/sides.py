"""Two folders to run: the repository as it was, and a copy of it as it is now."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from flask2fastapi.errors import SourceError, TargetError
from flask2fastapi.source import copy_tree, folder_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TARGET = "flask2fastapi_verify_target"
"""Module that is written into the copy of the migrated side, to build its application as the Flask side's is built."""
_TARGET_TEXT = '''\
"""Puts the front on the Flask application that the verification was told of."""

from importlib import import_module

# the application before its front, as in the entry: a package that imports in circles bears only its own order
made = import_module({module!r}).{expression}
flask_app = made if hasattr(made, "url_map") else made()
app = import_module({front!r}).front(flask_app)
'''


def before_folder(root: Path, before: str | None, target: Path) -> Path:
    """Make the Flask side at ``target``, and give the folder in it that stands for ``root``.

    A copy of ``before`` when that is a folder, else that revision (HEAD by default). Raises SourceError when there is
    no such revision, or no repository to take one from.
    """
    if before is not None and Path(before).is_dir():
        copy_tree(Path(before), target)
        return target
    top = _git(root, "rev-parse", "--show-toplevel")
    if top is None:
        raise SourceError(f"{root} is in no git repository: name the folder of the Flask application with --before")
    inside = root.resolve().relative_to(Path(top.decode().strip()).resolve())
    revision = before or "HEAD"
    archive = _git(Path(top.decode().strip()), "archive", revision)
    if archive is None:
        raise SourceError(f"--before {revision}: neither a folder nor a revision that git knows")
    target.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(target, filter="data")
    return target / inside


def fill(command: str, folders: Sequence[Path], inside: str, python: Path, environment: Mapping[str, str]) -> None:
    """Run the seed command on the first side and give what it wrote to the others, so that all start from the same.

    ``inside`` is the folder below each side in which applications run. Raises TargetError when the command fails.
    """
    first, *others = folders
    earlier = _stamps(first)
    path = os.pathsep.join([str(python.parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=first / inside,
        env={**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit status {done.returncode}").splitlines()[-1]
        raise TargetError(f"the seed command failed: {said}")
    for name, stamp in _stamps(first).items():
        if earlier.get(name) != stamp:
            for other in others:
                (other / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(first / name, other / name)


def _stamps(folder: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            state = path.stat()
            found[path.relative_to(folder).as_posix()] = (state.st_mtime_ns, state.st_size)
    return found


def after_folder(root: Path, scratch: Path) -> Path:
    """A copy of the migrated side: what cases write never touches the user's own files."""
    target = scratch / "after"
    copy_tree(folder_of(root), target)
    return target


def write_target(folder: Path, front_module: str, module: str, expression: str) -> str:
    """Write the module that builds the migrated application; gives its ASGI target."""
    text = _TARGET_TEXT.format(front=front_module, module=module, expression=expression)
    (folder / f"{TARGET}.py").write_text(text, encoding="utf-8")
    return f"{TARGET}:app"


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git prints, None when it cannot."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
