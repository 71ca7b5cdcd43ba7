"""Plan a run as far as a scan shows it: rungs, reasons, fronts. Files are rewritten only where that may tell more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask2fastapi.migrate.entries import missing_entries
from flask2fastapi.migrate.rewriting import plan_trusting
from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.plan import Plan
from flask2fastapi.plan.fronts import plan_fronts
from flask2fastapi.plan.generated import GeneratedKind, app_label
from flask2fastapi.plan.naming import Namer
from flask2fastapi.project.commands import Server
from flask2fastapi.project.entry import choose_entry, entry_of
from flask2fastapi.project.names import Names
from flask2fastapi.project.start import find_starts
from flask2fastapi.project.tree import open_tree
from flask2fastapi.scaffold import read_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from flask2fastapi.codemod import Codemod
    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.migrate.rewriting import Rewritten
    from flask2fastapi.model.facts import AppFact, Index
    from flask2fastapi.model.files import FileChange
    from flask2fastapi.model.plan import Entry, FrontPlan, Reason
    from flask2fastapi.project.commands import StartCommand


@dataclass(frozen=True, slots=True)
class Run:
    """What a run will do."""

    project: Project
    plan: Plan
    changes: tuple[FileChange, ...]
    codes: tuple[tuple[str, tuple[str, ...]], ...]
    """Path of a rewritten file -> codes of the codemods that changed it."""
    relock: tuple[str, ...]
    """Commands that bring lock files up to date."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything that the user has to know, problems of reading first."""
        return (*self.project.diagnostics, *self.plan.diagnostics)


def plan_only(project: Project, codes: Collection[str], load: Callable[[], Sequence[type[Codemod]]]) -> Run:
    """Plan the routes as a run would, without what comes after: formatting, generated modules, dependencies, starts.

    ``codes`` are those of the codemods that may be used, which ``load`` loads. Edits are taken to succeed: a run finds
    the few that do not, such as statements that share a line, keeps the routes of their files mounted, and says so.
    """
    rewritten = plan_trusting(project, codes, load, support_paths(project))
    fronts = fronts_of(project, rewritten)
    native = rewritten.native
    found = [diagnostic for result in rewritten.results for diagnostic in result.diagnostics]
    diagnostics = (*found, *missing_entries(fronts, native.outer), *staying(native.stays))
    return Run(project, Plan(native.routes, fronts, diagnostics, native.groups, native.around), (), (), ())


def support_paths(project: Project) -> dict[str, str]:
    """App key -> where its support module is or will be."""
    namer = Namer(project.index, project.generated)
    return {app.key: namer.names_for(app).support for app in project.apps}


def staying(stays: Mapping[str, Reason]) -> Iterator[Diagnostic]:
    """Why applications keep their Flask object although all their routes are native."""
    for key, reason in stays.items():
        message = f"{app_label(key)} keeps its Flask object: {reason.message}"
        yield Diagnostic("flask-object", Severity.NOTE, message, reason.location)


def fronts_of(project: Project, rewritten: Rewritten) -> tuple[FrontPlan, ...]:
    """What every application gets, with the entry that its start commands or its own files tell."""
    native = rewritten.native
    tree = open_tree(project.root)
    names = Names(tree)
    starts = find_starts(tree, names)
    known = _known_entries(project)
    entries = {
        app.key: (
            known[app.key]
            if app.key in known
            else _entry(app, project.index, starts, names, around=app.key in native.outer)
        )
        for app in project.apps
    }
    namer = Namer(project.index, project.generated)
    return plan_fronts(project.apps, namer, native.routes, native.states, native.routers, entries)


def _entry(app: AppFact, index: Index, starts: Sequence[StartCommand], names: Names, *, around: bool) -> Entry | None:
    """What the ASGI entry would import; none where servers start what is put ``around`` the application, not itself."""
    served = [start for start in starts if start.server not in {Server.FLASK_RUN, Server.FLASK_APP}]
    if around and not any(entry_of(start, app, index, names) for start in served):
        return None
    return choose_entry(app, index, starts, names)


def _known_entries(project: Project) -> dict[str, Entry | None]:
    """App key -> what the ASGI entry of an earlier run imports: the start commands name that entry by now."""
    namer = Namer(project.index, project.generated)
    sources = {app.key: project.source(namer.earlier(GeneratedKind.ASGI, app) or "") for app in project.apps}
    return {key: read_entry(source.text, source.path) for key, source in sources.items() if source is not None}
