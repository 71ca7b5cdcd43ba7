"""What it means for a body that it uses something: keep it, or say why that needs Flask's context."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.harmless import is_harmless
from flask2fastapi.index.keys import node_key
from flask2fastapi.index.meanings import (
    OF_APPLICATION,
    SAFE_DECORATORS,
    foreign_blocker,
    is_extension,
)
from flask2fastapi.index.swaps import QUICK, QUIET, RARE, context_name, swap_of
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
from flask2fastapi.model.bodies import Wait
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
        self.waits: dict[bool, Wait] = {}
        """By whether it is known: the first."""
        self.objects: set[str] = set()
        self.held: set[str] = set()
        self.writers: set[str] = set()
        self.called: ast.expr | None = None
        """The function of the call that is being read."""

    def block(self, code: str, message: str, node: ast.AST) -> None:
        """Keep a reason for which this cannot become an operation."""
        place = Location(self.module.path, getattr(node, "lineno", 0))
        self.blockers.append(Reason(code, message, place))

    def bind(self, code: str, message: str, node: ast.AST, about: str = "") -> None:
        """Keep a reason for which this cannot run without Flask's context; ``about`` is the name that needs it."""
        place = Location(self.module.path, getattr(node, "lineno", 0))
        self.blockers.append(Reason(code, message, place, in_context=True, about=about))

    def wait(self, what: str, node: ast.AST, *, is_known: bool = False) -> None:
        """Keep that something blocks, or may; ``what`` says it with ``$`` for the source of the node."""
        if is_known not in self.waits:
            place = Location(self.module.path, getattr(node, "lineno", 0))
            self.waits[is_known] = Wait(what.replace("$", f"`{_source(node)}`"), place, is_known)

    def may_block(self, name: str, node: ast.AST) -> None:
        """Keep that a name from outside the project is used, unless that is known to block nothing."""
        blocks = self.world.blocking.of(name)
        if blocks:
            self.wait(f"`{name}` blocks", node, is_known=True)
        elif blocks is None:
            self.wait(f"whether `{name}` blocks is not known", node)

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
                self._use_class(node, value)
            case Instance(cls=cls):
                self.calls |= {each.key for each in self.world.mro(cls)}
                self._use_class(node, cls)
                self.held |= {each.key for each in self.world.mro(cls)}
            case RouteOwner():
                self.bind("flask-call", f"it uses `{_source(node)}`, an object of Flask", node)
            case Made():
                self._use_made(node, value)
            case Method():
                self._use_member(node, value)
            case ModuleValue():
                pass
            case Const() | Items() | Pairs():
                self.writers |= self.world.writers(value)
                if not self.is_data(value):
                    self.wait("what $ holds is not known", node)
            case _ if isinstance(node, ast.Name) and is_harmless(self.world, self.module, node.id):
                self.wait("what $ is, and so whether it blocks, is not known", node)
            case _:
                message = f"what `{_source(node)}` is cannot be known by reading; it may need Flask's context"
                self.bind("unknown-name", message, node)

    def _use_class(self, node: ast.AST, cls: Class) -> None:
        """Objects of a class: what its methods do is asked of them, what it has from elsewhere here."""
        self.objects |= {each.key for each in self.world.mro(cls)}
        for each in self.world.mro(cls):
            outside = [base for base in each.bases if not isinstance(base, Class)]
            outside += [decorator.value for decorator in each.decorators]
            if each.node.keywords or not all(map(self.is_data, outside)):
                self.wait(f"what `{each.name}` has from other classes or from decorators is not known", node)
            if not all(isinstance(value, Function) or self.is_data(value) for value in each.attributes.values()):
                self.wait(f"what `{each.name}` holds is not known", node)

    def is_data(self, value: Value) -> bool:
        """Whether something blocks nowhere: literals, and what quick functions and classes of others made."""
        match value:
            case Const():
                return True
            case Items(items=items):
                return all(map(self.is_data, items))
            case Pairs(pairs=pairs, complete=complete):
                return complete and all(map(self.is_data, pairs.values()))
            case Foreign(name=name) | Made(name=name, cls=None):
                return self.world.blocking.of(self.world.canonical(name)) is False
        return False

    def _use_foreign(self, node: ast.AST, name: str) -> None:
        if name.startswith("builtins."):
            self.may_block(name, node)
            return
        if self._is_swapped(node, name):
            return
        found = foreign_blocker(name)
        if found is not None:
            code, what = found
            self.bind(code, f"it {what} (`{_source(node)}`)", node, name)
            self._of_context(node, name)
        else:
            self.may_block(name, node)

    def _of_context(self, node: ast.AST, name: str) -> None:
        """Keep where something of Flask's context is named; ``name`` is that of the node, attributes and all."""
        own = context_name(name)
        while own is not None and isinstance(node, ast.Attribute) and name.rpartition(".")[2] != own:
            node, name = node.value, name.rpartition(".")[0]
        if own is not None and name.endswith(f".{own}"):
            local = node.id if isinstance(node, ast.Name) else ""
            self.swaps.append(SwapFact(self.module.path, node_key(node, self.module.span), f"flask.{own}", own, local))
            if own not in QUIET:
                self.wait("whether what $ gives blocks is not known", node)

    def _is_swapped(self, node: ast.AST, name: str) -> bool:
        """Whether the support module has a qualified name too; then the use is kept."""
        swap = swap_of(name, called=node is self.called)
        if swap is not None:
            local = node.id if isinstance(node, ast.Name) else ""
            self.swaps.append(SwapFact(self.module.path, node_key(node, self.module.span), name, swap, local))
            if name not in QUICK:
                self.wait(f"`{name}` reads files", node, is_known=True)
        return swap is not None

    def _use_member(self, node: ast.AST, value: Method) -> None:
        """A method of something: that of a foreign object is known by the name of what made that."""
        path, receiver = value.name, value.receiver
        while isinstance(receiver, Method):
            path, receiver = f"{receiver.name}.{path}", receiver.receiver
        if isinstance(receiver, RouteOwner) and receiver.is_app and receiver is value.receiver:
            self._use_of_application(node, receiver, path)
        elif isinstance(receiver, Made):
            self._use_made(node, receiver, f".{path}")
        else:
            self.use(node, value.receiver)

    def _use_of_application(self, node: ast.AST, app: RouteOwner, name: str) -> None:
        if name not in OF_APPLICATION:
            if not self._is_swapped(node, f"flask.current_app.{name}"):
                self.use(node, app)
        elif name == "config" and not all(map(self.is_data, app.config.values())):
            self.wait("whether what $ holds blocks is not known", node)

    def _use_made(self, node: ast.AST, value: Made, path: str = "") -> None:
        name = self.world.canonical(value.name)
        self.may_block(f"{name}{path}", node)
        if value.cls is not None:
            self.wait("what $ has from other classes is not known", node)
        if name.startswith("werkzeug.local."):
            self.bind("proxy", f"it reads `{_source(node)}`, which belongs to a context", node)
        elif is_extension(name):
            self.bind("extension-call", f"it uses `{_source(node)}`, made by {name}", node, name)

    def _use_function(self, node: ast.AST, function: Function) -> None:
        if isinstance(function.node, ast.Lambda):
            self.bind("unknown-name", f"it uses `{_source(node)}`, a lambda that was not read", node)
            return
        self.calls.add(function.key)
        for decorator in function.decorators:
            if isinstance(decorator.value, Function):
                self.calls.add(decorator.value.key)
            elif not decorator.routes and not decorator.name.startswith(SAFE_DECORATORS):
                message = f"it calls `{function.name}`, and what `@{decorator.name}` makes of that is not known"
                self.bind("unknown-name", message, node)


def _source(node: ast.AST) -> str:
    text = _dotted(node) or ast.unparse(node)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _dotted(node: ast.AST) -> str:
    """The text of a name and its attributes, "" for anything else: most uses are no more than that."""
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return node.id if isinstance(node, ast.Name) else ""
