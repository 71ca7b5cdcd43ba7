"""Two folders to run: the repository as it was, and a copy of it as it is now."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from flask2fastapi.errors import SourceError
from flask2fastapi.source import copy_tree, folder_of

TARGET = "flask2fastapi_verify_target"
"""Module that is written into the copy of the migrated side, to build its application as the Flask side's is built."""
_TARGET_TEXT = '''\
"""Puts the front on the Flask application that the verification was told of."""

from importlib import import_module

from {front} import front

made = import_module({module!r}).{expression}
flask_app = made if hasattr(made, "url_map") else made()
app = front(flask_app)
'''


def before_folder(root: Path, before: str | None, scratch: Path) -> Path:
    """The folder of the Flask side: a copy of ``before`` when that is a folder, else that revision (HEAD by default).

    Raises SourceError when there is no such revision, or no repository to take one from.
    """
    target = scratch / "before"
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
