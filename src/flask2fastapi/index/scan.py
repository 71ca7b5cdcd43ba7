"""One pass over a module's tree: which functions it has, and which names each of them uses and binds.

The pass looks only at fields that hold nodes with names in them, and goes over each node once: functions are most of a
program's text, so this is most of what an index costs beside parsing.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from flask2fastapi.index.nodes import FIELDS, LEAVES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flask2fastapi.index.values import FunctionNode

Import: TypeAlias = ast.Import | ast.ImportFrom
Binding: TypeAlias = Import | str | None
"""What binds a local name: an import of that one name, the key of a nested function or class, or anything else."""


@dataclass(slots=True, eq=False)
class Body:
    """The body of a function, lambda or class, or a module's statements outside them."""

    key: str
    """Of a function or class; that of what is around it for a lambda or a module."""
    node: ast.AST
    parent: Body | None
    loads: list[tuple[ast.expr, str, tuple[str, ...]]] = field(default_factory=list)
    """Each use of a name: the whole ``name.a.b``, ``name``, its attributes."""
    bound: dict[str, Binding] = field(default_factory=dict)
    outer: set[str] = field(default_factory=set)
    """Names declared global or nonlocal."""
    shared: set[str] = field(default_factory=set)
    """Names declared global."""
    inner: list[Body] = field(default_factory=list)

    @property
    def is_function(self) -> bool:
        """Whether it has a fact of its own."""
        return isinstance(self.node, ast.FunctionDef | ast.AsyncFunctionDef)

    def holder(self, name: str) -> Body | None:
        """The body to which a name is local: this one or a function around it; None for the module's names."""
        at: Body | None = self
        while at is not None and at.parent is not None:
            visible = at is self or not isinstance(at.node, ast.ClassDef)
            if visible and name in at.bound and name not in at.outer:
                return at
            at = at.parent
        return None

    def receiver(self) -> str | None:
        """The name of ``self`` in a method, None in all else."""
        if not isinstance(self.node, ast.FunctionDef | ast.AsyncFunctionDef) or self.parent is None:
            return None
        arguments = [*self.node.args.posonlyargs, *self.node.args.args]
        return arguments[0].arg if arguments and isinstance(self.parent.node, ast.ClassDef) else None

    def functions(self) -> Iterator[Body]:
        """All functions below, each before those inside it."""
        for each in sorted(self.inner, key=lambda inner: inner.line):
            if each.is_function:
                yield each
            yield from each.functions()

    def local_names(self) -> dict[str, Import | None]:
        """The names that it binds, each with its import statement where that is what binds it."""
        imports = (ast.Import, ast.ImportFrom)
        found = {name: each if isinstance(each, imports) else None for name, each in self.bound.items()}
        return {name: each for name, each in found.items() if name not in self.outer} if self.outer else found

    def around(self) -> Iterator[str]:
        """Local names of the functions around it."""
        at = self.parent
        while at is not None and at.parent is not None:
            if not isinstance(at.node, ast.ClassDef):
                yield from at.bound.keys() - at.outer
            at = at.parent

    def everything(self) -> Iterator[Body]:
        """It and all bodies inside it."""
        yield self
        for each in self.inner:
            yield from each.everything()

    def forget(self) -> None:
        """Let go of what is around and inside it."""
        self.parent = None
        self.loads.clear()
        for each in self.inner:
            each.forget()
        self.inner.clear()

    def words(self) -> Iterator[str]:
        """All names and attributes in it, and in the classes and lambdas inside it, but not in its functions."""
        for _, name, chain in self.loads:
            yield name
            yield from chain
        for each in self.inner:
            if not each.is_function:
                yield from each.words()

    @property
    def line(self) -> int:
        """Where it begins."""
        return getattr(self.node, "lineno", 1)


def scan_module(name: str, tree: ast.Module) -> Body:
    """Scan a module of this name."""
    body = Body(f"{name}:", tree, None)
    _scan(body, tree.body)
    return body


def scan_function(key: str, node: FunctionNode) -> Body:
    """Scan one function by itself."""
    body = Body(key, node, None)
    _bind_arguments(body, node.args)
    _scan(body, node.body)
    return body


def _scan(body: Body, statements: Iterable[ast.AST]) -> None:
    waiting: list[Any] = [*statements]
    special, fields, leaves = _SPECIAL, FIELDS, LEAVES
    while waiting:
        node = waiting.pop()
        cls = node.__class__
        if cls in leaves:
            continue
        handle = special.get(cls)
        if handle is not None:
            handle(body, node, waiting)
            continue
        for name in fields[cls]:
            value = getattr(node, name)
            if value.__class__ is list:
                waiting += value
            elif value is not None:
                waiting.append(value)


def _name(body: Body, node: ast.Name, _: list[Any]) -> None:
    if node.ctx.__class__ is ast.Load:
        body.loads.append((node, node.id, ()))
    else:
        body.bound.setdefault(node.id, None)


def _attribute(body: Body, node: ast.Attribute, waiting: list[Any]) -> None:
    chain = [node.attr]
    at = node.value
    while isinstance(at, ast.Attribute):
        chain.append(at.attr)
        at = at.value
    if isinstance(at, ast.Name):
        chain.reverse()
        body.loads.append((node, at.id, tuple(chain)))
    else:
        waiting.append(at)


def _function(body: Body, node: FunctionNode, waiting: list[Any]) -> None:
    inner = Body(f"{_prefix(body)}{node.name}", node, body)
    body.bound[node.name] = inner.key
    body.inner.append(inner)
    _leave_outside(node.args, waiting)
    waiting += node.decorator_list
    if node.returns is not None:
        waiting.append(node.returns)
    _bind_arguments(inner, node.args)
    _scan(inner, node.body)


def _lambda(body: Body, node: ast.Lambda, waiting: list[Any]) -> None:
    inner = Body(body.key, node, body)
    body.inner.append(inner)
    _leave_outside(node.args, waiting)
    _bind_arguments(inner, node.args)
    _scan(inner, [node.body])


def _class(body: Body, node: ast.ClassDef, waiting: list[Any]) -> None:
    inner = Body(f"{_prefix(body)}{node.name}", node, body)
    body.bound[node.name] = inner.key
    body.inner.append(inner)
    waiting += node.decorator_list
    waiting += node.bases
    waiting += node.keywords
    _scan(inner, node.body)


def _import(body: Body, node: Import, _: list[Any]) -> None:
    for alias in node.names:
        body.bound[alias.asname or alias.name.partition(".")[0]] = _single(node, alias)


def _handler(body: Body, node: ast.ExceptHandler, waiting: list[Any]) -> None:
    if node.name:
        body.bound.setdefault(node.name, None)
    waiting.append(node.type)
    waiting += node.body


def _declare(body: Body, node: ast.Global | ast.Nonlocal, _: list[Any]) -> None:
    body.outer.update(node.names)
    if isinstance(node, ast.Global):
        body.shared.update(node.names)


def _capture(body: Body, node: ast.MatchAs | ast.MatchStar, waiting: list[Any]) -> None:
    if node.name:
        body.bound.setdefault(node.name, None)
    waiting.append(getattr(node, "pattern", None))


_SPECIAL: dict[type[ast.AST], Callable[[Body, Any, list[Any]], None]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.Lambda: _lambda,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.ExceptHandler: _handler,
    ast.Global: _declare,
    ast.Nonlocal: _declare,
    ast.MatchAs: _capture,
    ast.MatchStar: _capture,
}


def _prefix(body: Body) -> str:
    """What the keys of functions and classes in a body begin with."""
    if body.key.endswith(":"):
        return body.key
    at = body
    while isinstance(at.node, ast.Lambda) and at.parent is not None:
        at = at.parent
    return f"{body.key}." if isinstance(at.node, ast.ClassDef) else f"{body.key}.<locals>."


def _leave_outside(arguments: ast.arguments, waiting: list[Any]) -> None:
    """Defaults and annotations belong to the body around a function."""
    waiting += arguments.defaults
    waiting += arguments.kw_defaults
    waiting += [each.annotation for each in _all(arguments) if each.annotation is not None]


def _bind_arguments(body: Body, arguments: ast.arguments) -> None:
    for each in _all(arguments):
        body.bound[each.arg] = None


def _all(arguments: ast.arguments) -> list[ast.arg]:
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    found += [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
    return found


def _single(node: Import, alias: ast.alias) -> Import:
    """The same import with only one of its names."""
    if len(node.names) == 1:
        return node
    if isinstance(node, ast.Import):
        return ast.Import([alias])
    return ast.ImportFrom(node.module, [alias], node.level)
