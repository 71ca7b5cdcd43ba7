"""What ``flask run`` reads from ``.env`` and ``.flaskenv`` before it imports an application, and Uvicorn does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from flask2fastapi.project.dockerfile import installs_by_name, is_copied, is_dockerfile
from flask2fastapi.project.manifests import is_for_run_time, read_manifests
from flask2fastapi.project.tree import folders_above, join

if TYPE_CHECKING:
    from flask2fastapi.project.commands import StartCommand
    from flask2fastapi.project.tree import Tree
    from flask2fastapi.project.uvicorn_command import Group

_SETTING = re.compile(r"^[ \t]*(?:export[ \t]+)?(?P<key>[A-Za-z_]\w*)[ \t]*=[ \t]*(?P<value>[^\r\n#]*)", re.MULTILINE)
_ADDRESS = re.compile(r"\bFLASK_RUN_\w+")
_DEBUG = re.compile(
    r"\bFLASK_DEBUG\b[\"']?[ \t]*[=: \t][ \t]*[\"']?(1|true|yes|on|t|y)\b"
    r"|\bFLASK_ENV\b[\"']?[ \t]*[=: \t][ \t]*[\"']?development",
    re.IGNORECASE,
)
_FILES = (".env", ".flaskenv")
"""In the order in which Flask gives them precedence (flask.cli.load_dotenv)."""


@dataclass(frozen=True, slots=True)
class FlaskEnvironment:
    """What has to be said to Uvicorn: the file to read, and whether Flask's debug mode was on."""

    groups: tuple[Group, ...] = ()
    debug: bool = False


def flask_environment(tree: Tree, start: StartCommand) -> FlaskEnvironment | str:
    """The environment of a ``flask run``; text when Uvicorn cannot be given the same: the reason.

    Uvicorn wants a file that it is told of to be there, so only ``.flaskenv`` is handed over: ``.env`` is by custom not
    committed, and may be missing where the command runs.
    """
    own = tree.read(start.path)
    files = _files(tree, start, own.text if own else "")
    texts = [*files.values(), own.text if own else ""]
    if any(_ADDRESS.search(text) for text in texts):
        return "its address is set by FLASK_RUN_HOST or FLASK_RUN_PORT"
    needed = [name for name, text in files.items() if any(m["key"] != "FLASK_APP" for m in _SETTING.finditer(text))]
    if ".env" in needed:
        return "flask run reads .env by itself, uvicorn needs --env-file and the file"
    debug = any(_DEBUG.search(text) for text in texts)
    return FlaskEnvironment((("--env-file", ".flaskenv"),) if needed else (), debug)


def _files(tree: Tree, start: StartCommand, own: str) -> dict[str, str]:
    """The environment files that ``flask run`` finds where it runs; in an image, those that are copied into it."""
    if not _loads_dotenv(tree, start, own):
        return {}
    found = {name: source.text for name in _FILES if (source := tree.read(join(start.folder, name)))}
    if not is_dockerfile(start.path):
        return found
    ignored = tree.read(join(start.folder, ".dockerignore"))
    patterns = ignored.text.split() if ignored else []
    return {
        name: text
        for name, text in found.items()
        if is_copied(own, name) and not any(fnmatch(name, pattern.lstrip("/")) for pattern in patterns)
    }


def _loads_dotenv(tree: Tree, start: StartCommand, own: str) -> bool:
    """Whether python-dotenv is installed there: without it Flask reads none of these files, and Uvicorn cannot."""
    if is_dockerfile(start.path) and installs_by_name(own) and "python-dotenv" not in own:
        return False
    homes = {start.folder, *folders_above(start.folder)}
    return any(
        entry.name == "python-dotenv" and is_for_run_time(manifest, entry.section)
        for manifest in read_manifests(tree)
        if manifest.home in homes
        for entry in manifest.declared
    )
