"""The whole run, from a folder to the changes of its files: read, plan, rewrite, generate.

Rooms: ``reading`` (a folder becomes a `Project`), ``selection`` (what the options leave out), ``rewriting`` (the plan
of native routes carried out, and planned again without what failed), ``generating`` (front, support, entry), ``run``
(all of it, and the changes), ``document`` (the report as data).
"""

from __future__ import annotations

from flask2fastapi.migrate.document import report_document
from flask2fastapi.migrate.reading import Project, read_project
from flask2fastapi.migrate.run import Run, plan_only, plan_run

__all__ = ["Project", "Run", "plan_only", "plan_run", "read_project", "report_document"]
