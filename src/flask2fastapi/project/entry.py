"""Where the finished Flask application comes from when it is started today: what ``asgi.py`` will import."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from flask2fastapi.index.paths import is_test_path
from flask2fastapi.model.plan import Entry
from flask2fastapi.project.commands import Server
from flask2fastapi.project.tree import join, parent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask2fastapi.model.facts import AppFact, Index
    from flask2fastapi.project.commands import StartCommand
    from flask2fastapi.project.names import Names

_PREFERRED = ("wsgi", "autoapp", "application", "app", "main", "run", "server", "manage")
"""Modules that by custom hold the object that is served, the likeliest first."""
_FLASK_VARIABLES = ("app", "application")
_FLASK_FACTORIES = ("create_app", "make_app")
_TARGET = re.compile(r"^(?P<module>[^:]+?)(?::(?P<attribute>\w+)\s*(?:\((?P<arguments>.*)\))?)?$", re.DOTALL)


def choose_entry(app: AppFact, index: Index, starts: Sequence[StartCommand], names: Names) -> Entry | None:
    """Choose where ``asgi.py`` gets the application from; None when only its owner knows how it is built.

    In this order: what a start command names (production first), what FLASK_APP names, a module-level application, a
    module-level variable elsewhere that holds it (``wsgi.py`` before others, never a test), a factory that needs no
    arguments, and one with the literal arguments with which the project itself calls it. A module that would start a
    server when it is imported is passed over.
    """
    chooser = _Chooser(app, index, names)
    return next(chooser.candidates(starts), None)


def entry_of(start: StartCommand, app: AppFact, index: Index, names: Names) -> Entry | None:
    """What a start command starts, when that is ``app``; None when it is something else, or cannot be told."""
    return _Chooser(app, index, names).of_start(start)


def same_entry(one: Entry, other: Entry, root: str, names: Names) -> bool:
    """Whether two entries of one application, seen from its import root, give the same object made in the same way."""
    if one.is_factory != other.is_factory or _plain(one.arguments) != _plain(other.arguments):
        return False
    return _made_at(one, root, names) == _made_at(other, root, names)


def _made_at(entry: Entry, root: str, names: Names) -> tuple[str, str] | None:
    path = names.find(entry.module, root)
    return names.origin(path, entry.attribute) if path else None


def _plain(arguments: str) -> str:
    """Arguments without the author's spacing and quotes."""
    return ast.unparse(ast.parse(f"f({arguments})"))


class _Chooser:
    def __init__(self, app: AppFact, index: Index, names: Names) -> None:
        self._app = app
        self._names = names
        self._root = names.root_of(app.path)
        paths = {module.name: module.path for module in index.modules}
        self._variables = {
            (paths[module], name)
            for module, _, name in (alias.rpartition(".") for alias in app.aliases)
            if module in paths
        }
        self._variables |= {(call.path, call.variable) for call in app.calls if call.variable is not None}
        self._factory = app.factory.rpartition(":")[2] if app.factory else None
        if self._factory is None:
            self._variables.add((app.path, app.variable))

    def candidates(self, starts: Sequence[StartCommand]) -> Iterator[Entry]:
        """All entries that would do, the best first."""
        for start in sorted(starts, key=lambda start: -start.weight):
            if (entry := self.of_start(start)) is not None:
                yield entry
        for path, name in sorted(self._variables, key=self._rank):
            source = path if self._factory is not None or path != self._app.path else self._own_place()
            if (entry := self._variable(path, name, source)) is not None:
                yield entry
        yield from self._factories()

    def of_start(self, start: StartCommand) -> Entry | None:
        """The entry that a start command names."""
        match = _TARGET.match(start.target or "")
        path = self._file(match["module"], start.folder) if match else None
        if match is None or path is None:
            return None
        if match["arguments"] is not None:
            if start.server is Server.PYTHON:  # a script is not where its factory is imported from
                path = self._names.origin(path, match["attribute"])[0]
            return self._call(path, match["attribute"], match["arguments"], start.place)
        if match["attribute"] is not None:
            return self._attribute(path, match["attribute"], start.place)
        if start.server in {Server.FLASK_RUN, Server.FLASK_APP}:
            return self._best_of(path, start.place)
        return self._attribute(path, "application", start.place)

    def _file(self, module: str, folder: str) -> str | None:
        """The file that a target means: ``shop.wsgi``, ``shop/wsgi.py``, ``./wsgi.py``."""
        if module.endswith(".py") or "/" in module:
            stem = join(folder, module.removesuffix(".py"))
            return self._names.find(stem.rpartition("/")[2], parent(stem))
        return self._names.find(module, folder)

    def _best_of(self, path: str, source: str) -> Entry | None:
        """What Flask itself would take from a module (flask.cli.find_best_app)."""
        own = [name for where, name in self._variables if where == path]
        for name in (*_FLASK_VARIABLES, *own):
            if (entry := self._variable(path, name, source)) is not None:
                return entry
        for name in _FLASK_FACTORIES:
            if (entry := self._call(path, name, "", source)) is not None:
                return entry
        return None

    def _attribute(self, path: str, name: str, source: str) -> Entry | None:
        """``module:name``: the application itself, or its factory, which servers call when it is one."""
        return self._variable(path, name, source) or self._call(path, name, "", source)

    def _variable(self, path: str, name: str, source: str) -> Entry | None:
        if self._names.origin(path, name) not in self._variables:
            return None
        usable = self._is_importable(path) and not self._is_wrapped(path, name)
        return Entry(self._names.module_name(path), name, is_factory=False, source=source) if usable else None

    def _call(self, path: str, name: str, arguments: str, source: str) -> Entry | None:
        where, factory = self._names.origin(path, name)
        if self._factory is None or (where, factory) != (self._app.path, self._factory):
            return None
        place = path if self._is_importable(path) else where
        if not self._is_importable(place) or not self._returns_the_app() or not self._accepts(arguments):
            return None
        attribute = name if place == path else factory
        return Entry(self._names.module_name(place), attribute, is_factory=True, arguments=arguments, source=source)

    def _factories(self) -> Iterator[Entry]:
        if self._factory is None:
            return
        if (entry := self._call(self._app.path, self._factory, "", self._own_place())) is not None:
            yield entry
        calls = [call for call in self._app.calls if call.literal and not is_test_path(call.path)]
        for call in sorted(calls, key=lambda call: self._rank((call.path, call.variable or ""))):
            place = f"{call.path}:{call.line}"
            if (entry := self._call(self._app.path, self._factory, call.arguments, place)) is not None:
                yield entry

    def _accepts(self, arguments: str) -> bool:
        """Whether the factory can be called so, with nothing that only the calling module knows."""
        required = [p for p in self._app.factory_parameters if p.required and not p.kind.startswith("var_")]
        return (bool(arguments) or not required) and is_copyable(arguments)

    def _is_importable(self, path: str) -> bool:
        """Whether ``asgi.py``, which stands in the application's root, can import the module without starting it."""
        is_ours = self._names.root_of(path) == self._root and not is_test_path(path)
        return is_ours and not self._names.is_program(path)

    def _is_wrapped(self, path: str, name: str) -> bool:
        """Whether the variable ends as something around the application: ``app = ProxyFix(app)``."""
        where, bound = self._names.origin(path, name)
        module = self._names.parse(where)
        return module is not None and any(
            isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == bound for target in node.targets)
            and isinstance(node.value, ast.Call)
            and any(isinstance(inner, ast.Name) and inner.id == bound for inner in ast.walk(node.value))
            for node in module.body
        )

    def _returns_the_app(self) -> bool:
        """Whether the factory gives back the application itself, not a pair or a wrapper of it."""
        module = self._names.parse(self._app.path)
        body = module.body if module else []
        function = next((n for n in body if isinstance(n, ast.FunctionDef) and n.name == self._factory), None)
        if function is None:
            return False
        returned = [
            node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None
        ]
        return any(self._is_the_app(value) for value in returned)

    def _is_the_app(self, value: ast.expr) -> bool:
        if isinstance(value, ast.Name):
            return value.id == self._app.variable
        span = self._app.span
        return isinstance(value, ast.Call) and value.lineno == span.line and value.col_offset == span.column

    def _rank(self, place: tuple[str, str | None]) -> tuple[bool, int, int, str]:
        """The application's own module first, then names that by custom are served, then what lies higher up."""
        path = place[0]
        stem = path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
        custom = _PREFERRED.index(stem) if stem in _PREFERRED else len(_PREFERRED)
        return path != self._app.path or self._factory is not None, custom, path.count("/"), path

    def _own_place(self) -> str:
        return f"{self._app.path}:{self._app.span.line}"


def is_copyable(arguments: str) -> bool:
    """Whether arguments mean the same in another module: literals, and reads of the environment through ``os``."""
    try:
        call = ast.parse(f"f({arguments})", mode="eval").body
    except SyntaxError:
        return False
    if not isinstance(call, ast.Call):
        return False
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return all(_is_plain(value) for value in values)


def _is_plain(value: ast.expr) -> bool:
    match value:
        case ast.Constant():
            return True
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts) | ast.BoolOp(values=parts):
            return all(map(_is_plain, parts))
        case ast.Dict(keys=keys, values=values):
            return all(part is not None and _is_plain(part) for part in (*keys, *values))
        case ast.Call(func=function, args=arguments, keywords=[]):
            return ast.unparse(function) in {"os.getenv", "os.environ.get"} and all(map(_is_plain, arguments))
        case ast.Subscript(value=owner, slice=key):
            return ast.unparse(owner) == "os.environ" and _is_plain(key)
        case _:
            return False
