"""Start commands of applications that lose their front: what names ``asgi:app`` names the application itself again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.location import Location
from flask2fastapi.project.codes import START_LEFT
from flask2fastapi.project.dockerfile import is_dockerfile
from flask2fastapi.project.start_edit import start_line
from flask2fastapi.project.tree import line_at, parent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.files import FileChange
    from flask2fastapi.model.plan import FrontPlan
    from flask2fastapi.project.tree import Text, Tree

_PROSE = (".md", ".rst", ".html", ".ipynb", ".adoc")
_NEVER = (".py", ".js", ".css", ".svg", ".lock", ".map", ".min.js", ".csv", ".sql", ".xml", ".po", ".pot")
_COPY = re.compile(r"^[ \t]*(?:COPY|ADD)[ \t](?:\\\r?\n|[^\r\n])+", re.IGNORECASE | re.MULTILINE)


def unclear_start(tree: Tree, front: FrontPlan, fronts: Sequence[FrontPlan]) -> Location | None:
    """The first place that names a front's modules in a way that `restart` would not put right."""
    for source in _texts(tree, front):
        if source.path.endswith(_PROSE):
            continue
        place = _place_of(source, fronts)
        left = _renamed(source, front) if place is front else source.text
        found = _any_name(front).search(left)
        if found is not None and (place is front or (place is None and len(_alike(front, fronts)) > 1)):
            return Location(source.path, line_at(left, found.start()))
    return None


def restart(tree: Tree, gone: Sequence[FrontPlan], fronts: Sequence[FrontPlan]) -> Iterator[FileChange]:
    """The changes of all files that start one of ``gone``, or copy its modules into an image."""
    for path in sorted({source.path for front in gone for source in _texts(tree, front)}):
        source = tree.read(path)
        front = _place_of(source, fronts) if source is not None and not path.endswith(_PROSE) else None
        if source is not None and front in gone and front is not None:
            text = _renamed(source, front)
            if text != source.text:
                yield tree.change(source, text)


def told_of_starts(tree: Tree, gone: Sequence[FrontPlan]) -> Iterator[Diagnostic]:
    """A note for each text for people that names a start command which is gone."""
    for front in gone:
        for source in _texts(tree, front):
            found = _target(front).search(source.text) if source.path.endswith(_PROSE) else None
            if found is not None:
                message = f"`{found[0]}` is gone: the start command now is `{start_line(front)}`"
                yield Diagnostic(
                    START_LEFT, Severity.NOTE, message, Location(source.path, line_at(source.text, found.start()))
                )


def _renamed(source: Text, front: FrontPlan) -> str:
    entry = front.entry
    name = f"{entry.module}:{entry.attribute}" if entry is not None else ""
    text = _target(front).sub(name, source.text) if name else source.text
    if is_dockerfile(source.path):
        folder = parent(source.path)
        for path in (front.asgi_path, front.front_path):
            inner = path.removeprefix(f"{folder}/") if folder else path
            word = re.compile(rf"(?<=\s)(?:\./)?{re.escape(inner)}[ \t]+")
            text = _COPY.sub(lambda match, word=word: word.sub("", match[0]), text)  # type: ignore[misc]
    return text


def _target(front: FrontPlan) -> re.Pattern[str]:
    """``asgi:app`` and ``asgi:create_app``, as one word of a command."""
    return re.compile(rf"(?<![\w./-]){re.escape(_stem(front.asgi_path))}:(?:app|create_app)\b")


def _any_name(front: FrontPlan) -> re.Pattern[str]:
    stem = re.escape(_stem(front.asgi_path))
    return re.compile(rf"(?<![\w-])(?:{stem}:\w+|{stem}\.py|{re.escape(_stem(front.front_path))})\b")


def _texts(tree: Tree, front: FrontPlan) -> Iterator[Text]:
    """Files, Python apart, that name one of a front's modules."""
    pattern = _any_name(front)
    for path in tree.paths:
        source = tree.read(path) if not path.endswith(_NEVER) else None
        if source is not None and pattern.search(source.text):
            yield source


def _place_of(source: Text, fronts: Sequence[FrontPlan]) -> FrontPlan | None:
    """The front that a file above or beside the applications means: that of the nearest folder, or the only one."""
    inside = [f for f in fronts if not f.import_root or f"{source.path}/".startswith(f"{f.import_root}/")]
    if inside:
        longest = max(len(front.import_root) for front in inside)
        inside = [front for front in inside if len(front.import_root) == longest]
    chosen = inside or list(fronts)
    return chosen[0] if len(chosen) == 1 else None


def _alike(front: FrontPlan, fronts: Sequence[FrontPlan]) -> list[FrontPlan]:
    return [each for each in fronts if _stem(each.asgi_path) == _stem(front.asgi_path)]


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".py")
