"""Which routes a change of the code concerns: the view, what it calls, the templates that it names.

A function counts as changed when its syntax tree has, or when it uses a name of its module that has changed. Comments,
line numbers and the order of functions are no change. What no route is known to reach (hooks, factories, models, files
that are no code) concerns all routes: nothing is left out on a guess.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from flask2fastapi.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from flask2fastapi.migrate.reading import Project
    from flask2fastapi.migrate.run import Run

_TEMPLATES = (".html", ".htm", ".jinja", ".jinja2", ".j2", ".txt", ".xml")
_SILENT = re.compile(r"(^|/)(tests?|docs?)/|(^|/)(test_[^/]*|conftest|[^/]*_test)\.py$|\.(md|rst)$|(^|/)\.[^/]+")
"""Files that say nothing of what the application answers."""
_USED = re.compile(r"""\{%-?\s*(?:extends|include|import|from)\s+["']([^"']+)["']""")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SHOWN = 5


@dataclass(slots=True)
class _Changes:
    """What changed, in the words of the new revision."""

    functions: set[tuple[str, str]] = field(default_factory=set)
    """Path and qualified name of functions and classes."""
    templates: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    """Files of which it cannot be said whom they concern."""


def changed_routes(project: Project, run: Run, revisions: str) -> tuple[frozenset[str] | None, tuple[str, ...]]:
    """Endpoints that a change concerns, None for all, and what to tell the reader.

    ``revisions`` is ``REV..REV``, or ``REV..`` up to the files as they are. Raises ConfigError when git does not know
    them.
    """
    root = project.root if project.root.is_dir() else project.root.parent
    changes = _changes(root, revisions)
    reach = _Reach(project)
    found: set[str] = set()
    tied: set[tuple[str, str]] = set()
    names = _with_users(changes.templates, root)
    for row in run.plan.routes:
        fact = row.route.fact
        keys = reach.of([fact.view or "", *(view for _, view in fact.view_methods)])
        own = {(path, name) for path, name in map(reach.place, keys) if _holds(changes.functions, path, name)}
        tied |= own
        if own or any(reach.texts(key) & names for key in keys):
            found.add(row.route.endpoint)
    loose = [f"{path}: {name}" for path, name in sorted(changes.functions) if not _is_tied(path, name, tied)]
    loose += sorted(changes.others)
    if loose:
        more = f" and {len(loose) - _SHOWN} more" if len(loose) > _SHOWN else ""
        return None, (f"all routes are verified: {', '.join(loose[:_SHOWN])}{more} may concern each of them",)
    told = ", ".join(sorted(found)) or "no route: there is nothing to verify"
    return frozenset(found), (f"changed in {revisions}: {told}",)


def _holds(changed: set[tuple[str, str]], path: str, name: str) -> bool:
    """Whether a function is among the changed ones, itself or with what it is in."""
    parts = name.split(".")
    return any((path, ".".join(parts[:count])) in changed for count in range(1, len(parts) + 1))


def _is_tied(path: str, name: str, tied: set[tuple[str, str]]) -> bool:
    return any(other == path and (inner == name or inner.startswith(f"{name}.")) for other, inner in tied)


class _Reach:
    """What serving a route may run."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._functions = project.index.functions
        self._texts: dict[str, frozenset[str]] = {}

    def of(self, views: Iterable[str]) -> set[str]:
        """Keys of the views and of all that they call, with what is inside of it."""
        seen: set[str] = set()
        waiting = [view for view in views if view]
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen.add(key)
                waiting += self._functions[key].calls if key in self._functions else ()
        return seen

    def place(self, key: str) -> tuple[str, str]:
        """Path and qualified name of a function or class."""
        function = self._functions.get(key)
        module, _, name = key.rpartition(":")
        return (function.path, name) if function else (f"{module.replace('.', '/')}.py", name)

    def texts(self, key: str) -> frozenset[str]:
        """The literal texts in a function: names of templates are among them."""
        if key not in self._texts:
            self._texts[key] = frozenset(self._read(key))
        return self._texts[key]

    def _read(self, key: str) -> Iterator[str]:
        function = self._functions.get(key)
        source = self._project.source(function.path) if function else None
        if function is None or source is None:
            return
        lines = source.text.splitlines()[function.span.line - 1 : function.span.end_line]
        yield from re.findall(r"""["']([^"'\n]+)["']""", "\n".join(lines))


def _changes(root: Path, revisions: str) -> _Changes:
    old, separator, new = revisions.partition("..")
    if not separator or not old:
        raise ConfigError(f"--changed-only {revisions}: write it as REV..REV, such as main..HEAD")
    found = _Changes()
    diff = ["diff", "--name-only", "-z", "--relative", "--no-renames", old, *([new] if new else []), "--"]
    for path in filter(None, _git(root, revisions, *diff).decode("utf-8", "surrogateescape").split("\0")):
        if _SILENT.search(path):
            continue
        if path.endswith(".py"):
            _compare(found, path, _text(root, old, path), _text(root, new, path))
        elif PurePosixPath(path).suffix in _TEMPLATES and "templates" in path:
            found.templates.add(path)
        else:
            found.others.add(path)
    return found


def _compare(found: _Changes, path: str, before: str | None, after: str | None) -> None:
    """Add what is different between two texts of a file."""
    try:
        old, new = _Parts(before or ""), _Parts(after or "")
    except SyntaxError:
        found.others.add(path)
        return
    changed = {name for name in old.trees.keys() | new.trees.keys() if old.trees.get(name) != new.trees.get(name)}
    inner = {name for name in changed if any(other.startswith(f"{name}.") for other in changed)}
    names, loose = _rest(old, new)
    if loose:
        found.others.add(path)
    functions = changed - inner
    functions |= {name for name, used in new.used.items() if used & names}
    found.functions |= {(path, name) for name in functions}
    gone = {name for name in changed if name not in new.trees}
    users = {name for name, used in new.used.items() if used & {each.rpartition(".")[2] for each in gone}}
    found.functions |= {(path, name) for name in users}
    found.functions -= {(path, name) for name in gone if users}


def _rest(old: _Parts, new: _Parts) -> tuple[set[str], bool]:
    """Names that changed statements outside of functions bind, and whether some of these bind none."""
    bound = [(old.bound | new.bound)[text] for text in (old.rest - new.rest) + (new.rest - old.rest)]
    return {name for names in bound for name in names}, not all(bound)


class _Parts:
    """A module's functions and classes, and the statements between them."""

    def __init__(self, text: str) -> None:
        self.trees: dict[str, str] = {}
        self.used: dict[str, set[str]] = {}
        self.rest: Counter[str] = Counter()
        self.bound: dict[str, set[str]] = {}
        self._read(ast.parse(text).body, "")

    def _read(self, body: list[ast.stmt], inside: str) -> None:
        for node in body:
            if isinstance(node, _DEFINITIONS):
                name = f"{inside}{node.name}"
                self.trees[name] = ast.dump(node)
                self.used[name] = _names(node)
                if isinstance(node, ast.ClassDef):
                    self._read([each for each in node.body if isinstance(each, _DEFINITIONS)], f"{name}.")
            elif not _is_text(node):
                dumped = ast.dump(node)
                self.rest[dumped] += 1
                self.bound[dumped] = _bound(node)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _bound(node: ast.stmt) -> set[str]:
    """Names that a statement gives a value, for as long as that is all that it does."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {target.id for target in targets if isinstance(target, ast.Name)}
    return set()


def _with_users(templates: set[str], root: Path) -> set[str]:
    """Names of changed templates, and of those that build on them, as views name them."""
    texts: dict[str, str] = {}
    if templates:
        files = [path for path in root.rglob("*") if path.suffix in _TEMPLATES and "templates" in path.parts]
        texts = {path.relative_to(root).as_posix(): path.read_text("utf-8", "replace") for path in files}
    found = {name for path in templates for name in _called(path)}
    growing = True
    while growing:
        more = {
            name for path, text in texts.items() if set(_USED.findall(text)) & found for name in _called(path)
        } - found
        found |= more
        growing = bool(more)
    return found


def _called(path: str) -> tuple[str, ...]:
    """What a template may be called: its path below a folder ``templates``."""
    parts = PurePosixPath(path).parts
    places = [number for number, part in enumerate(parts) if part == "templates"]
    return tuple("/".join(parts[number + 1 :]) for number in places)


def _text(root: Path, revision: str, path: str) -> str | None:
    """A file of a revision, or as it is; None where it is not."""
    if not revision:
        file = root / path
        return file.read_text("utf-8", "replace") if file.is_file() else None
    done = subprocess.run(["git", "show", f"{revision}:./{path}"], cwd=root, capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def _git(root: Path, revisions: str, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    except OSError as error:
        raise ConfigError(f"--changed-only {revisions}: git cannot be started: {error.strerror or error}") from error
    if done.returncode:
        said = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["git failed"])[-1]
        raise ConfigError(f"--changed-only {revisions}: {said}")
    return done.stdout
