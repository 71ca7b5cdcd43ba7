"""Which names from outside a function's body uses."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.values import Class, Foreign, Function, Instance, Made, Method, ModuleValue, RouteOwner, Value
from flask2fastapi.model.facts import Proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.values import FunctionNode
    from flask2fastapi.index.world import World

_PROXIES = {f"{package}.{proxy}": proxy for proxy in Proxy for package in ("flask", "flask.globals")}
_CONTEXT = ("flask._request_ctx_stack", "flask._app_ctx_stack", "flask.globals.")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Uses:
    """What the body of one function uses; names that it binds itself are its own business."""

    def __init__(self, world: World, module: Module, node: FunctionNode, enclosing: frozenset[str]) -> None:
        self._world = world
        self._module = module
        self._node = node
        self._names = world.run_module(module).names
        self._local = local_names(node)
        self._enclosing = enclosing
        self.reached: set[str] = set()
        self.foreign: set[str] = set()
        self.flask_names: set[str] = set()
        self.proxies: list[tuple[Proxy, str | None, ast.AST]] = []

    def read(self) -> None:
        """Read the body; decorators and defaults belong to the function around it."""
        for statement in self._node.body:
            self._walk(statement)

    def _walk(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name):
            self._use(node, self._value(node), None)
        elif isinstance(node, ast.Attribute):
            chain, root = _chain(node)
            if isinstance(root, ast.Name):
                self._use_chain(root, chain, node)
            else:
                self._walk(root)
        else:
            for child in ast.iter_child_nodes(node):
                self._walk(child)

    def _value(self, root: ast.Name) -> Value | None:
        """What a name means inside the function, None when it is local or unknown."""
        if root.id in self._local:
            imported = self._local[root.id]
            return self._import(imported) if imported else None
        if root.id in self._enclosing:
            return None
        return self._names.get(root.id)

    def _import(self, node: ast.Import | ast.ImportFrom) -> Value | None:
        """An import inside the function: followed as the module's own would be."""
        scope = type(self._world.run_module(self._module))(self._module, {}, None, "")
        if isinstance(node, ast.Import):
            self._world.run_import(node, scope)
        else:
            self._world.run_import_from(node, scope)
        return next(iter(scope.names.values()), None) if len(scope.names) == 1 else None

    def _use_chain(self, root: ast.Name, chain: list[str], node: ast.AST) -> None:
        value = self._value(root)
        for index, name in enumerate(chain):
            following = self._world.attribute(value, name) if isinstance(value, Foreign | ModuleValue | Class) else None
            if following is None or type(following) is Value or isinstance(following, Method):
                self._use(node, value, name)
                return
            if isinstance(value, Foreign) and self._world.canonical(value.name) in _PROXIES:
                self._use(node, value, chain[index])
                return
            value = following
        self._use(node, value, None)

    def _use(self, node: ast.AST, value: Value | None, attribute: str | None) -> None:
        match value:
            case Foreign(name=name):
                self._use_foreign(self._world.canonical(name), attribute, node)
            case Function(key=key):
                self.reached.add(key)
            case Class(key=key):
                self.reached |= (
                    {key, f"{key}.__init__", f"{key}.{attribute}"} if attribute else {key, f"{key}.__init__"}
                )
            case Instance(cls=cls):
                self.reached |= {each.key for each in self._world.mro(cls)}
            case RouteOwner(key=key):
                self.flask_names.add(key)
            case Made(name=name):
                self.flask_names.add(self._world.canonical(name))

    def _use_foreign(self, name: str, attribute: str | None, node: ast.AST) -> None:
        proxy = _PROXIES.get(name)
        if proxy is not None:
            self.proxies.append((Proxy(proxy), attribute, node))
        elif name.startswith(_CONTEXT):
            self.proxies.append((Proxy.REQUEST, None, node))
        if name.startswith(("flask.", "flask_", "werkzeug.")):
            self.flask_names.add(name)
        else:
            self.foreign.add(f"{name}.{attribute}" if attribute else name)
            self.reached.add(f"{name}.{attribute}" if attribute else name)


def local_names(node: FunctionNode) -> dict[str, ast.Import | ast.ImportFrom | None]:
    """The names that a function binds, with the import statement where that is what binds them."""
    signature = node.args
    arguments = [*signature.posonlyargs, *signature.args, *signature.kwonlyargs, signature.vararg, signature.kwarg]
    found: dict[str, ast.Import | ast.ImportFrom | None] = {arg.arg: None for arg in arguments if arg}
    outer: set[str] = set()
    for inner in _inside(node):
        match inner:
            case ast.Name(id=name, ctx=ast.Store()):
                found.setdefault(name, None)
            case ast.Import() | ast.ImportFrom():
                for alias in inner.names:
                    found[alias.asname or alias.name.partition(".")[0]] = _single(inner, alias)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.setdefault(name, None)
            case ast.ExceptHandler(name=str(name)):
                found.setdefault(name, None)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                outer.update(names)
    return {name: value for name, value in found.items() if name not in outer}


def _inside(node: FunctionNode) -> Iterator[ast.AST]:
    """The nodes of a function's body, not those inside functions and classes that it defines."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        inner = waiting.pop()
        yield inner
        if not isinstance(inner, (*_FUNCTIONS, ast.ClassDef)):
            waiting += ast.iter_child_nodes(inner)


def _single(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.Import | ast.ImportFrom:
    """The same import with only one of its names."""
    if isinstance(node, ast.Import):
        return ast.Import([alias])
    return ast.ImportFrom(node.module, [alias], node.level)


def _chain(node: ast.expr) -> tuple[list[str], ast.expr]:
    """The attributes of ``a.b.c`` in order, and what they are taken from."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return names, node
