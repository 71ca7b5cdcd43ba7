"""What keeps the context and the templates of an application with Flask: only files can tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import Reason
from flask2fastapi.plan.full_ambient import ambient_names, renders_templates
from flask2fastapi.plan.request_parameters import WITHOUT_FLASK
from flask2fastapi.plan.scope import paths_of

if TYPE_CHECKING:
    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.model.facts import AppFact

_CODE = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
"""What Jinja reads of a template; scripts in it may have names of their own."""
_READ = re.compile(r"(?<![\w.])request\s*\.\s*(\w+)")
_CONNECTING = re.compile(r"\bsqlite3\s*\.\s*connect\b|from\s+sqlite3\s+import|import\s+sqlite3\s+as")
_THERE = WITHOUT_FLASK | {"endpoint", "blueprint", "blueprints", "headers"}


def ambient_reason(project: Project, app: AppFact) -> Reason | None:
    """The first thing that an application could not do without Flask in its own threads and templates."""
    return _thread_reason(project, app) or _template_reason(project, app)


def _thread_reason(project: Project, app: AppFact) -> Reason | None:
    """Where connections of SQLite are made that `g` might hand from one thread to another, and no keyword allows it."""
    if "g" not in ambient_names(project.index, app):
        return None
    for path in sorted(paths_of(project.index, app)):
        source = project.source(path)
        if source is None or re.search(r"\bcheck_same_thread\s*=\s*False\b", source.text):
            continue
        found = [*_CONNECTING.finditer(source.text)]
        holders = project.index.view_facts.holders.get(path)
        if len(found) > len(holders.connections if holders is not None else ()):
            place = Location(path, source.text.count("\n", 0, found[0].start()) + 1)
            return Reason("flask-object", "a connection of SQLite must stay in the thread of its request", place)
    return None


def _template_reason(project: Project, app: AppFact) -> Reason | None:
    """The first attribute of Flask's request in an application's templates that is not there without Flask.

    Jinja would show nothing for it.
    """
    if not renders_templates(project.index, app):
        return None
    top = (project.root / app.path).parent / str(app.options.get("template_folder") or "templates")
    for path in sorted(each for each in top.rglob("*") if each.is_file()):
        text = path.read_bytes().decode("utf-8", "replace")
        for found in (read for code in _CODE.finditer(text) for read in _READ.finditer(text, *code.span())):
            if found[1] not in _THERE:
                place = Location(path.relative_to(project.root).as_posix(), text.count("\n", 0, found.start()) + 1)
                return Reason("flask-object", f"it reads `request.{found[1]}`", place)
    return None
