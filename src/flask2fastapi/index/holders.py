"""Find every place that names an application or blueprint, and say which of them FastAPI's objects can take over.

By names, not by values: what is named like an application of the project and imported from the project counts as one.
A mistake of that kind keeps an application on Flask, never the other way round.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.index.flavours import Flavour, flavour_of
from flask2fastapi.index.handed_applications import is_handed
from flask2fastapi.index.holder_names import Names
from flask2fastapi.index.keys import node_key
from flask2fastapi.index.nodes import children
from flask2fastapi.index.paths import is_test_path
from flask2fastapi.index.recorder import function_of
from flask2fastapi.model.holders import HolderUse, ModuleHolders, UseKind
from flask2fastapi.model.rewrite import ImportName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program

_STATIC = {"static_folder", "static_url_path"}
_APP_OPTIONS = {*_STATIC, "template_folder", "instance_relative_config"}
"""Options of ``Flask`` that are understood, or mean nothing to an application without templates and settings."""
STATE = frozenset({"config", "debug", "testing", "secret_key", "logger", "cli", "instance_path", "root_path", "name"})
"""What an application has besides routes, hooks and blueprints that can be had without Flask."""
_READ_ONLY = {"config", "logger", "cli", "instance_path", "root_path", "name"}
_ABOUT_FLASK = re.compile(r"import \*|\b[Ff]lask|\bwerkzeug")
_WORD = re.compile(r"\w+")
_RUN = ("host", "port", "debug")
"""The positional parameters of ``Flask.run``."""


def module_holders(world: Program) -> dict[str, ModuleHolders]:
    """By path, the modules of the project, tests apart."""
    modules = [module for module in world.modules.by_path.values() if not is_test_path(module.path)]
    made: dict[str, dict[int, bool]] = {}
    factories: set[str] = set()
    names: set[str] = set()
    for each in world.recorder.constructions.values():
        if flavour_of(each.owner.class_name) in {Flavour.APP, Flavour.BLUEPRINT}:
            made.setdefault(each.scope.module.path, {})[id(each.node)] = each.owner.is_app
            names.add(each.variable)
            factory = function_of(each.scope) if each.owner.is_app else None
            factories |= {factory.rpartition(":")[2].rpartition(".")[2]} if factory else set()
    words: dict[str, frozenset[str]] = {}
    read: dict[str, Names] = {}
    while True:
        near = [module for module in modules if _mentions(module, words, names | factories)]
        read |= {module.path: Names(module.tree) for module in near if module.path not in read}
        found = {
            module.path: _Uses(world, module, read[module.path], made.get(module.path, {}), names, factories)
            for module in near
        }
        more = {name for uses in found.values() for name in uses.aliases} - names
        if not more:
            break
        names |= more
    return {path: ModuleHolders(tuple(uses.found), tuple(uses.flask_imports)) for path, uses in found.items()}


def _mentions(module: Module, read: dict[str, frozenset[str]], names: set[str]) -> bool:
    """Whether a module's text has any of the words at all, or imports Flask, or nobody knows what.

    ``read`` keeps the words of modules by path.
    """
    text = module.lines.text
    if _ABOUT_FLASK.search(text) is not None:
        return True
    if module.path not in read:
        read[module.path] = frozenset(_WORD.findall(text))
    return not read[module.path].isdisjoint(names)


class _Uses:
    """The uses in one module."""

    def __init__(
        self,
        world: Program,
        module: Module,
        read: Names,
        made: Mapping[int, bool],
        names: set[str],
        factories: set[str],
    ) -> None:
        self._world = world
        self._module = module
        self._read = read
        self._made = made
        self._names = names
        self._factories = factories
        self._imported: set[str] = set()
        self._modules: set[str] = set()
        self.aliases: set[str] = set()
        self.found: list[HolderUse] = []
        self.flask_imports: list[ImportName] = []
        self._read_imports()
        self._bound = read.bound & names
        self._near = read.above(self._imported | self._bound | factories, names | factories, self._bound, made)
        self._visit_all(module.tree)

    def _read_imports(self) -> None:
        for node in self._read.imports:
            if isinstance(node, ast.Import):
                self._modules |= {(each.asname or each.name).partition(".")[0] for each in node.names}
            else:
                self._read_from(node)
        for node in self._module.tree.body:
            if isinstance(node, ast.ImportFrom) and not node.level and _is_flask(node.module or ""):
                self.flask_imports += [ImportName(node.module or "", it.name, it.asname) for it in node.names]
            elif isinstance(node, ast.Import):
                found = [ImportName(it.name, None, it.asname) for it in node.names if _is_flask(it.name)]
                self.flask_imports += found

    def _read_from(self, node: ast.ImportFrom) -> None:
        for each in node.names:
            local = each.asname or each.name
            self._modules.add(local)
            if each.name in self._names or each.name in self._factories:
                self._imported.add(local)
                self.aliases |= {local} if each.name in self._names else set()
            if each.name == "*" and not _is_flask(node.module or ""):
                self._add(UseKind.OTHER, node, "*")

    def _visit_all(self, node: ast.AST) -> None:
        for child in children(node):
            self._visit(child)

    def _visit(self, node: ast.AST) -> None:
        if id(node) not in self._near:
            return
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call) if id(call) in self._made:
                self._construct(node, name, call)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=factory), args=args)) if (
                factory in self._factories
            ):
                self.aliases.add(name)
                for each in [*args, *node.value.keywords]:  # type: ignore[attr-defined]
                    self._visit(each)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=held)) if self._is_holder(held):
                self.aliases.add(name)
                self._add(UseKind.HARMLESS, node, held)
            case ast.Return(value=ast.Name(id=held)) if self._is_holder(held):
                self._add(UseKind.HARMLESS, node, held)
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=held), attr=method)) as call
            ) if self._is_holder(held) and method in {"register_blueprint", "run"}:
                self._register(node, held, call) if method != "run" else self._run(node, held, call)
            case _:
                self._statement(node)

    def _statement(self, node: ast.AST) -> None:
        match node:
            case ast.Expr(value=ast.Call() as call) if is_handed(self._world, self._module, call, self._held_in(call)):
                for each in children(call):
                    if each not in self._held_in(call):
                        self._visit(each)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node)
            case ast.With(items=items, body=body):
                for each in items:
                    self._context(each)
                for statement in body:
                    self._visit(statement)
            case _:
                self._expression(node)

    def _context(self, item: ast.withitem) -> None:
        match item.context_expr:
            case ast.Call(func=ast.Attribute(value=owner, attr="app_context"), args=[], keywords=[]) as call if (
                held := self._held(owner)
            ) and item.optional_vars is None:
                self._add(UseKind.CONTEXT, call, held, call)
            case _:
                self._visit_all(item)

    def _expression(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name) if self._is_holder(name) or name in self._factories:
                if not isinstance(node.ctx, ast.Store):
                    self._add(UseKind.OTHER, node, name)
            case ast.Attribute(value=owner, attr=attribute, ctx=context) if attribute in STATE and (
                held := self._held(owner)
            ):
                known = isinstance(context, ast.Load) or (
                    isinstance(context, ast.Store) and attribute not in _READ_ONLY
                )
                if known:
                    self._add(UseKind.STATE, node, held, node, attribute=attribute)
                else:
                    self._add(UseKind.OTHER, node, held)
                return
            case ast.Attribute(value=ast.Name(id=root), attr=name) if root in self._modules and (
                name in self._names or name in self._factories
            ):
                self._add(UseKind.OTHER, node, f"{root}.{name}")
            case ast.Global(names=names) | ast.Nonlocal(names=names) if set(names) & self._bound:
                self._add(UseKind.OTHER, node, names[0])
            case ast.Call() if id(node) in self._made:
                self._add(UseKind.OTHER, node, ast.unparse(node.func))
        self._visit_all(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            match decorator:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=held))) if self._is_holder(held):
                    self._add(UseKind.DECORATOR, decorator, held)
                    for each in [*decorator.args, *decorator.keywords]:
                        self._visit(each)
                case ast.Attribute(value=ast.Name(id=held)) if self._is_holder(held):
                    self._add(UseKind.DECORATOR, decorator, held)
                case _:
                    self._visit(decorator)
        for each in [node.args, *([node.returns] if node.returns else []), *node.body]:
            self._visit(each)

    def _construct(self, node: ast.Assign, name: str, call: ast.Call) -> None:
        """``Flask(__name__)`` and ``Blueprint("shop", __name__, url_prefix="/shop")``, with nothing else in them."""
        is_app = self._made[id(call)]
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        allowed = _APP_OPTIONS if is_app else {"url_prefix", *_STATIC}
        plain = [ast.unparse(each) for each in call.args[-1:]] == ["__name__"]
        known = isinstance(call.func, ast.Name) and plain and len(call.args) == (1 if is_app else 2)
        literal = all(isinstance(value, ast.Constant) for value in given.values())
        known = known and self._read.is_straight(node)
        kind = UseKind.CONSTRUCTION if known and literal and given.keys() <= allowed else UseKind.OTHER
        self._add(kind, call, name, node)

    def _register(self, node: ast.Expr, held: str, call: ast.Call) -> None:
        straight = self._read.is_straight(node)
        literal = straight and all(
            each.arg == "url_prefix" and isinstance(each.value, ast.Constant) for each in call.keywords
        )
        match call.args:
            case [ast.Name(id=name) as child] if literal and self._is_holder(name):
                self._add(UseKind.REGISTRATION, call, held, node, child=ast.unparse(child))
            case [ast.Attribute(value=ast.Name(id=root), attr=name) as child] if (
                literal and root in self._modules and name in self._names
            ):
                self._add(UseKind.REGISTRATION, call, held, node, child=ast.unparse(child))
            case _:
                self._add(UseKind.OTHER, call, held)

    def _run(self, node: ast.Expr, held: str, call: ast.Call) -> None:
        text = self._module.lines.text
        pairs = [*zip(_RUN, call.args, strict=False), *((each.arg or "**", each.value) for each in call.keywords)]
        known = len(call.args) <= len(_RUN) and not any(isinstance(each, ast.Starred) for each in call.args)
        arguments = tuple((name, ast.get_source_segment(text, value) or ast.unparse(value)) for name, value in pairs)
        self._add(UseKind.RUN if known else UseKind.OTHER, call, held, node, arguments=arguments)
        before = len(self.found)
        for _, value in pairs:
            self._visit(value)
        # What is part of the call is rewritten with it
        self.found[before:] = [replace(each, statement=None) for each in self.found[before:]]

    def _held_in(self, call: ast.Call) -> list[ast.expr]:
        return [each for each in call.args if isinstance(each, ast.Name) and self._is_holder(each.id)]

    def _held(self, node: ast.expr) -> str:
        """The source of an expression that names an application or blueprint, "" for any other."""
        match node:
            case ast.Name(id=name) if self._is_holder(name):
                return name
            case ast.Attribute(value=ast.Name(id=root), attr=name) if root in self._modules and name in self._names:
                return f"{root}.{name}"
        return ""

    def _is_holder(self, name: str) -> bool:
        return name in self._imported or name in self._bound

    def _add(
        self,
        kind: UseKind,
        node: ast.AST,
        name: str,
        statement: ast.stmt | ast.expr | None = None,
        child: str = "",
        arguments: tuple[tuple[str, str], ...] = (),
        attribute: str = "",
    ) -> None:
        key = node_key(statement, self._module.span) if statement is not None else None
        self.found.append(HolderUse(kind, name, self._module.span(node), key, child, arguments, attribute))


def _is_flask(module: str) -> bool:
    top = module.partition(".")[0]
    return top in {"flask", "werkzeug"} or top.startswith("flask_")
