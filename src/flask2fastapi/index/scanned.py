"""What one pass over a module finds of each body of statements: `scan` makes these."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    kept: list[Any] = field(default_factory=list)
    """Nodes that bind, change or call something, so that who reads a view need not look for them again."""

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
        self.kept.clear()
        for each in self.inner:
            each.forget()
        self.inner.clear()

    def used_names(self) -> Iterator[str]:
        """Names that are read in it or in what is inside it, and the arguments of functions inside it."""
        for _, name, _ in self.loads:
            yield name
        for each in self.inner:
            if isinstance(each.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                yield from (arg.arg for arg in arguments_of(each.node.args))
            yield from each.used_names()

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


def arguments_of(arguments: ast.arguments) -> list[ast.arg]:
    """All arguments of a function."""
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    found += [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
    return found
