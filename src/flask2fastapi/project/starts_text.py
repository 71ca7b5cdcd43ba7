"""Start commands in Procfiles, Dockerfiles, scripts, makefiles, units, and settings of process managers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask2fastapi.project.commands import Server, StartCommand, Style
from flask2fastapi.project.piece import Piece
from flask2fastapi.project.tree import line_at, parent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask2fastapi.project.tree import Text

_PROCESS = re.compile(r"^(?P<name>[A-Za-z0-9_-]+)(?P<colon>:?)[ \t]+(?P<command>[^\r\n]+)", re.MULTILINE)
_INSTRUCTION = re.compile(
    r"^[ \t]*(?P<name>CMD|ENTRYPOINT)[ \t]+(?P<command>(?:\\\r?\n|[^\r\n])+)", re.IGNORECASE | re.MULTILINE
)
_DOCKER_SETTING = re.compile(
    r"^[ \t]*ENV[ \t](?:[^\n]*?[ \t])?FLASK_APP[= \t][ \t]*[\"']?(?P<value>[^\s\"']+)", re.IGNORECASE | re.MULTILINE
)
_SETTING = re.compile(
    r"^[ \t]*(?:export[ \t]+)?FLASK_APP[ \t]*=[ \t]*(?P<value>\"[^\"\n]+\"|'[^'\n]+'|[^\s\"'#]+)", re.M
)
_RECIPE = re.compile(r"^\t[@+-]*(?P<command>(?:\\\r?\n|[^\r\n])+)", re.MULTILINE)
_UNIT = re.compile(r"^ExecStart[ \t]*=[ \t]*[-@:+!]*(?P<command>(?:\\\r?\n|[^\r\n])+)", re.MULTILINE)
_PROGRAM = re.compile(r"^command[ \t]*=[ \t]*(?P<command>[^\r\n;]+)", re.MULTILINE)
_UWSGI = re.compile(
    r"^[ \t]*(?P<key>module|wsgi|wsgi-file|callable|mount)[ \t]*=[ \t]*(?P<value>[^\s;#]+)", re.MULTILINE
)
_SCRIPTS = re.compile(r"(\.(sh|bash)|(^|/)(start|run|serve|boot|entrypoint|docker-entrypoint))$")


def text_starts(source: Text) -> Iterator[StartCommand]:
    """The starts that a file of one of these kinds holds; none for any other file."""
    finder = _finder(source)
    if finder is not None:
        yield from finder(source)


def _finder(source: Text) -> Callable[[Text], Iterator[StartCommand]] | None:
    name = source.path.rpartition("/")[2]
    if name.startswith("Procfile"):
        return _procfile
    if name.startswith("Dockerfile") or name.endswith((".Dockerfile", ".dockerfile")) or name == "Containerfile":
        return _dockerfile
    if name in {".flaskenv", ".env"}:
        return _environment
    if name.lower() in {"makefile", "gnumakefile"} or name.endswith(".mk"):
        return _makefile
    if name.endswith(".service"):
        return _unit
    if name.endswith((".ini", ".conf")):
        return _uwsgi if "[uwsgi]" in source.text else _supervisor
    return _script if _SCRIPTS.search(source.path) else None


def _procfile(source: Text) -> Iterator[StartCommand]:
    for match in _PROCESS.finditer(source.text):
        piece = Piece(source, match.start("command"), match.end("command"), parent(source.path), 90)
        for start in piece.starts():
            # without its colon Heroku does not see the line, though it still tells what its owner means
            yield start if match["colon"] else _setting(source, match.start(), start.server, start.target, 50)


def _dockerfile(source: Text) -> Iterator[StartCommand]:
    folder = parent(source.path)
    for match in _INSTRUCTION.finditer(source.text):
        style = Style.JSON if match["command"].startswith("[") else Style.SHELL
        yield from Piece(source, match.start("command"), match.end("command"), folder, 75, style).starts()
    for match in _DOCKER_SETTING.finditer(source.text):
        yield _setting(source, match.start(), Server.FLASK_APP, match["value"], 45)


def _environment(source: Text) -> Iterator[StartCommand]:
    for match in _SETTING.finditer(source.text):
        yield _setting(source, match.start("value"), Server.FLASK_APP, match["value"].strip("\"'"), 40)


def _script(source: Text) -> Iterator[StartCommand]:
    yield from Piece(source, 0, len(source.text), parent(source.path), 55).starts()


def _makefile(source: Text) -> Iterator[StartCommand]:
    for match in _RECIPE.finditer(source.text):
        yield from Piece(source, match.start("command"), match.end("command"), parent(source.path), 35).starts()
    for match in _SETTING.finditer(source.text):
        yield _setting(source, match.start("value"), Server.FLASK_APP, match["value"].strip("\"'"), 15)


def _unit(source: Text) -> Iterator[StartCommand]:
    for match in _UNIT.finditer(source.text):
        yield from Piece(source, match.start("command"), match.end("command"), parent(source.path), 80).starts()


def _supervisor(source: Text) -> Iterator[StartCommand]:
    """Settings of supervisor: read for what they start, not edited."""
    if "[program:" not in source.text:
        return
    for match in _PROGRAM.finditer(source.text):
        for start in Piece(source, match.start("command"), match.end("command"), parent(source.path), 60).starts():
            yield _setting(source, match.start("command"), start.server, start.target, 60)


def _uwsgi(source: Text) -> Iterator[StartCommand]:
    found = {match["key"]: match for match in _UWSGI.finditer(source.text)}
    module = found.get("module") or found.get("wsgi") or found.get("wsgi-file")
    if module is None:
        return
    target, attribute = module["value"], found.get("callable")
    if attribute is not None and ":" not in target:
        target = f"{target}:{attribute['value']}"
    yield _setting(source, module.start("value"), Server.UWSGI, target, 60)


def _setting(source: Text, offset: int, server: Server, target: str | None, weight: int) -> StartCommand:
    line = line_at(source.text, offset)
    shown = source.text.splitlines()[line - 1].strip()
    return StartCommand(source.path, line, shown, server, target, parent(source.path), weight=weight)
