"""Follow imports, into the project's own modules as Python would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.index.expressions import Expressions
from flask2fastapi.index.values import UNKNOWN, Const, Folder, Foreign, ModuleValue, Scope, Value, strings

if TYPE_CHECKING:
    import ast

    from flask2fastapi.index.modules import Module


class Imports(Expressions):
    """Import statements."""

    def run_module(self, module: Module) -> Scope:
        """Follow a module once, its packages first, and give its names."""
        known = self.scopes.get(module.path)
        if known is not None:
            return known
        self._run_packages(module)
        if module.path in self.scopes:  # a package imported it
            return self.scopes[module.path]
        scope = self.scopes[module.path] = Scope(module)
        scope.names["__name__"] = Const(module.name)
        scope.names["__file__"] = Const(module.path)
        if module.is_package:
            scope.names["__path__"] = ModuleValue(module)
        frames, self.frames = self.frames, []
        conditional, self.conditional = self.conditional, 0
        hints, self.hints = self.hints, []
        contexts = len(self.contexts)
        try:
            self.execute(module.tree.body, scope)
        except RecursionError:
            self.too_deep[module.path] = None
            del self.contexts[contexts:]
        self.frames, self.conditional, self.hints = frames, conditional, hints
        return scope

    def _run_packages(self, module: Module) -> None:
        parts = module.path.split("/")[:-1]
        for count in range(1, len(parts) + 1):
            package = self.modules.by_path.get("/".join([*parts[:count], "__init__.py"]))
            if package is not None and package is not module:
                self.run_module(package)

    def run_import(self, node: ast.Import, scope: Scope) -> None:
        """``import a.b`` and ``import a.b as c``."""
        for alias in node.names:
            found = self.import_name(alias.name, scope.module)
            if alias.asname:
                scope.names[alias.asname] = found
            else:
                top = alias.name.partition(".")[0]
                scope.names[top] = self.import_name(top, scope.module) if top != alias.name else found

    def import_name(self, dotted: str, importer: Module, level: int = 0) -> Value:
        """What ``import dotted`` gives: a module of the project, followed, or a foreign name."""
        module = self.modules.find(importer, dotted, level)
        if module is None:
            return self._elsewhere(dotted, importer)
        if module is not importer:
            importer.imports.add(module.name)
        self.run_module(module)
        return ModuleValue(module)

    def _elsewhere(self, dotted: str, importer: Module) -> Value:
        if not dotted:
            return UNKNOWN
        return Folder(dotted, importer) if self.modules.is_folder(importer, dotted) else Foreign(dotted)

    def run_import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        """``from a import b``, ``from . import b``, ``from a import *``."""
        base = node.module or ""
        module = self.modules.find(scope.module, base, node.level)
        if module is not None and module is not scope.module:
            scope.module.imports.add(module.name)
        for alias in node.names:
            if alias.name == "*":
                self._import_star(module, base, scope)
            else:
                scope.names[alias.asname or alias.name] = self._member(node, module, alias.name, scope)

    def _member(self, node: ast.ImportFrom, module: Module | None, name: str, scope: Scope) -> Value:
        if module is not None:
            names = self.run_module(module).names
            if name in names:
                return names[name]
        base = node.module or ""
        submodule = self.modules.find(scope.module, f"{base}.{name}".strip("."), node.level)
        if submodule is not None:
            scope.module.imports.add(submodule.name)
            self.run_module(submodule)
            return ModuleValue(submodule)
        if module is not None:
            return UNKNOWN
        package = self._package(scope.module, node.level)
        return Foreign(".".join(part for part in (package, base, name) if part))

    def _package(self, module: Module, level: int) -> str:
        """Dotted name of the package that a relative import starts from, "" for an absolute one."""
        folder = module.package
        for _ in range(level - 1):
            folder = folder.rpartition("/")[0]
        return folder.replace("/", ".") if level else ""

    def _import_star(self, module: Module | None, base: str, scope: Scope) -> None:
        if module is None:
            scope.stars.append(base)
            return
        names = self.run_module(module).names
        public = strings(names.get("__all__"))
        chosen = [name for name in names if not name.startswith("_")] if public is None else public
        scope.names.update({name: names[name] for name in chosen if name in names})
