"""Start commands in YAML: ``command`` and ``entrypoint`` of Compose and Kubernetes, ``entrypoint`` of App Engine.

Read line by line: what is found is edited in place, and no YAML library keeps places and layout.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask2fastapi.project.commands import Server, StartCommand, Style, Word
from flask2fastapi.project.piece import Piece, listed
from flask2fastapi.project.shell import unquoted
from flask2fastapi.project.tree import join, line_at, parent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.project.tree import Text

_KEY = re.compile(
    r"^(?P<indent>[ ]*)(?:-[ ]+)?(?P<key>command|entrypoint|startCommand|web)[ \t]*:[ \t]*(?P<value>[^\r\n]*)",
    re.MULTILINE,
)
_CONTEXT = re.compile(
    r"^[ ]*(?:build|context|working_dir)[ \t]*:[ \t]*[\"']?(?P<value>\.[\w./-]*|[\w-][\w./-]*)[\"']?[ \t]*$", re.M
)
_ITEM = re.compile(r"[ ]*-[ ]+(?P<value>[^\r\n]+)")
_APP = re.compile(r"^[ ]*(?:-[ ]*)?[\"']?FLASK_APP[\"']?[ \t]*[:=][ \t]*[\"']?(?P<value>[^\s\"'#]+)", re.MULTILINE)
_CI = re.compile(
    r"(^|/)(\.github|\.circleci|\.travis\.yml|\.gitlab-ci\.yml|azure-pipelines\.yml|bitbucket-pipelines\.yml)"
)


def is_yaml(path: str) -> bool:
    """Whether a file may hold start commands of a deployment; those of continuous integration are not."""
    return path.endswith((".yml", ".yaml")) and _CI.search(path) is None


def yaml_starts(source: Text) -> Iterator[StartCommand]:
    """The starts that a YAML file holds."""
    is_heroku = source.path.endswith("heroku.yml")
    for match in _KEY.finditer(source.text):
        if match["key"] == "web" and not is_heroku:  # a service's name
            continue
        folder = _folder(source, match.start(), len(match["indent"]))
        yield from _of_value(source, match, folder)
    for match in _APP.finditer(source.text):
        folder = _folder(source, match.start(), len(match[0]) - len(match[0].lstrip()) - 1)
        line = line_at(source.text, match.start("value"))
        shown = match[0].strip().removeprefix("-").strip()
        yield StartCommand(source.path, line, shown, Server.FLASK_APP, match["value"], folder, weight=42)


def _of_value(source: Text, match: re.Match[str], folder: str) -> Iterator[StartCommand]:
    text, start, indent = source.text, match.start("value"), len(match["indent"])
    value = match["value"].rstrip()
    end = start + len(value)
    weight = 85 if match["key"] in {"startCommand", "web"} or source.path.endswith(("app.yaml", "app.yml")) else 70
    if value.startswith("["):
        close = text.find("]", start)
        yield from Piece(source, start + 1, close, folder, weight, Style.JSON).starts() if close > 0 else ()
    elif value[:1] in {">", "|"}:
        block = _block_end(text, match.end(), indent)
        yield from Piece(source, match.end(), block, folder, weight, folded=value.startswith(">")).starts()
    elif not value or value.startswith("#"):
        items = _items(text, match.end(), _block_end(text, match.end(), indent - 1))
        yield from listed(source, items, folder, weight) if items else ()
    elif value[0] in {'"', "'"}:
        is_plain = len(value) > 1 and value[-1] == value[0] and "\\" not in value
        yield from Piece(source, start + 1, end - 1, folder, weight).starts() if is_plain else ()
    else:
        block = max(end, _block_end(text, match.end(), indent))
        comment = re.search(r"\s#", text[start:block])
        yield from Piece(
            source, start, start + comment.start() if comment else block, folder, weight, folded=True
        ).starts()


def _items(text: str, start: int, end: int) -> list[Word]:
    found = []
    for match in _ITEM.finditer(text, start, end):
        value = match["value"].rstrip()
        found.append(
            Word(
                match.start("value"), match.start("value") + len(value), unquoted(value) if value[0] in "\"'" else value
            )
        )
    return found


def _block_end(text: str, offset: int, indent: int) -> int:
    """Where the lines that are indented deeper than ``indent`` end, behind the line that holds ``offset``."""
    end = position = text.find("\n", offset) + 1
    while position:
        close = text.find("\n", position)
        line = text[position : close if close >= 0 else len(text)]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            break
        if line.strip():
            end = position + len(line.rstrip())
        position = close + 1
    return end or len(text)


def _folder(source: Text, offset: int, indent: int) -> str:
    """The build context of the service that holds ``offset``, the file's own folder when it names none."""
    text = source.text
    begin, end = offset, _block_end(text, offset, indent - 1)
    while begin:
        previous = text.rfind("\n", 0, begin - 1) + 1
        line = text[previous:begin]
        begin = previous
        if line.strip() and len(line) - len(line.lstrip(" ")) < indent:
            break
    found = _CONTEXT.search(text, begin, end)
    own = parent(source.path)
    return join(own, found["value"]) if found and not found["value"].startswith("/") else own
