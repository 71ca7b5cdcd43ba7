"""What templates read of the request: only their files can tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import Reason
from flask2fastapi.plan.full_ambient import renders_templates
from flask2fastapi.plan.request_parameters import WITHOUT_FLASK

if TYPE_CHECKING:
    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.model.facts import AppFact

_READ = re.compile(r"(?<![\w.])request\s*\.\s*(\w+)")
_THERE = WITHOUT_FLASK | {"endpoint", "blueprint", "blueprints", "headers"}


def template_reason(project: Project, app: AppFact) -> Reason | None:
    """The first attribute of Flask's request in an application's templates that is not there without Flask.

    Jinja would show nothing for it.
    """
    if not renders_templates(project.index, app):
        return None
    top = (project.root / app.path).parent / str(app.options.get("template_folder") or "templates")
    for path in sorted(each for each in top.rglob("*") if each.is_file()):
        text = path.read_bytes().decode("utf-8", "replace")
        for found in _READ.finditer(text):
            if found[1] not in _THERE:
                place = Location(path.relative_to(project.root).as_posix(), text.count("\n", 0, found.start()) + 1)
                return Reason("flask-object", f"it reads `request.{found[1]}`", place)
    return None
