"""Folders of Flask-Migrate: Alembic runs them by itself once the application has left Flask."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.location import Location
from flask2fastapi.project.codes import START_CHANGED
from flask2fastapi.project.tree import line_at, parent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask2fastapi.model.files import FileChange
    from flask2fastapi.model.plan import Entry
    from flask2fastapi.project.tree import Text, Tree

IMPORT = re.compile(r"^from flask import current_app[ \t]*(?=\r?$)", re.MULTILINE)
_FLASK = re.compile(r"^[ \t]*(?:from|import)[ \t]+flask\b", re.MULTILINE)
_HEAD = re.compile(r"^\[alembic\][ \t]*(?=\r?$)", re.MULTILINE)
_COMMAND = re.compile(r"\bflask\s+db\s+(\w+)|\bmanage\.py\s+db\s+(\w+)")
_TEXTS = (".sh", ".yml", ".yaml", ".md", ".rst", ".txt", ".toml", "Dockerfile", "Procfile", "Makefile")


def environments(paths: Iterable[str]) -> list[str]:
    """The ``env.py`` of every folder of migrations."""
    every = set(paths)
    return sorted(path for path in every if re.search(r"(^|/)env\.py$", path) and f"{path[:-6]}alembic.ini" in every)


def environment_problem(text: str) -> str | None:
    """Why an ``env.py`` that stands on Flask cannot be carried over, None when it can, or does without."""
    found = _FLASK.findall(text)
    if found and (len(found) > 1 or IMPORT.search(text) is None):
        return "its migrations ask more of Flask than `current_app`"
    return None


def run_by_alembic(tree: Tree, entry: Entry | None, support: str) -> Iterator[FileChange]:
    """The changes of the folders of migrations; ``support`` is the name of the module that has ``alembic_app``."""
    lines = _application(entry)
    for path in environments(tree.paths):
        source = tree.read(path)
        if source is None or not IMPORT.search(source.text) or lines is None:
            continue
        head, value = lines
        new = (head, f"from {support} import alembic_app", "", f"current_app = alembic_app({value})")
        yield tree.change(source, _put(source, IMPORT, "", *new))
        settings = tree.read(f"{path[:-6]}alembic.ini")
        if settings is not None and _HEAD.search(settings.text) and "script_location" not in settings.text:
            above = "/".join(".." for part in parent(path).split("/") if part)
            more = ("script_location = %(here)s", f"prepend_sys_path = %(here)s/{above}")
            yield tree.change(settings, _put(settings, _HEAD, "[alembic]", *more))


def _put(source: Text, pattern: re.Pattern[str], *lines: str) -> str:
    """A text with lines in the place of what a pattern finds first."""
    found = pattern.search(source.text)
    assert found is not None
    new = source.newline.join(line for number, line in enumerate(lines) if line or number)
    return source.text[: found.start()] + new + source.text[found.end() :]


def migration_commands(tree: Tree) -> Iterator[Diagnostic]:
    """Where ``flask db`` is called, which is no more."""
    found = environments(tree.paths)
    folder = parent(found[0]) if found else "migrations"
    for path in tree.paths:
        source = tree.read(path) if path.endswith(_TEXTS) else None
        for match in _COMMAND.finditer(source.text) if source is not None else ():
            command = match[1] or match[2]
            target = " head" if command == "upgrade" else ""
            message = f"`{match[0]}` is now `alembic -c {folder}/alembic.ini {command}{target}`"
            place = Location(path, line_at(source.text, match.start()) if source is not None else 1)
            yield Diagnostic(START_CHANGED, Severity.WARNING, message, place)


def _application(entry: Entry | None) -> tuple[str, str] | None:
    """The import of the application, and the expression for it."""
    if entry is None or (entry.arguments and not _is_literal(entry.arguments)):
        return None
    value = f"{entry.attribute}({entry.arguments})" if entry.is_factory else entry.attribute
    return f"from {entry.module} import {entry.attribute}", value


def _is_literal(arguments: str) -> bool:
    call = ast.parse(f"f({arguments})", mode="eval").body
    assert isinstance(call, ast.Call)
    return all(isinstance(each, ast.Constant) for each in [*call.args, *(it.value for it in call.keywords)])
