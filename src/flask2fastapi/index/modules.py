"""The project's files as modules: their names, their trees, and which file an import means."""

from __future__ import annotations

import ast
import sys
import warnings
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask2fastapi.index.paths import is_test_path
from flask2fastapi.index.scan import scan_module
from flask2fastapi.index.spans import Lines
from flask2fastapi.model.diagnostics import Diagnostic, Severity
from flask2fastapi.model.location import Location

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask2fastapi.index.scanned import Body
    from flask2fastapi.model.files import SourceFile
    from flask2fastapi.model.location import Span


@dataclass(slots=True, eq=False)
class Module:
    """A parsed file. ``root`` is the folder from which it is imported: the nearest one that is not a package."""

    name: str
    path: str
    root: str
    is_package: bool
    tree: ast.Module
    lines: Lines
    imports: set[str] = field(default_factory=set)
    """Names of project modules that it imports; filled while the program is followed."""
    imported_from: set[str] = field(default_factory=set)
    """Folders below which modules of the project, tests apart, import it by its whole name."""
    _body: Body | None = None
    _bodies: dict[int, Body] = field(default_factory=dict)

    def span(self, node: ast.AST) -> Span:
        """The span of one of its nodes."""
        return self.lines.span(node)

    @property
    def body(self) -> Body:
        """What its functions use and bind."""
        if self._body is None:
            self._body = scan_module(self.name, self.tree)
        return self._body

    def forget(self) -> None:
        """Let go of its syntax nodes."""
        if self._body is not None:
            self._body.forget()
        self._body, self._bodies, self.tree = None, {}, ast.Module([], [])

    def body_of(self, node: ast.AST) -> Body | None:
        """The body of one of its functions."""
        if not self._bodies:
            self._bodies = {id(each.node): each for each in self.body.functions()}
        return self._bodies.get(id(node))

    @property
    def package(self) -> str:
        """Folder against which its relative imports are resolved."""
        return self.path.rpartition("/")[0]


@dataclass(slots=True)
class Modules:
    """All modules of the project by path."""

    by_path: dict[str, Module]
    unread: list[Location] = field(default_factory=list)
    unread_texts: dict[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)
    _found: dict[tuple[str, str], Module | None] = field(default_factory=dict)
    _names: frozenset[str] = frozenset()
    """Names of all files and folders: most imports are of none of these."""
    _places: frozenset[str] = frozenset()

    def find(self, importer: Module, dotted: str, level: int = 0) -> Module | None:
        """The project's module that an import means, None when it comes from elsewhere.

        Absolute names are looked for from the importer's own root, its folder, the project's root, then all roots.
        """
        if level:
            folder = importer.package
            for _ in range(level - 1):
                folder = folder.rpartition("/")[0]
            return self._at(_join(folder, dotted.replace(".", "/")))
        if dotted.partition(".")[0] not in self._known_names():
            return None
        key = (importer.package, dotted)
        if key not in self._found:
            path = dotted.replace(".", "/")
            places = (importer.root, importer.package, "")
            near = ((place, self._at(_join(place, path))) for place in places)
            place, found = next(((place, each) for place, each in near if each is not None), ("", None))
            if found is not None and not is_test_path(importer.path):
                found.imported_from.add(place)
            self._found[key] = found or self._anywhere(path)
        return self._found[key]

    def _anywhere(self, path: str) -> Module | None:
        """A module below any root, the same for whoever imports it."""
        key = ("", f"/{path}")
        if key not in self._found:
            places = (self._at(_join(root, path)) for root in self.roots)
            self._found[key] = next((found for found in places if found is not None), None)
        return self._found[key]

    def is_folder(self, importer: Module, dotted: str) -> bool:
        """Whether a dotted name means a folder without ``__init__.py`` that holds modules of the project."""
        if dotted.partition(".")[0] not in self._known_names():
            return False
        places = dict.fromkeys([importer.root, importer.package, "", *self.roots])
        return any(_join(place, dotted.replace(".", "/")) in self.places for place in places)

    @property
    def places(self) -> frozenset[str]:
        """All files, and all folders above them."""
        if not self._places:
            self._places = frozenset(place for path in self.by_path for place in (path, *_above(path)))
        return self._places

    def _known_names(self) -> frozenset[str]:
        if not self._names:
            self._names = frozenset(part for path in self.by_path for part in path.removesuffix(".py").split("/"))
        return self._names

    def _at(self, path: str) -> Module | None:
        return self.by_path.get(_join(path, "__init__.py")) or self.by_path.get(f"{path}.py")


def read_modules(files: Iterable[SourceFile]) -> Modules:
    """Parse all files; those that do not parse become diagnostics."""
    files = list(files)
    packages = {f.path.rpartition("/")[0] for f in files if f.path.rpartition("/")[2] == "__init__.py"}
    roots = {f.path: root_of(f.path, packages) for f in files}
    short = {f.path: dotted_name(f.path, roots[f.path]) for f in files}
    counts = Counter(short.values())
    modules = Modules({}, roots=sorted(set(roots.values())))
    for file in files:
        tree = _parse(file, modules)
        if tree is not None:
            name = short[file.path]
            # Several `app.py` in sibling folders: each is called by its place in the project instead.
            unique = name if counts[name] == 1 and name else dotted_name(file.path, "")
            is_package = file.path.endswith("__init__.py")
            modules.by_path[file.path] = Module(unique, file.path, roots[file.path], is_package, tree, Lines(file.text))
    return modules


def _above(path: str) -> list[str]:
    """All folders above a file."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def root_of(path: str, packages: set[str]) -> str:
    """The nearest folder above a file that is no package; "" for the project's root."""
    folder = path.rpartition("/")[0]
    while folder and folder in packages:
        folder = folder.rpartition("/")[0]
    return folder


def dotted_name(path: str, root: str) -> str:
    """The dotted name of a file as seen from a folder."""
    inner = path[len(root) + 1 :] if root else path
    return inner.removesuffix(".py").removesuffix("__init__").strip("/").replace("/", ".")


def _parse(file: SourceFile, modules: Modules) -> ast.Module | None:
    try:
        with warnings.catch_warnings():  # a target's invalid escapes are its own business
            warnings.simplefilter("ignore")
            return ast.parse(file.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        place = Location(file.path, line)
        what = error.args[0] if error.args else error
        message = f"{_hint(error)}this file does not parse ({what}); its routes are not seen"
        modules.unread.append(place)
        modules.unread_texts[file.path] = file.text
        modules.diagnostics.append(Diagnostic("unparsable-file", Severity.ERROR, message, place))
        return None


def _hint(error: Exception) -> str:
    """What may be behind it: a file parses on the Python that it was written for, not on every other."""
    if "print" in str(error) or "Missing parentheses" in str(error):
        return "Python 2? "
    newer = f"for a Python newer than {sys.version_info[0]}.{sys.version_info[1]}? then run flask2fastapi on that: "
    return newer if isinstance(error, SyntaxError) else ""


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder and name else folder or name
