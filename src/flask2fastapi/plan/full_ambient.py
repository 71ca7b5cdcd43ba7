"""What an application that leaves Flask is set up with for ``g``, ``session``, ``current_app`` and its templates."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import Reason
from flask2fastapi.model.rewrite import ImportName
from flask2fastapi.plan.scope import paths_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.model.facts import AppFact, Index

_TEMPLATES = {"render_template", "render_template_string"}
_SESSION = {"session", "flash", "get_flashed_messages", *_TEMPLATES}
_CONTEXT = {"g", "current_app", "has_request_context", "has_app_context", *_SESSION}
_SETTINGS = {"current_app", *_TEMPLATES}
BY_ENDPOINT = {"url_for", *_TEMPLATES}
"""What looks for routes by their names: templates build URLs."""


def ambient_names(index: Index, app: AppFact) -> set[str]:
    """The names of Flask's context that the functions of an application's files use."""
    facts, paths = index.view_facts, paths_of(index, app)
    bodies = chain(facts.bodies.values(), (view.body for view in facts.views.values()))
    return {use.name for body in bodies for use in body.swaps if use.path in paths} & _CONTEXT


def ambient_reasons(index: Index, app: AppFact) -> Iterator[Reason]:
    """What of an application's context and templates is not there without Flask."""
    names, place = ambient_names(index, app), Location(app.path, app.span.line)
    if names and app.import_name != app.module:
        yield Reason("flask-object", "its folder is not that of its module", place)
    folder = app.options.get("template_folder", "templates")
    if names & _TEMPLATES and (not isinstance(folder, str) or folder.startswith("/")):
        yield Reason("flask-object", "its folder of templates is not known", place)


def ambient_lines(index: Index, app: AppFact, variable: str, support: str) -> tuple[list[str], list[ImportName]]:
    """The statements that set an application up, one for each thing, with what they import."""
    names = ambient_names(index, app)
    lines, imports = [], []
    if names:
        lines.append(f"$keep_app_context({variable})")
        imports.append(ImportName(support, "keep_app_context"))
    if names & _SESSION:
        lines.append(f"{variable}.add_middleware($FlaskSession)")
        imports.append(ImportName(support, "FlaskSession"))
    if names & _TEMPLATES:
        folder = str(app.options.get("template_folder", "templates"))
        given = "" if folder == "templates" else f", {_quoted(folder)}"
        lines.append(f"$FlaskTemplates({variable}{given})")
        imports.append(ImportName(support, "FlaskTemplates"))
    return lines, imports


def renders_templates(index: Index, app: AppFact) -> bool:
    """Whether an application has templates that it renders itself."""
    return bool(ambient_names(index, app) & _TEMPLATES)


def asks_settings(index: Index, app: AppFact) -> bool:
    """Whether an application's settings are asked for by other names than its own."""
    return bool(ambient_names(index, app) & _SETTINGS)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$") + '"'
