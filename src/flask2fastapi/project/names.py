"""Follow a name through imports to where its object is made, on files alone: ``run:app`` is ``app/__init__.py``'s."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from flask2fastapi.project.tree import join, parent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.project.tree import Tree

_LONGEST_CHAIN = 12
_RUNNING = {"run", "run_simple", "serve", "serve_forever", "run_server", "runserver"}
_NO_SERVERS = {"subprocess", "asyncio", "unittest", "os", "uvicorn", "loop"}
_ONLY_AS_PROGRAM = {"parse_args", "parse_known_args", "patch_all"}
"""The command line of another program, and gevent's patches, under which no event loop runs."""


class Names:
    """The names that the modules of a project bind at their top level."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._python = [path for path in tree.paths if path.endswith(".py")]
        self._packages = {parent(path) for path in self._python if path.endswith("/__init__.py")}
        self._parsed: dict[str, ast.Module | None] = {}

    def root_of(self, path: str) -> str:
        """The folder from which a module is imported: the nearest above it that is not a package."""
        folder = parent(path)
        while folder and folder in self._packages:
            folder = parent(folder)
        return folder

    def module_name(self, path: str) -> str:
        """The dotted name of a module as seen from its root."""
        root = self.root_of(path)
        inner = path.removeprefix(f"{root}/") if root else path
        return inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def find(self, dotted: str, folder: str) -> str | None:
        """The file that ``import dotted`` means for a process started in ``folder``, None when it is not the project's.

        What is not there (started from elsewhere, or installed as a package) is looked for in the whole project, and
        counts only when a single file answers.
        """
        for place in dict.fromkeys((folder, join(folder, "src"))):
            if found := self._at(join(place, dotted.replace(".", "/"))):
                return found
        tail = dotted.replace(".", "/")
        wanted = (f"{tail}.py", f"{tail}/__init__.py")
        found_all = [path for path in self._python if path.endswith(wanted) and self.module_name(path) == dotted]
        inside = [path for path in found_all if path.startswith(f"{folder}/")] if folder else []
        candidates = inside or found_all
        return candidates[0] if len(candidates) == 1 else None

    def origin(self, path: str, name: str) -> tuple[str, str]:
        """The file and the name under which an object is made; the given ones when it is made there or unknown."""
        seen: list[tuple[str, str]] = []
        place: tuple[str, str] | None = (path, name)
        while place is not None and place not in seen and len(seen) < _LONGEST_CHAIN:
            seen.append(place)
            place = self._next(*place)
        return seen[-1]

    def parse(self, path: str) -> ast.Module | None:
        """The tree of a file, None when it cannot be read or parsed."""
        if path not in self._parsed:
            source = self._tree.read(path)
            self._parsed[path] = _parse(source.text) if source else None
        return self._parsed[path]

    def is_program(self, path: str) -> bool:
        """Whether the module is only fit to be started itself.

        Importing it would start a server (``app.run()`` without a guard), read a command line, or let gevent patch the
        standard library.
        """
        module = self.parse(path)
        return module is None or any(map(_is_for_programs, _top_level(module.body)))

    def _at(self, stem: str) -> str | None:
        return next((p for p in (f"{stem}/__init__.py", f"{stem}.py") if self._tree.has(p)), None)

    def _next(self, path: str, name: str) -> tuple[str, str] | None:
        """One step back along an import or a plain ``x = y``."""
        module = self.parse(path)
        statements = list(_top_level(module.body)) if module else []
        for statement in reversed(statements):
            if isinstance(statement, ast.ImportFrom):
                found = self._imported(path, statement, name)
                if found is not None:
                    return found
            elif isinstance(statement, ast.Assign) and _binds(statement, name):
                return (path, statement.value.id) if isinstance(statement.value, ast.Name) else None
        return None

    def _imported(self, path: str, statement: ast.ImportFrom, name: str) -> tuple[str, str] | None:
        for alias in statement.names:
            if alias.name != "*" and (alias.asname or alias.name) != name:
                continue
            source = self._source_of(path, statement)
            if source is None:
                continue
            wanted = name if alias.name == "*" else alias.name
            if alias.name != "*" or self._binds_at_top(source, wanted):
                return source, wanted
        return None

    def _source_of(self, path: str, statement: ast.ImportFrom) -> str | None:
        if not statement.level:
            root = self.root_of(path)
            return self._at(join(root, (statement.module or "").replace(".", "/"))) or self.find(
                statement.module or "", ""
            )
        folder = parent(path)
        for _ in range(statement.level - 1):
            folder = parent(folder)
        return self._at(join(folder, (statement.module or "").replace(".", "/")))

    def _binds_at_top(self, path: str, name: str) -> bool:
        module = self.parse(path)
        return module is not None and any(
            (isinstance(node, ast.Assign) and _binds(node, name))
            or (isinstance(node, ast.FunctionDef) and node.name == name)
            or (isinstance(node, ast.ImportFrom) and self._imported(path, node, name) is not None)
            for node in _top_level(module.body)
        )


def is_main_guard(statement: ast.stmt) -> bool:
    """``if __name__ == "__main__":``."""
    return isinstance(statement, ast.If) and any(
        isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(statement.test)
    )


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run on import, also inside ``if``, ``try`` and ``with``."""
    for statement in body:
        yield statement
        if is_main_guard(statement) or isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for field in ("body", "orelse", "finalbody"):
            yield from _top_level(getattr(statement, field, []))
        for handler in getattr(statement, "handlers", []):
            yield from _top_level(handler.body)


def _is_for_programs(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign) or statement.value is None:
        return False
    called = {_last_name(node.func) for node in ast.walk(statement.value) if isinstance(node, ast.Call)}
    if called & _ONLY_AS_PROGRAM:
        return True
    call = statement.value
    return isinstance(statement, ast.Expr) and isinstance(call, ast.Call) and _starts_server(call.func)


def _starts_server(function: ast.expr) -> bool:
    owner = function.value if isinstance(function, ast.Attribute) else None
    is_other = isinstance(owner, ast.Name) and owner.id in _NO_SERVERS
    return _last_name(function) in _RUNNING and not is_other


def _last_name(function: ast.expr) -> str:
    return ast.unparse(function).rpartition(".")[2] if isinstance(function, ast.Attribute | ast.Name) else ""


def _binds(statement: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)


def _parse(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():  # a target's invalid escapes are its own business
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
