"""What git says about a folder. Without git, or outside a repository, there is nothing to say and nothing fails."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from flask2fastapi.errors import DirtyTreeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SET_BY_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
"""A git hook's environment names its own repository, relative to a folder that need not be ours."""
_NAMED = 5


def list_files(root: Path) -> list[str] | None:
    """The files that git tracks or would add below ``root``, also those of submodules and nested repositories.

    Paths are relative with forward slashes. None when git has no say: no git, no work tree, or one that ignores
    ``root``. Files that are tracked but gone from the disk are in the list.
    """
    inside = _git(root, "rev-parse", "--is-inside-work-tree")
    if inside is None or inside.returncode or inside.stdout.strip() != b"true":
        return None
    ignored = _git(root, "check-ignore", "--quiet", ".")
    if ignored is None or ignored.returncode == 0:
        return None
    return sorted(set(_list(root)))


def ensure_clean(root: Path) -> None:
    """Raise DirtyTreeError when the work tree has changes at or below ``root``, new files among them.

    What git ignores does not count. Without git or outside a repository there is nothing to mix up.
    """
    folder, target = (root, ".") if root.is_dir() else (root.parent, root.name)
    status = _git(folder, "status", "--porcelain", "-z", "--untracked-files=all", "--", f":(literal){target}")
    if status is None or b"not a git repository" in status.stderr:
        return
    if status.returncode:
        reason = os.fsdecode(status.stderr).strip().partition("\n")[0] or f"exit code {status.returncode}"
        raise DirtyTreeError(f"{root}: git cannot say whether it is clean ({reason}); see to it, or use --allow-dirty")
    changed = list(_changed(status.stdout))
    if changed:
        names = ", ".join(changed[:_NAMED])
        more = f" and {len(changed) - _NAMED} more" if len(changed) > _NAMED else ""
        raise DirtyTreeError(f"{root}: uncommitted changes in {names}{more}; commit them first, or use --allow-dirty")


def _changed(status: bytes) -> Iterator[str]:
    """The paths of ``git status --porcelain -z``; a renamed file is followed by a field with its earlier name."""
    fields = iter(status.split(b"\0"))
    for field in fields:
        if field:
            yield os.fsdecode(field[3:])
            if b"R" in field[:2] or b"C" in field[:2]:
                next(fields, None)


def _list(folder: Path) -> Iterator[str]:
    found = _git(folder, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    for name in found.stdout.split(b"\0") if found and not found.returncode else ():
        path = os.fsdecode(name).rstrip("/")
        if not path:
            continue
        nested = folder / path
        if nested.is_dir() and not nested.is_symlink():
            if _is_repository(nested):
                yield from (f"{path}/{below}" for below in _list(nested))
        else:
            yield path


def _is_repository(folder: Path) -> bool:
    """Whether this is a submodule or clone; a linked work tree is the same project once more."""
    mark = folder / ".git"
    try:
        return mark.is_dir() or "/worktrees/" not in mark.read_text("utf-8", "replace").replace("\\", "/")
    except OSError:
        return False


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    """Run git in ``folder``; None when it is not installed or cannot start there."""
    environment = {name: value for name, value in os.environ.items() if name not in _SET_BY_HOOKS}
    # messages in English, and no refreshed index: looking must not write
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        return subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, check=False)
    except OSError:
        return None
