"""Which applications offer their documentation: where the user asks for it, and no URL of theirs is in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.location import Location
from flask2fastapi.plan.documented import in_the_way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.migrate.reading import Project


def documented(project: Project) -> frozenset[str]:
    """Keys of the applications that offer it."""
    asked = project.config.openapi
    return frozenset(app.key for app in project.apps if asked and in_the_way(project.index, app) is None)


def undocumented(project: Project) -> Iterator[Diagnostic]:
    """Those that do not, although the user asks for it."""
    for app in project.apps if project.config.openapi else ():
        rule = in_the_way(project.index, app)
        if rule is not None:
            message = f"no documentation: `{rule}` serves a URL of it; give its application others, as docs_url"
            yield Diagnostic("openapi", Severity.NOTE, message, Location(app.path, app.span.line))
