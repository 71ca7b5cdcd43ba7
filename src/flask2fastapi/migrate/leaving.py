"""Whether an application can leave Flask, as far as only the project's files and what came of them can tell."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet

from flask2fastapi.index.paths import is_test_path
from flask2fastapi.migrate.ambient import ambient_reason
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import AppState, Reason
from flask2fastapi.plan.generated import GeneratedKind
from flask2fastapi.plan.naming import Namer
from flask2fastapi.plan.scope import paths_of
from flask2fastapi.project.declared import excludes
from flask2fastapi.project.manifests import read_manifests
from flask2fastapi.project.migrations import environment_problem, environments
from flask2fastapi.project.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.model.facts import AppFact
    from flask2fastapi.model.rewrite import FileResult
    from flask2fastapi.plan.native import NativePlan
    from flask2fastapi.project.manifests import Manifest

_CURRENT = {name: SpecifierSet(">=3.0") for name in ("flask", "werkzeug", "flask-sqlalchemy")}
_CURRENT |= {"flask-migrate": SpecifierSet(">=4.0"), "flask-cors": SpecifierSet(">=6.0")}
"""Of what the support pieces were tested against; older ones answer some requests differently (415 for bodies)."""
_OBEYED_BY_FLASK = re.compile(
    rb"(?<![A-Za-z0-9])(?:FLASK_)?(TRAP_HTTP_EXCEPTIONS|TRAP_BAD_REQUEST_ERRORS|APPLICATION_ROOT|SERVER_NAME"
    rb"|PREFERRED_URL_SCHEME|MAX_CONTENT_LENGTH|MAX_FORM_MEMORY_SIZE|MAX_FORM_PARTS|PROPAGATE_EXCEPTIONS"
    rb"|TRUSTED_HOSTS|PROVIDE_AUTOMATIC_OPTIONS|USE_X_SENDFILE)\b"
)
"""Settings of Flask 3; those for JSON of older ones mean nothing to it any more."""
_SETTING_FILES = (".cfg", ".conf", ".ini", ".toml", ".json", ".env", ".flaskenv", ".yaml", ".yml")

_WITHOUT_FLASK = {
    "werkzeug.security": {"generate_password_hash", "check_password_hash"},
    "werkzeug.utils": {"secure_filename"},
}
"""What of Werkzeug has to do with neither requests nor responses: an application without Flask goes on using it."""


def reasons_to_stay(project: Project, *, finishing: bool = False) -> dict[str, Reason]:
    """App key -> why it keeps its Flask object: the options of the run, an earlier run.

    ``finishing`` is about the very applications that an earlier run has put a front before.
    """
    namer = Namer(project.index, project.generated)
    manifests = read_manifests(open_tree(project.root))
    found: dict[str, Reason] = {}
    for app in project.apps:
        place = Location(app.path, app.span.line)
        if (old := _older_flask(manifests, app)) is not None:
            found[app.key] = old
        elif (told := _migrations(project, app) or ambient_reason(project, app)) is not None:
            found[app.key] = told
        elif project.config.hybrid:
            found[app.key] = Reason("flask-object", "the options of this run leave it", place)
        elif not finishing and namer.earlier(GeneratedKind.FRONT, app) is not None:
            found[app.key] = Reason("flask-object", "an earlier run has put a front before it", place)
    return found


def _migrations(project: Project, app: AppFact) -> Reason | None:
    """What folders of migrations ask of Flask that Alembic alone does not have."""
    own = [each for each in project.index.extensions if each.name == "flask_migrate.Migrate" and each.app == app.key]
    for path in environments(open_tree(project.root).paths) if own else ():
        source = project.source(path)
        if len(project.apps) > 1:
            return Reason("flask-object", "there are migrations and several applications", Location(path, 1))
        if source is not None and (problem := environment_problem(source.text)) is not None:
            return Reason("flask-object", problem, Location(path, 1))
    return None


def _older_flask(manifests: Iterable[Manifest], app: AppFact) -> Reason | None:
    """Where Flask, or Werkzeug, is pinned for an application below the one whose manners the support pieces have.

    What is declared in or above the application's folder counts, and in a folder of requirements that lies there.
    """
    above = [str(folder) for folder in PurePosixPath(app.path).parents]
    for manifest in manifests:
        folder = PurePosixPath(manifest.source.path).parent
        if str(folder) not in above and str(folder.parent) not in above:
            continue
        for declared in manifest.declared:
            current = _CURRENT.get(declared.name)
            if current is not None and declared.specifier is not None and excludes(declared.specifier, current):
                message = f"{declared.text} behaves differently from the Flask that FastAPI would be made to follow"
                return Reason("flask-object", message, Location(declared.path, declared.line))
    return None


def still_needing_flask(
    project: Project, native: NativePlan, results: Iterable[FileResult], failed: Iterable[str]
) -> dict[str, Reason]:
    """App key -> why it cannot be FastAPI's after all: a file failed, or still imports Flask when all is rewritten."""
    texts = {file.path: file.data for file in project.files} | {each.path: each.after for each in results}
    broken = frozenset(failed)
    ours = {PurePosixPath(path).stem for path in native.pieces}
    full = [app for app in project.apps if native.states.get(app.key) is AppState.FULL]
    found = {app.key: what_needs_flask(project, app, texts, broken, ours) for app in full}
    return {key: reason for key, reason in found.items() if reason is not None}


def what_needs_flask(
    project: Project, app: AppFact, texts: Mapping[str, bytes], broken: frozenset[str], ours: set[str]
) -> Reason | None:
    """The first of an application's files that could not be rewritten, or as rewritten still imports Flask.

    ``texts`` are the files by path, ``ours`` the names of support modules.
    """
    for path in sorted(paths_of(project.index, app)):
        if path in broken:
            return Reason("flask-object", "one of its files could not be rewritten", Location(path, 1))
        line = next(_flask_imports(texts[path], ours), None) if not is_test_path(path) else None
        if line is not None:
            return Reason("flask-object", "something else there needs Flask", Location(path, line))
    return next(_settings_of_flask(project, app, texts), None)


def _settings_of_flask(project: Project, app: AppFact, texts: Mapping[str, bytes]) -> Iterator[Reason]:
    """Settings with a meaning for Flask that is not carried over, in the application's modules or files of settings."""
    tree = open_tree(project.root)
    named = {path: texts[path] for path in sorted(paths_of(project.index, app)) if not is_test_path(path)}
    beside = [path for path in tree.paths if path.endswith(_SETTING_FILES) and not is_test_path(path)]
    named |= {path: data for path in beside if (data := tree.on_disk(path)) is not None}
    for path, text in named.items():
        found = _OBEYED_BY_FLASK.search(text)
        if found is not None:
            message = f"the setting {found[1].decode()} is obeyed by Flask alone"
            yield Reason("flask-object", message, Location(path, text.count(b"\n", 0, found.start()) + 1))


def with_static_files(project: Project) -> frozenset[str]:
    """Keys of the applications beside which there is a folder of the name that Flask serves files of, unasked."""
    return frozenset(app.key for app in project.apps if (project.root / app.path).parent.joinpath("static").is_dir())


def _flask_imports(data: bytes, ours: set[str]) -> Iterator[int]:
    for node in ast.walk(ast.parse(data)):
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        else:
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not _is_apart(node) else []
        tops = {name.partition(".")[0] for name in names} - ours
        if tops & {"flask", "werkzeug"} or any(top.startswith("flask_") for top in tops):
            yield getattr(node, "lineno", 1)


def _is_apart(node: ast.ImportFrom) -> bool:
    """Whether an import is one of the project's own, or of something that needs no Flask."""
    apart = _WITHOUT_FLASK.get(node.module or "", set())
    return node.level > 0 or {each.name for each in node.names} <= apart
