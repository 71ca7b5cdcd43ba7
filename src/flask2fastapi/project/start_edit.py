"""Let a project's start commands start FastAPI's front instead of Flask: edited where that is certain, else named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import AppState
from flask2fastapi.project.codes import START_CHANGED, START_LEFT
from flask2fastapi.project.commands import Server, Style
from flask2fastapi.project.entry import entry_of, same_entry
from flask2fastapi.project.environment import flask_environment
from flask2fastapi.project.tree import parent
from flask2fastapi.project.uvicorn_command import Group, Translation, head_of, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask2fastapi.model.facts import Index
    from flask2fastapi.model.files import FileChange
    from flask2fastapi.model.plan import Entry, FrontPlan
    from flask2fastapi.project.commands import StartCommand
    from flask2fastapi.project.names import Names
    from flask2fastapi.project.tree import Text, Tree

_STILL = "starts Flask alone, which calls converted routes by a detour"
_EDITABLE = {Server.GUNICORN, Server.FLASK_RUN}


@dataclass(frozen=True, slots=True)
class StartChanges:
    """Edits of files that hold start commands, and a warning for each command that was left alone."""

    changes: tuple[FileChange, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class _Edit:
    start: StartCommand
    words: tuple[Group, ...]
    notes: tuple[str, ...] = ()


def edit_starts(
    tree: Tree, starts: Sequence[StartCommand], fronts: Sequence[FrontPlan], index: Index, names: Names, hold: str = ""
) -> StartChanges:
    """Turn recognised gunicorn and ``flask run`` commands into Uvicorn's, when they start what ``asgi.py`` serves.

    What cannot be said with Uvicorn word for word, and every other way of starting, is left alone and named, with what
    to use instead. Commands of applications that have no front are not ours to judge. ``hold`` is a reason to edit
    none: Uvicorn will not be installed there. ``starts`` are those of this very ``tree``.
    """
    edits: dict[str, list[_Edit]] = {}
    diagnostics: list[Diagnostic] = []
    for start in starts:
        front = _front_of(start, fronts, index, names)
        if front is None or (start.server is Server.FLASK_APP and not start.path.endswith(".flaskenv")):
            continue
        edit = _edit(start, front, index, names, tree)
        edit = hold if hold and not isinstance(edit, str) else edit
        if isinstance(edit, str):
            diagnostics.append(_left(start, front, edit))
        else:
            edits.setdefault(start.path, []).append(edit)
            diagnostics += [_note(start, note) for note in edit.notes]
    changes = [tree.change(source, _apply(source, edits[path])) for path in edits if (source := tree.read(path))]
    return StartChanges(tuple(changes), tuple(diagnostics))


def start_line(front: FrontPlan) -> str:
    """The command that starts a front, as its ASGI module says it itself: ``uvicorn asgi:app``."""
    return " ".join(("uvicorn", *_target(front)))


def _front_of(start: StartCommand, fronts: Sequence[FrontPlan], index: Index, names: Names) -> FrontPlan | None:
    """The front of the application that a command starts; where it cannot be told, that of the same folder."""
    for front in fronts:
        if entry_of(start, front.app, index, names) is not None:
            return front
    near = [f for f in fronts if not f.import_root or f"{start.folder}/".startswith(f"{f.import_root}/")]
    others = any(entry_of(start, app, index, names) is not None for app in index.apps)
    return near[0] if len(near) == 1 and not others and start.server is not Server.FLASK_APP else None


def _edit(start: StartCommand, front: FrontPlan, index: Index, names: Names, tree: Tree) -> _Edit | str:
    """The edit, or the reason why the command is left."""
    entry = entry_of(start, front.app, index, names)
    if front.entry is None:
        lacking = front.asgi_path if front.state is AppState.HYBRID else "its start command"
        return f"{lacking} has to be written by hand"
    if entry is not None and not same_entry(entry, front.entry, front.import_root, names):
        other = f"{front.asgi_path} serves" if front.state is AppState.HYBRID else "not"
        return f"it starts {_shown(entry)}, {other} {_shown(front.entry)}"
    if front.state is AppState.FULL and front.entry.is_factory and front.entry.arguments:
        return "uvicorn calls a factory without arguments"
    if start.style is Style.SETTING or start.server not in _EDITABLE:
        return ""
    if entry is None:
        return "what it starts is not understood"
    folder = _app_folder(start, front, entry)
    translation = translate(start, tree) if folder is not None else "it is started from another folder"
    if isinstance(translation, str):
        return translation
    return _with_environment(start, front, translation, folder or "", tree)


def _with_environment(
    start: StartCommand, front: FrontPlan, translation: Translation, folder: str, tree: Tree
) -> _Edit | str:
    groups = [*translation.groups, *([("--app-dir", folder)] if folder else [])]
    if start.server is Server.FLASK_RUN:
        environment = flask_environment(tree, start)
        if isinstance(environment, str):
            return environment
        groups += environment.groups
        if environment.debug and ("--reload",) not in groups and "--no-reload" not in start.text:
            groups.append(("--reload",))
    notes = (f"{', '.join(translation.dropped)} has no counterpart in uvicorn",) if translation.dropped else ()
    return _Edit(start, (_target(front), *groups), notes)


def _app_folder(start: StartCommand, front: FrontPlan, entry: Entry) -> str | None:
    """The folder to put on the path with ``--app-dir``, "" for none, None when it cannot be told.

    ``flask run`` puts the folder of a file that it is given on the path; a module is looked for where it is started.
    """
    target = (start.target or "").partition(":")[0]
    if not target.endswith(".py") and "/" not in target:
        return "" if target == entry.module else None
    root, folder = front.import_root, start.folder
    if root == folder:
        return ""
    return root.removeprefix(f"{folder}/") if not folder or root.startswith(f"{folder}/") else None


def _target(front: FrontPlan) -> Group:
    is_factory = front.entry is not None and front.entry.is_factory
    if front.state is AppState.FULL and front.entry is not None:
        target = f"{front.entry.module}:{front.entry.attribute}"
        return ("--factory", target) if is_factory else (target,)
    module = front.asgi_path.rpartition("/")[2].removesuffix(".py")
    return ("--factory", f"{module}:create_app") if is_factory else (f"{module}:app",)


def _apply(source: Text, edits: Sequence[_Edit]) -> str:
    text = source.text
    for edit in sorted(edits, key=lambda edit: -edit.start.words[0].start):
        first, last = edit.start.words[0], edit.start.words[-1]
        text = text[: first.start] + _written(source.text, edit) + text[last.end :]
    return text


def _written(text: str, edit: _Edit) -> str:
    """The new command in the style of the old: its quotes, its separators, its line breaks between options."""
    words = edit.start.words
    count = head_of(edit.start)
    kept = [text[word.start : word.end] for word in words[: count - 1]]  # `python -m`
    folder = words[count - 1].value.rpartition("/")[0]
    program = f"{folder}/uvicorn" if folder else "uvicorn"
    between = [text[a.end : b.start] for a, b in pairwise(words)]
    if edit.start.style is Style.SHELL:
        broken = next((space for space in between if "\n" in space), " ")
        command, *options = (" ".join(map(_shell_word, group)) for group in edit.words)
        return broken.join([" ".join([*kept, program, command]), *options])
    sample = text[words[-1].start : words[-1].end]
    quote = sample[0] if sample[0] in "\"'" else '"' if edit.start.style is Style.JSON else ""
    items = [program, *(word for group in edit.words for word in group)]
    written = [*kept, *(f"{quote}{item}{quote}" if quote else _yaml_item(item) for item in items)]
    return (between[0] if between else ", ").join(written)


def _shell_word(word: str) -> str:
    return f"'{word}'" if "*" in word else word


def _yaml_item(item: str) -> str:
    """A scalar that YAML takes neither for a number nor for an alias."""
    return f'"{item}"' if re.match(r"^([\d.]+$|\*)", item) else item


def _left(start: StartCommand, front: FrontPlan, reason: str) -> Diagnostic:
    shown = re.sub(r"\s*\\?\s*\n\s*", " ", start.text)
    if start.server is Server.FLASK_APP:
        shown = "flask run"
    why = f" ({reason})" if reason else ""
    where = (
        f" in {parent(front.asgi_path)}" if parent(front.asgi_path) != start.folder and parent(front.asgi_path) else ""
    )
    what = "starts a WSGI server" if front.state is AppState.FULL else _STILL
    message = f"`{shown}` still {what}: use `{start_line(front)}`{where}{why}"
    severity = Severity.NOTE if start.server is Server.FLASK_APP else Severity.WARNING
    return Diagnostic(START_LEFT, severity, message, Location(start.path, start.line))


def _note(start: StartCommand, note: str) -> Diagnostic:
    return Diagnostic(START_CHANGED, Severity.NOTE, f"now starts uvicorn: {note}", Location(start.path, start.line))


def _shown(entry: Entry) -> str:
    call = f"({entry.arguments})" if entry.is_factory else ""
    return f"{entry.module}:{entry.attribute}{call}"
