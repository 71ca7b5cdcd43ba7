"""Who binds and who uses which name in a file: enough of Python's scoping to add and remove imports.

The rules are those of the Language Reference, "Naming and binding", with everything that might be a use counted as
one: names in string annotations, in ``__all__``, in type comments, in ``cast("Name", …)``.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from flask2fastapi.imports.scopes import Guard, Imported, NameUse, Scope
from flask2fastapi.model.rewrite import ImportName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NOQA = re.compile(r"#\s*noqa(?!\s*:)|#\s*noqa\s*:[^#]*\bF401\b", re.IGNORECASE)
TYPE_COMMENT = re.compile(r"#\s*type:\s*(?!ignore)(.+)")
IDENTIFIER = re.compile(r"[^\W\d]\w*")
COMMON = frozenset(
    {ast.Attribute, ast.Expr, ast.Return, ast.Subscript, ast.Dict, ast.keyword, ast.Compare, ast.Tuple, ast.List}
    | {ast.BinOp, ast.BoolOp, ast.JoinedStr, ast.FormattedValue, ast.UnaryOp, ast.IfExp}
)
"""Nodes with nothing to note but what is below them; all others that are like this are merely slower."""
LEAVES = frozenset({ast.Constant, ast.Load, ast.Store, ast.Del})
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True, slots=True)
class _Statement:
    """An import statement as it is met."""

    node: ast.Import | ast.ImportFrom
    scope: Scope
    guard: Guard


def names_of(text: str) -> NameUse | None:
    """The names of a file; None when the running Python cannot parse it."""
    try:
        with warnings.catch_warnings(action="ignore"):  # about escapes in the target's strings
            tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    walk = Walk()
    walk.statements(tree.body, walk.module, Guard.NONE)
    for comment in TYPE_COMMENT.findall(text):
        walk.module.loads.update(IDENTIFIER.findall(comment))
    return walk.result(text.splitlines())


class Walk:
    """One pass over a tree."""

    def __init__(self) -> None:
        self.module = Scope()
        self.scopes = [self.module]
        self.found: list[_Statement] = []

    def result(self, lines: list[str]) -> NameUse:
        """Resolve every use and give what was found."""
        uses: Counter[tuple[Scope, str]] = Counter()
        free: set[str] = set()
        for scope in self.scopes:
            for name, count in scope.loads.items():
                owners = [owner for owner in scope.owners(name) if owner is not None]
                for owner in owners:
                    uses[owner, name] += count
                if not owners:
                    free.add(name)
        imported = tuple(
            _imported(number, position, self.found[number], lines, uses)
            for number in range(len(self.found))
            for position in range(len(self.found[number].node.names))
        )
        return NameUse(imported, frozenset().union(*(scope.bound for scope in self.scopes)), frozenset(free))

    def statements(self, body: Iterable[ast.stmt], scope: Scope, guard: Guard) -> None:
        """Go through a block in the order of its text."""
        for statement in body:
            self.visit(statement, scope, guard)

    def visit(self, node: ast.AST, scope: Scope, guard: Guard = Guard.NONE) -> None:
        """Note what a node binds and uses."""
        kind = type(node)
        if kind is ast.Name:
            self._name(cast("ast.Name", node), scope)
        elif kind in COMMON:
            self._children(node, scope, guard)
        else:
            self._scoped(node, scope, guard)

    def _name(self, node: ast.Name, scope: Scope) -> None:
        if type(node.ctx) is ast.Store:
            scope.bound.add(node.id)
        else:
            scope.loads[node.id] += 1

    def _scoped(self, node: ast.AST, scope: Scope, guard: Guard) -> None:
        """The nodes that make scopes, import, or hold for what is below them."""
        match node:
            case ast.Import() | ast.ImportFrom():
                self._import(node, scope, guard)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                self._function(node, scope)
            case ast.ClassDef():
                self._class(node, scope)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self._comprehension(node, scope)
            case ast.If() | ast.While() | ast.For() | ast.AsyncFor() | ast.Try() | ast.TryStar():
                self._children(node, scope, _guard(node, guard))
            case _:
                self._other(node, scope)
                self._children(node, scope, guard)

    def _other(self, node: ast.AST, scope: Scope) -> None:
        """The rarer nodes that bind or use names."""
        match node:
            case ast.Call(func=ast.Name(id="cast" | "TypeVar") | ast.Attribute(attr="cast" | "TypeVar")):
                self._quoted(node, scope)
            case ast.Global(names=names):
                scope.globals.update(names)
            case ast.Nonlocal(names=names):
                scope.nonlocals.update(names)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                scope.bound.add(name)
            case ast.MatchMapping(rest=str(name)):
                scope.bound.add(name)
            case ast.AnnAssign(annotation=annotation):
                self._quoted(annotation, scope)
        if _is_export(node):
            self.module.loads.update(_strings(node))

    def _children(self, node: ast.AST, scope: Scope, guard: Guard) -> None:
        """All nodes below one; ``ast.iter_child_nodes`` would also give every context and operator."""
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        self.visit(item, scope, guard)
            elif isinstance(value, ast.AST) and type(value) not in LEAVES:
                self.visit(value, scope, guard)

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope, guard: Guard) -> None:
        self.found.append(_Statement(node, scope, guard))
        scope.imports.update(_what(node, alias).local for alias in node.names)

    def _function(self, node: Function | ast.Lambda, scope: Scope) -> None:
        """Defaults, decorators and annotations belong to the scope around a function."""
        inner = self._inner(scope, "lambda" if isinstance(node, ast.Lambda) else node.name)
        if not isinstance(node, ast.Lambda):
            scope.bound.add(node.name)
            for outer in (*node.decorator_list, *([node.returns] if node.returns else [])):
                self.visit(outer, scope)
            self._quoted(node.returns, scope)
        for outer in (*node.args.defaults, *(default for default in node.args.kw_defaults if default)):
            self.visit(outer, scope)
        for argument in _arguments(node.args):
            inner.bound.add(argument.arg)
            if argument.annotation is not None:
                self.visit(argument.annotation, scope)
                self._quoted(argument.annotation, scope)
        self._type_parameters(node, inner)
        if isinstance(node, ast.Lambda):
            self.visit(node.body, inner)
        else:
            self.statements(node.body, inner, Guard.NONE)

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        scope.bound.add(node.name)
        for outer in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(outer, scope)
        inner = self._inner(scope, node.name, is_class=True)
        self._type_parameters(node, inner)
        self.statements(node.body, inner, Guard.NONE)

    def _comprehension(self, node: Comprehension, scope: Scope) -> None:
        """The first iterable belongs to the scope around a comprehension."""
        self.visit(node.generators[0].iter, scope)
        inner = self._inner(scope, "comprehension")
        for number, generator in enumerate(node.generators):
            parts = (generator.target, *([generator.iter] if number else []), *generator.ifs)
            for part in parts:
                self.visit(part, inner)
        results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        for result in results:
            self.visit(result, inner)

    def _inner(self, scope: Scope, name: str, *, is_class: bool = False) -> Scope:
        self.scopes.append(Scope(scope, f"{scope.path}.{name}".lstrip("."), is_class))
        return self.scopes[-1]

    def _type_parameters(self, node: ast.AST, scope: Scope) -> None:
        for parameter in getattr(node, "type_params", ()):
            scope.bound.add(parameter.name)
            self._children(parameter, scope, Guard.NONE)

    def _quoted(self, annotation: ast.AST | None, scope: Scope) -> None:
        """Names in the strings of an annotation."""
        for string in _strings(annotation):
            scope.loads.update(IDENTIFIER.findall(string))


def _imported(
    number: int, position: int, statement: _Statement, lines: list[str], uses: Counter[tuple[Scope, str]]
) -> Imported:
    """One name of one import statement."""
    node, scope = statement.node, statement.scope
    alias = node.names[position]
    what = _what(node, alias)
    marked = {node.lineno, alias.lineno, node.end_lineno or node.lineno}
    return Imported(
        what,
        number,
        position,
        scope="" if what.local in scope.globals else scope.path,
        guard=statement.guard,
        deliberate=alias.name == alias.asname or any(NOQA.search(lines[line - 1]) for line in marked),
        used=uses[scope.owner(what.local) or scope, what.local],
    )


def _what(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> ImportName:
    """What an alias of a statement imports, spelled as in the source."""
    if isinstance(node, ast.Import):
        return ImportName(alias.name, None, alias.asname)
    return ImportName("." * node.level + (node.module or ""), alias.name, alias.asname)


def _guard(node: ast.stmt, outer: Guard) -> Guard:
    """What holds for import statements below a compound statement."""
    if outer in (Guard.TRIED, Guard.TYPE_CHECKING):
        return outer
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"), orelse=[]):
            return Guard.TYPE_CHECKING
        case ast.Try() | ast.TryStar():
            return Guard.TRIED
    return Guard.CONDITIONAL


def _is_export(node: ast.AST) -> bool:
    """Whether a statement or call says what ``__all__`` holds."""
    match node:
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.AugAssign(target=ast.Name(id="__all__")) | ast.AnnAssign(target=ast.Name(id="__all__")):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="__all__"))):
            return True
    return False


def _strings(node: ast.AST | None) -> Iterator[str]:
    for part in ast.walk(node) if node is not None else ():
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None)
