"""Plan a whole run: every file that it will change, and all that the user has to know."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask2fastapi import __version__
from flask2fastapi.errors import RewriteError
from flask2fastapi.format import format_file, settings_for
from flask2fastapi.migrate.finishing import finish
from flask2fastapi.migrate.generating import generated_changes, missing_entries
from flask2fastapi.migrate.rewriting import rewrite
from flask2fastapi.migrate.surroundings import adapt_surroundings
from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.files import FileChange
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
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flask2fastapi.codemod import Codemod
    from flask2fastapi.migrate.finishing import Finished
    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.migrate.rewriting import Rewritten
    from flask2fastapi.model.facts import AppFact, Index
    from flask2fastapi.model.plan import Entry, FrontPlan, Reason
    from flask2fastapi.model.rewrite import FileResult
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


def plan_only(project: Project, codemods: Sequence[type[Codemod]]) -> Run:
    """Plan the routes as a run would, without what comes after: formatting, generated modules, dependencies, starts.

    The rewriting itself is tried, because a route whose file cannot be rewritten stays mounted.
    """
    namer = Namer(project.index, project.generated)
    support = {app.key: namer.names_for(app).support for app in project.apps}
    rewritten = rewrite(project, codemods, support, frozenset())
    fronts = _fronts(project, rewritten)
    found = [diagnostic for result in rewritten.results for diagnostic in result.diagnostics]
    diagnostics = (*found, *missing_entries(fronts, rewritten.native.outer), *_staying(rewritten.native.stays))
    native = rewritten.native
    return Run(project, Plan(native.routes, fronts, diagnostics, native.groups, native.around), (), (), ())


def plan_run(project: Project, codemods: Sequence[type[Codemod]], *, mounted: frozenset[str] = frozenset()) -> Run:
    """Plan everything; nothing is written. ``mounted`` are keys of routes that are known to differ as native ones.

    Raises PinError where FastAPI is pinned too low, RewriteError if a file that we would write did not parse.
    """
    namer = Namer(project.index, project.generated)
    support = {app.key: namer.names_for(app).support for app in project.apps}
    rewritten = rewrite(project, codemods, support, mounted)
    formatted = [_formatted(project, result) for result in rewritten.results if result.changed]
    fronts = _fronts(project, rewritten)
    generated = generated_changes(project, fronts, rewritten.native.pieces, __version__)
    changes = {change.path: change for change in (*(change for change, _ in formatted), *generated)}
    finished = finish(project, fronts, changes, codemods)
    done = {front.app.key: front for front in finished.fronts}
    fronts = tuple(done.get(front.app.key, front) for front in fronts)
    formatted += [_formatted(project, result) for result in finished.results if result.changed]
    changes |= {change.path: change for change in _final(project, formatted, finished)}
    surroundings = adapt_surroundings(project.root, project.index, fronts, changes)
    _check_syntax(surroundings.changes)
    diagnostics = [diagnostic for result in rewritten.results for diagnostic in result.diagnostics]
    diagnostics += [diagnostic for _, found in formatted for diagnostic in found]
    diagnostics += [
        *surroundings.diagnostics,
        *missing_entries(fronts, rewritten.native.outer),
        *_staying({**rewritten.native.stays, **dict(finished.stays)}),
    ]
    native = rewritten.native
    plan = Plan(native.routes, fronts, tuple(diagnostics), native.groups, native.around)
    codes = _codes(*rewritten.results, *finished.results)
    return Run(project, plan, surroundings.changes, codes, surroundings.relock)


def _final(
    project: Project, formatted: Iterable[tuple[FileChange, tuple[Diagnostic, ...]]], finished: Finished
) -> Iterator[FileChange]:
    """The changes of an application that left after all, from the files as they are on the disk."""
    paths = {result.path for result in finished.results}
    for change, _ in formatted:
        source = project.source(change.path)
        if change.path in paths and source is not None:
            yield replace(change, before=source.data)
    yield from finished.generated


def _codes(*results: FileResult) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Path of each changed file -> codes of all the codemods that changed it."""
    found: dict[str, set[str]] = {}
    for result in results:
        if result.changed:
            found.setdefault(result.path, set()).update(result.codes)
    return tuple((path, tuple(sorted(codes))) for path, codes in found.items())


def _staying(stays: Mapping[str, Reason]) -> Iterator[Diagnostic]:
    """Why applications keep their Flask object although all their routes are native."""
    for key, reason in stays.items():
        message = f"{app_label(key)} keeps its Flask object: {reason.message}"
        yield Diagnostic("flask-object", Severity.NOTE, message, reason.location)


def _fronts(project: Project, rewritten: Rewritten) -> tuple[FrontPlan, ...]:
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


def _formatted(project: Project, result: FileResult) -> tuple[FileChange, tuple[Diagnostic, ...]]:
    """A rewritten file as the project formats its files."""
    settings = settings_for((project.root / result.path).resolve())
    done = format_file(result.path, result.before, result.after, settings)
    return FileChange(result.path, result.before, done.data), done.diagnostics


def _check_syntax(changes: Iterable[FileChange]) -> None:
    """Nothing that does not parse is ever written; that would be a bug of ours."""
    for change in changes:
        if change.path.endswith(".py") and change.after is not None:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    ast.parse(change.after)
            except SyntaxError as error:
                if change.before is None or _parses(change.before):
                    message = (
                        f"{change.path}:{error.lineno}: what we made of this file does not parse; please report it"
                    )
                    raise RewriteError(message) from error


def _parses(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True
