"""Let applications leave Flask that an earlier run has put a front before, once the last need for Flask is gone.

All or nothing: what comes out is read again, and has to have the rules that it had. Whatever is not as a run leaves it
(a front, a support module, an entry or a rule that was changed by hand, a file that imports the front) keeps the
application as it is, with that as the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from flask2fastapi import __version__
from flask2fastapi.bundle import read_header, render_support
from flask2fastapi.engine import rewrite_files
from flask2fastapi.index.build import build_index
from flask2fastapi.index.flavours import FASTAPI_APP
from flask2fastapi.migrate.documenting import documented
from flask2fastapi.migrate.fronts_read import changed_by_hand, offers_documentation, who_imports
from flask2fastapi.migrate.leaving import reasons_to_stay, what_needs_flask, with_static_files
from flask2fastapi.migrate.reading import blocking
from flask2fastapi.migrate.request_reads import needs_flasks_request
from flask2fastapi.migrate.unfronting import unfront
from flask2fastapi.model.files import FileChange
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import AppState, Reason
from flask2fastapi.model.rewrite import FilePlan, ImportEdit
from flask2fastapi.plan.documented import DESCRIBE, with_page
from flask2fastapi.plan.full import blueprints_of, why_flask_stays
from flask2fastapi.plan.full_around import around_edits, around_of, around_pieces, hooks_name
from flask2fastapi.plan.full_connections import connection_edits
from flask2fastapi.plan.full_files import holder_pieces, use_edits
from flask2fastapi.plan.full_teardown import teardown_edits
from flask2fastapi.plan.paths import fastapi_path
from flask2fastapi.plan.pieces import FULL_PIECES, PIECES
from flask2fastapi.plan.scope import paths_of
from flask2fastapi.plan.swaps import with_swaps
from flask2fastapi.project.restart import unclear_start
from flask2fastapi.project.tree import open_tree
from flask2fastapi.source.read import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask2fastapi.codemod import Codemod
    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.model.facts import AppFact, Index, ResolvedRoute
    from flask2fastapi.model.files import SourceFile
    from flask2fastapi.model.plan import FrontPlan
    from flask2fastapi.model.rewrite import FileResult


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of the applications that could leave."""

    fronts: tuple[FrontPlan, ...] = ()
    """Those that left, as full ones."""
    results: tuple[FileResult, ...] = ()
    """Their rewritten files; ``before`` is what the run had made of them so far."""
    generated: tuple[FileChange, ...] = ()
    """Support modules, and the modules that go."""
    stays: tuple[tuple[str, Reason], ...] = ()
    """App key -> what keeps it although all its routes are native."""


def finish(
    project: Project, fronts: Sequence[FrontPlan], changes: Mapping[str, FileChange], codemods: Sequence[type[Codemod]]
) -> Finished:
    """Take the fronts away whose applications need no Flask after ``changes``; ``fronts`` are those of the run."""
    ready = [front for front in fronts if _is_ready(front)]
    if not ready or project.config.hybrid:
        return Finished()
    now = _as_changed(project, changes)
    held = reasons_to_stay(now, finishing=True)
    keys = {front.app.key for front in ready}
    mounted = Reason("flask-object", "some of its routes are mounted")
    hybrid = [front.app.key for front in fronts if front.state is AppState.HYBRID]
    reasons = {key: held.get(key, mounted) for key in hybrid if key in held or key not in keys}
    support = {front.app.key: front.support_path for front in fronts}
    made = _settled(now, ready, fronts, support, reasons, codemods)
    pieces: dict[str, frozenset[str]] = {}
    for front, _, found in made:
        pieces[front.support_path] = pieces.get(front.support_path, frozenset()) | found
    generated = [_support(project, path, found) for path, found in pieces.items()]
    generated += [gone for front, _, _ in made for gone in _gone(project, front)]
    return Finished(
        tuple(front for front, _, _ in made),
        tuple({result.path: result for _, results, _ in made for result in results}.values()),
        tuple(generated),
        tuple((key, reasons[key]) for key in hybrid if key in keys and key in reasons),
    )


_Made: TypeAlias = "tuple[FrontPlan, Sequence[FileResult], frozenset[str]]"
"""A front as a full one, the application's rewritten files, and the pieces of the support module that they need."""


def _settled(
    project: Project,
    ready: Sequence[FrontPlan],
    fronts: Sequence[FrontPlan],
    support: Mapping[str, str],
    reasons: dict[str, Reason],
    codemods: Sequence[type[Codemod]],
) -> list[_Made]:
    """What can leave; one that cannot is added to ``reasons``, and those beside it are asked again."""
    while True:
        made: list[_Made] = []
        waiting = [front for front in ready if front.app.key not in reasons]
        for front in waiting:
            one = _finished(project, front, fronts, support, reasons, codemods)
            if isinstance(one, Reason):
                reasons[front.app.key] = one
                break
            made.append(one)
        if len(made) == len(waiting):
            return made


def _is_ready(front: FrontPlan) -> bool:
    return front.state is AppState.HYBRID and front.front_exists and front.total > 0 and front.mounted == 0


def _as_changed(project: Project, changes: Mapping[str, FileChange]) -> Project:
    """The project as the run has made it so far; what an earlier run made as it lies on the disk."""
    ours = {module.path for module in project.generated}
    files = []
    for file in project.files:
        change = changes.get(file.path) if file.path not in ours else None
        files.append(decode(file.path, change.after) if change is not None and change.after is not None else file)
    index = build_index(
        str(project.root), [file for file in files if file.path not in ours], project.claims, blocking(project.config)
    )
    keys = {app.key for app in project.apps}
    apps = tuple(app for app in index.apps if app.key in keys)
    return replace(project, files=tuple(files), index=index, apps=apps)


def _finished(
    project: Project,
    front: FrontPlan,
    fronts: Sequence[FrontPlan],
    support: Mapping[str, str],
    others: Mapping[str, Reason],
    codemods: Sequence[type[Codemod]],
) -> _Made | Reason:
    app = next((app for app in project.apps if app.key == front.app.key), None)
    rows = [row for row in project.index.routes if row.app == front.app.key]
    place = Location(front.app.path, front.app.span.line)
    if app is None or not all(row.fact.moved for row in rows):
        return Reason("flask-object", "not all its rules were left to Flask's URL map by a run", place)
    entry = front.entry
    if entry is None or (entry.is_factory and entry.arguments):
        return Reason("flask-object", "uvicorn has no way to call what builds it", place)
    reason = why_flask_stays(project.index, app, rows, support, others)
    reason = reason or changed_by_hand(project, front) or who_imports(project, front)
    if reason is None and (unclear := unclear_start(open_tree(project.root), front, fronts)) is not None:
        reason = Reason("flask-object", f"{unclear.path} names its front in a way that is not understood", unclear)
    return reason or _rewritten(project, front, app, rows, codemods)


def _rewritten(
    project: Project, front: FrontPlan, app: AppFact, rows: Sequence[ResolvedRoute], codemods: Sequence[type[Codemod]]
) -> _Made | Reason:
    prefix = _prefixes(project.index, app, rows)
    stem = front.support_module.rpartition(".")[2]
    plans, names = [], frozenset[str]()
    around = around_of(project.index, app)
    named = any(_names_url_for(file, stem) for file in project.files)
    has_folder = with_static_files(project)
    for path in sorted(paths_of(project.index, app)):
        source = project.source(path)
        if source is None:
            continue
        if (needing := needs_flasks_request(source)) is not None:
            return needing
        made = unfront(source, [row for row in rows if row.fact.path == path], stem, builds_urls=named)
        if isinstance(made, Reason):
            return made
        names |= made.names
        edits = list(made.edits)
        mine = [each for each in around if each.path == path]
        edits += around_edits(project.index, mine, front.support_module, hooks_name(project.index, app))
        edits += teardown_edits(project.index, app, path, front.support_module)
        edits += connection_edits(project.index, app, path)
        holders = project.index.view_facts.holders.get(path)
        for use in holders.uses if holders is not None else ():
            edits += use_edits(project.index, app, path, use, prefix, front.support_module, has_folder)
        if edits or holders is not None:
            unused = holders.flask_imports if holders is not None else ()
            plans.append(FilePlan(path, tuple(edits), ImportEdit(remove_if_unused=unused)))
    swapped, more = with_swaps(project.index, plans, {f.function: front.support_path for f in around}, FULL_PIECES)
    pieces = (
        {FULL_PIECES[name] for name in names}
        | around_pieces(project.index, around)
        | holder_pieces(project.index, app, has_folder)
        | more.get(front.support_path, set())
    )
    if app.key in documented(project) or offers_documentation(project, front):
        swapped, pieces = with_page(swapped, front.support_module), {*pieces, FULL_PIECES[DESCRIBE]}
    own = frozenset({module.name.partition(".")[0] for module in project.index.modules} | {stem})
    planned = [(source, plan) for plan in swapped if (source := project.source(plan.path)) is not None]
    results = rewrite_files(planned, codemods, first_party=own)
    full = replace(front, state=AppState.FULL, routers=())
    return _proved(project, app, results, stem) or (full, results, frozenset(pieces))


def _names_url_for(file: SourceFile, stem: str) -> bool:
    """Whether a module builds URLs by the endpoints' full names, which the operations then keep."""
    return re.search(rf"{stem} import [^\n]*(\n[^\n)]*)*\burl_for\b", file.text) is not None


def _proved(project: Project, app: AppFact, results: Sequence[FileResult], stem: str) -> Reason | None:
    """Read what came out: nothing failed, nothing imports Flask, and the rules are those that were there."""
    texts = {file.path: file.data for file in project.files} | {each.path: each.after for each in results}
    failed = frozenset(each.path for each in results if each.failed)
    needing = what_needs_flask(project, app, texts, failed, {stem})
    if needing is not None:
        return needing
    ours = {module.path for module in project.generated}
    near = paths_of(project.index, app)  # the rest of a large project has no say in its rules
    packages = {path for path in texts if path.endswith("__init__.py")}
    files = [decode(path, data) for path, data in texts.items() if path in near | packages and path not in ours]
    index = build_index(str(project.root), files, project.claims, blocking(project.config))
    # Modules may be known by shorter names where there are fewer of them.
    name = app.key.partition(":")[2]
    after = next((it for it in index.apps if it.path == app.path and it.key.partition(":")[2] == name), None)
    if after is None or after.flask_class != FASTAPI_APP or _rules(index, after.key) != _rules(project.index, app.key):
        place = Location(app.path, app.span.line)
        return Reason("flask-object", "what would come of it would not have the same rules", place)
    return None


def _rules(index: Index, key: str) -> set[tuple[str, str, str]]:
    """Each rule with its endpoint and each of its methods, which several operations may serve."""
    automatic = {"HEAD", "OPTIONS"}
    rows = [row for row in index.routes if row.app == key]
    # FastAPI's paths do not name the converter that takes any text
    return {
        (row.rule.replace("<string:", "<").replace("<default:", "<"), method, row.endpoint)
        for row in rows
        for method in ("", *(set(row.methods) - automatic))
    }


def _prefixes(index: Index, app: AppFact, rows: Sequence[ResolvedRoute]) -> dict[str, str]:
    """Blueprint key -> its whole prefix, in FastAPI's words."""
    found = {}
    for blueprint, registration in blueprints_of(index, app):
        given = registration.url_prefix if registration.url_prefix is not None else blueprint.url_prefix
        found[blueprint.key] = (given or "").rstrip("/")
    for row in rows:
        path = fastapi_path(row.rule, row.fact.rule)
        if row.fact.owner in found and path is not None:
            found[row.fact.owner] = path.prefix
    return found


def _support(project: Project, path: str, needed: frozenset[str]) -> FileChange:
    """The support module for applications without Flask."""
    pieces = {"full_http", *needed}
    source = project.source(path)
    header = read_header(source.text) if source is not None else None
    if header is not None:  # an application beside these may have left before
        pieces |= set(header.pieces) & {*FULL_PIECES.values()} - {*PIECES.values()}
    text = render_support(sorted(pieces), version=__version__).encode()
    return FileChange(path, source.data if source is not None else None, text)


def _gone(project: Project, front: FrontPlan) -> Iterator[FileChange]:
    """The modules that only a hybrid application has."""
    for path in (front.front_path, front.asgi_path):
        source = project.source(path)
        if source is not None:
            yield FileChange(path, source.data, None)
