"""The whole run, from a folder to the changes of its files: read, plan, rewrite, generate.

Rooms: ``reading`` (a folder becomes a `Project`), ``selection`` (what the options leave out), ``rewriting`` (the plan
of native routes carried out, and planned again without what failed), ``planning`` (what a scan shows), ``generating``
(front, support, entry), ``run`` (all of it, and the changes), ``document`` (the report as data). Names are loaded when
they are asked for: to read and to plan takes neither LibCST nor Black.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask2fastapi.migrate.document import report_document
    from flask2fastapi.migrate.planning import Run, plan_only
    from flask2fastapi.migrate.reading import Project, read_project
    from flask2fastapi.migrate.run import plan_run

__all__ = ["Project", "Run", "plan_only", "plan_run", "read_project", "report_document"]

_PLACES = {
    "Project": "reading",
    "read_project": "reading",
    "Run": "planning",
    "plan_only": "planning",
    "plan_run": "run",
    "report_document": "document",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
