"""What it means for a body that it uses something: keep it, or say why that needs Flask's context."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from flask2fastapi.index.harmless import is_harmless
from flask2fastapi.index.keys import node_key
from flask2fastapi.index.meanings import (
    CONTEXT_FREE,
    OF_APPLICATION,
    SAFE_BUILTINS,
    SAFE_DECORATORS,
    SAFE_MODULES,
    foreign_blocker,
    is_extension,
)
from flask2fastapi.index.swaps import QUICK, RARE, swap_of
from flask2fastapi.index.values import (
    Class,
    Const,
    Foreign,
    Function,
    Instance,
    Items,
    Made,
    Method,
    ModuleValue,
    Pairs,
    RouteOwner,
    Value,
)
from flask2fastapi.model.location import Location
from flask2fastapi.model.plan import Reason
from flask2fastapi.model.views import SwapFact

if TYPE_CHECKING:
    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program


class Uses:
    """What a body uses: functions, classes, things of Flask, and whether any of it may block."""

    def __init__(self, world: Program, module: Module) -> None:
        self.world = world
        self.module = module
        self.calls: set[str] = set()
        self.blockers: list[Reason] = []
        self.swaps: list[SwapFact] = []
        self.rare: set[str] = set()
        self.blocks = False
        self.called: ast.expr | None = None
        """The function of the call that is being read."""

    def block(self, code: str, message: str, node: ast.AST) -> None:
        """Keep a reason for which this cannot run without Flask's context."""
        place = Location(self.module.path, getattr(node, "lineno", 0))
        self.blockers.append(Reason(code, message, place))

    def note(self, node: ast.Attribute) -> None:
        """Keep an attribute of something unknown, if it may be one that only Flask's responses have."""
        if node.attr in RARE:
            self.rare.add(node.attr)

    def use(self, node: ast.AST, value: Value | None) -> None:
        """Keep the use of something from outside the function."""
        match value:
            case Foreign(name=name):
                self._use_foreign(node, self.world.canonical(name))
            case Function():
                self._use_function(node, value)
            case Class(key=key):
                self.calls.add(key)
                self.blocks = True
            case Instance(cls=cls):
                self.calls |= {each.key for each in self.world.mro(cls)}
                self.blocks = True
            case RouteOwner():
                self.block("flask-call", f"it uses `{_source(node)}`, an object of Flask", node)
            case Made(name=name):
                self._use_made(node, self.world.canonical(name))
            case Method(receiver=RouteOwner(is_app=True), name=name) if name in OF_APPLICATION:
                self.blocks = True
            case Method(receiver=RouteOwner(is_app=True), name=name) if self._is_swapped(
                node, f"flask.current_app.{name}"
            ):
                pass
            case Method(receiver=receiver):
                self.use(node, receiver)
            case Const() | Items() | Pairs() | ModuleValue():
                pass
            case _ if isinstance(node, ast.Name) and is_harmless(self.world, self.module, node.id):
                self.blocks = True
            case _:
                message = f"what `{_source(node)}` is cannot be known by reading; it may need Flask's context"
                self.block("unknown-name", message, node)

    def _use_foreign(self, node: ast.AST, name: str) -> None:
        if name.startswith("builtins."):
            self.blocks |= not _is_fine(name.removeprefix("builtins."))
            return
        if self._is_swapped(node, name):
            return
        found = foreign_blocker(name)
        if found is not None:
            code, what = found
            self.block(code, f"it {what} (`{_source(node)}`)", node)
        elif not name.startswith((*SAFE_MODULES, *CONTEXT_FREE)):
            self.blocks = True

    def _is_swapped(self, node: ast.AST, name: str) -> bool:
        """Whether the support module has a qualified name too; then the use is kept."""
        swap = swap_of(name, called=node is self.called)
        if swap is not None:
            local = node.id if isinstance(node, ast.Name) else ""
            self.swaps.append(SwapFact(self.module.path, node_key(node, self.module.span), name, swap, local))
            self.blocks |= name not in QUICK
        return swap is not None

    def _use_made(self, node: ast.AST, name: str) -> None:
        self.blocks = True
        if name.startswith("werkzeug.local."):
            self.block("proxy", f"it reads `{_source(node)}`, which belongs to a context", node)
        elif is_extension(name):
            self.block("extension-call", f"it uses `{_source(node)}`, made by {name}", node)

    def _use_function(self, node: ast.AST, function: Function) -> None:
        if isinstance(function.node, ast.Lambda):
            self.block("unknown-name", f"it uses `{_source(node)}`, a lambda that was not read", node)
            return
        self.calls.add(function.key)
        for decorator in function.decorators:
            if isinstance(decorator.value, Function):
                self.calls.add(decorator.value.key)
            elif not decorator.routes and not decorator.name.startswith(SAFE_DECORATORS):
                message = f"it calls `{function.name}`, and what `@{decorator.name}` makes of that is not known"
                self.block("unknown-name", message, node)


def _is_fine(builtin: str) -> bool:
    """Whether a builtin may be named without blocking: types, exceptions and constants may."""
    return builtin in SAFE_BUILTINS or isinstance(getattr(builtins, builtin, None), type)


def _source(node: ast.AST) -> str:
    text = _dotted(node) or ast.unparse(node)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _dotted(node: ast.AST) -> str:
    """The text of a name and its attributes, "" for anything else: most uses are no more than that."""
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return node.id if isinstance(node, ast.Name) else ""
