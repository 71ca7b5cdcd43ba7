"""``--app``: boot the Flask application and say what static reading missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.cli.shared import interpreter
from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.verify.boot import read_app
from flask2fastapi.verify.url_map import compare_url_map

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.config import Config
    from flask2fastapi.migrate import Project
    from flask2fastapi.verify.url_map import Pair


def compare_with_boot(project: Project, config: Config) -> tuple[Diagnostic, ...]:
    """Boot ``config.app`` in ``config.python`` and compare its URL map; TargetBootError when it does not boot."""
    booted = read_app(project.root, interpreter(config.python), config.app or "")
    keys = {app.key for app in project.apps}
    routes = [route for route in project.index.routes if route.app in keys]
    compared = compare_url_map(booted, routes)
    total = len(compared.found) + len(compared.missed)
    note = f"{len(compared.found)} of {total} routes in the url_map were found by reading the source"
    found = [Diagnostic("url-map", Severity.NOTE, note)]
    found += _each(compared.missed, Severity.WARNING, "in the url_map, not seen in the source")
    found += _each(compared.invented, Severity.NOTE, "in the source, not in the url_map of this application")
    return tuple(found)


def _each(pairs: Iterable[Pair], severity: Severity, what: str) -> list[Diagnostic]:
    return [Diagnostic("url-map", severity, f"{pair.method} {pair.rule} ({pair.endpoint}): {what}") for pair in pairs]
