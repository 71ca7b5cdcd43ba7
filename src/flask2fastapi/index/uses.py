"""What the names that a body uses stand for: proxies of Flask, functions of the project, foreign names."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask2fastapi.index.scan import scan_function
from flask2fastapi.index.values import (
    UNKNOWN,
    Class,
    Folder,
    Foreign,
    Function,
    Instance,
    Made,
    Method,
    ModuleValue,
    RouteOwner,
    Scope,
    Value,
)
from flask2fastapi.model.facts import Proxy

if TYPE_CHECKING:
    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.scanned import Body, Import
    from flask2fastapi.index.values import FunctionNode
    from flask2fastapi.index.world import World

_PROXIES = {f"{package}.{proxy}": proxy for proxy in Proxy for package in ("flask", "flask.globals")}
_CONTEXT = ("flask._request_ctx_stack", "flask._app_ctx_stack", "flask.globals.")
_OPEN = Foreign | ModuleValue | Folder | Class
"""Values whose attributes are looked up; those of other objects are the object's own business."""
_SILENT = frozenset({Value})


@dataclass(slots=True)
class Use:
    """What one use of a name amounts to."""

    reached: tuple[str, ...] = ()
    """Function keys, and qualified names of what is foreign."""
    foreign: str | None = None
    flask_name: str | None = None
    proxy: Proxy | None = None
    attribute: str | None = None
    """Of the proxy."""


@dataclass(slots=True)
class Uses:
    """What a body uses, by itself or in functions inside it."""

    reached: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    flask_names: set[str] = field(default_factory=set)
    proxies: list[tuple[Proxy, str | None, ast.expr]] = field(default_factory=list)
    """Those of the body itself and of its lambdas."""
    all_proxies: set[Proxy] = field(default_factory=set)

    def add(self, use: Use, node: ast.expr) -> None:
        """Add one use."""
        self.reached.update(use.reached)
        if use.foreign is not None:
            self.foreign.add(use.foreign)
        if use.flask_name is not None:
            self.flask_names.add(use.flask_name)
        if use.proxy is not None:
            self.proxies.append((use.proxy, use.attribute, node))
            self.all_proxies.add(use.proxy)

    def include(self, inner: Uses) -> None:
        """Add what a function inside the body uses."""
        self.reached |= inner.reached
        self.foreign |= inner.foreign
        self.flask_names |= inner.flask_names
        self.all_proxies |= inner.all_proxies


class Reader:
    """Reads the bodies of one module."""

    def __init__(self, world: World, module: Module, registering: frozenset[int] = frozenset()) -> None:
        self._world = world
        self._module = module
        self._registering = registering
        scope = world.run_module(module)
        self._scope = scope
        self._names = scope.names
        self._seen: dict[tuple[str, tuple[str, ...]], Use | None] = {}
        self._own: dict[tuple[str, tuple[str, ...]], Use] = {}

    def read(self, body: Body, found: dict[str, Uses]) -> Uses:
        """What a body uses; that of functions inside it is put into ``found`` by their keys."""
        uses = Uses()
        for node, name, chain in body.loads:
            use = self._use(body, name, chain) if id(node) not in self._registering else None
            if use is not None:
                uses.add(use, node)
        for binding in body.bound.values():
            if isinstance(binding, ast.Import | ast.ImportFrom):
                self._note_import(binding)
        for inner in body.inner:
            own = self.read(inner, found)
            if inner.is_function:
                if inner.key in found:  # defined twice, in branches or as getter and setter: either may be called
                    own.include(found[inner.key])
                found[inner.key] = own
            else:
                uses.proxies += own.proxies
            uses.include(own)
        return uses

    def _use(self, body: Body, name: str, chain: tuple[str, ...]) -> Use | None:
        holder = body.holder(name) if body.parent is not None else None
        if holder is not None:
            return self._local(holder, name, chain)
        if name == "super":
            return self._super(body)
        key = (name, chain)
        if key not in self._seen:
            value = self._names.get(name)
            if value is None and self._scope.stars:
                value = self._world.lookup(name, self._scope)
            self._seen[key] = self._meaning(value, chain) if value is not None else None
        return self._seen[key]

    def _local(self, holder: Body, name: str, chain: tuple[str, ...]) -> Use | None:
        binding = holder.bound[name]
        if binding is None:
            return self._of_self(holder, name, chain) if chain else None
        if isinstance(binding, str):
            return Use((binding, f"{binding}.__init__", *(f"{binding}.{name}" for name in chain[:1])))
        return self._meaning(self._imported(binding), chain)

    def _of_self(self, holder: Body, name: str, chain: tuple[str, ...]) -> Use | None:
        """``self.name`` in a method."""
        if holder.receiver() != name or holder.parent is None:
            return None
        key = (holder.parent.key, chain[:1])
        if key not in self._own:
            self._own[key] = Use(tuple(f"{each}.{chain[0]}" for each in self._classes(holder)))
        return self._own[key]

    def _classes(self, method: Body) -> list[str]:
        """The class of a method and its bases in the project."""
        key = method.parent.key if method.parent is not None else ""
        cls = self._world.recorder.classes.get(key)
        return [each.key for each in self._world.mro(cls)] if cls is not None else [key]

    def _super(self, body: Body) -> Use | None:
        """``super()`` in a method: taken to call the same method of the bases."""
        if body.receiver() is None:
            return None
        name = body.key.rpartition(".")[2]
        return Use(tuple(f"{key}.{name}" for key in self._classes(body)[1:]))

    def _imported(self, node: Import) -> Value:
        """What an import inside a function binds: followed as the module's own would be."""
        scope = Scope(self._module)
        if isinstance(node, ast.Import):
            self._world.run_import(node, scope)
        else:
            self._world.run_import_from(node, scope)
        return next(iter(scope.names.values()), UNKNOWN)

    def _note_import(self, node: Import) -> None:
        """Keep that the module imports another one, also where that happens in a function."""
        level = node.level if isinstance(node, ast.ImportFrom) else 0
        base = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            for dotted in {base, f"{base}.{alias.name}".strip(".")}:
                found = self._world.modules.find(self._module, dotted, level) if dotted or level else None
                if found is not None and found is not self._module:
                    self._module.imports.add(found.name)

    def _meaning(self, value: Value, chain: tuple[str, ...]) -> Use | None:
        for name in chain:
            if not isinstance(value, _OPEN) or self._is_proxy(value):
                return self._at(value, name)
            following = self._world.attribute(value, name)
            if following.__class__ in _SILENT or isinstance(following, Method):
                return self._at(value, name)
            value = following
        return self._at(value, None)

    def _is_proxy(self, value: Value) -> bool:
        return isinstance(value, Foreign) and self._world.canonical(value.name) in _PROXIES

    def _at(self, value: Value, attribute: str | None) -> Use | None:
        match value:
            case Foreign(name=name):
                return _foreign(self._world.canonical(name), attribute)
            case Function(key=key):
                return Use((key,))
            case Class(key=key):
                return Use((key, f"{key}.__init__", *((f"{key}.{attribute}",) if attribute else ())))
            case Instance(cls=cls):
                return Use(self._of_class(cls, attribute))
            case RouteOwner(key=key, cls=cls):
                return Use(self._of_class(cls, attribute), flask_name=key)
            case Made(name=name, cls=cls):
                return Use(self._of_class(cls, attribute), flask_name=self._world.canonical(name))
        return None

    def _of_class(self, cls: Class | None, attribute: str | None) -> tuple[str, ...]:
        """What using an object of a class reaches: the class, and the method of this name."""
        keys = [each.key for each in self._world.mro(cls)] if cls is not None else []
        return (*keys, *(f"{key}.{attribute}" for key in keys if attribute))


def _foreign(name: str, attribute: str | None) -> Use:
    flask_name = name if name.startswith(("flask.", "flask_", "werkzeug.")) else None
    proxy = _PROXIES.get(name)
    if proxy is not None:
        return Use(flask_name=flask_name, proxy=Proxy(proxy), attribute=attribute)
    touched = Proxy.REQUEST if name.startswith(_CONTEXT) else None
    if flask_name is not None:
        return Use(flask_name=flask_name, proxy=touched)
    full = f"{name}.{attribute}" if attribute else name
    return Use((full,), foreign=full)


def local_names(node: FunctionNode) -> dict[str, ast.Import | ast.ImportFrom | None]:
    """The names that a function binds, with the import statement where that is what binds them."""
    body = scan_function("", node)
    return {
        name: binding if isinstance(binding, ast.Import | ast.ImportFrom) else None
        for name, binding in body.bound.items()
        if name not in body.outer
    }
