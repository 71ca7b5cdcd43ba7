"""Read hooks and error handlers like views: what they take from the request, and what they answer."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, ClassVar

from flask2fastapi.index.shapes import INTEGER, TEXT
from flask2fastapi.index.values import Class, Foreign
from flask2fastapi.index.views import View
from flask2fastapi.model.around import AroundFact, ErrorRead, HeaderAdd
from flask2fastapi.model.facts import HandlerFact
from flask2fastapi.model.views import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flask2fastapi.index.modules import Module
    from flask2fastapi.index.program import Program
    from flask2fastapi.index.reached import Functions
    from flask2fastapi.index.scanned import Body as ScannedBody
    from flask2fastapi.index.values import FunctionNode
    from flask2fastapi.model.facts import HookFact
    from flask2fastapi.model.views import Shape

HANDLER, AFTER = "errorhandler", "after_request"
_KINDS = {HANDLER, AFTER, "before_request", "teardown_request", "teardown_appcontext"}
_ANY = {"builtins.Exception", "Exception"}
_READ = {"code": INTEGER, "description": TEXT, "name": TEXT}
"""Attributes of `werkzeug.exceptions.HTTPException`; a description is text wherever its page can be shown."""
_SAFE_HEADERS = {"setdefault", "get"}


def _unless_taken(kind: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Read a node as in a view, but for what a hook or handler has of its own."""

    def read(body: Any, node: Any) -> None:
        if not body._is_taken(node):  # noqa: SLF001 - it is one class, of which this is a part
            kind(body, node)

    return read


class Around(View):
    """The body of a hook or an error handler."""

    def __init__(
        self,
        world: Program,
        module: Module,
        scanned: ScannedBody,
        node: FunctionNode,
        rebound: frozenset[str],
        kind: str,
        *,
        is_http: bool,
    ) -> None:
        self.parameters = tuple(arg.arg for arg in node.args.args)
        first = self.parameters[0] if self.parameters else ""
        self._error = first if kind == HANDLER and is_http else ""
        self._response = first if kind == AFTER else ""
        self._kind = kind
        self.reads: list[ErrorRead] = []
        self.adds: list[HeaderAdd] = []
        super().__init__(world, module, scanned, node, {}, rebound)

    def _is_taken(self, node: ast.AST) -> bool:
        """Take the error and the response out of the general reading, and what is returned."""
        if self._kind == HANDLER:
            return self._is_error_read(node)
        match node:
            case ast.Return(value=None | ast.Constant(value=None)):
                return True
            case ast.Return(value=ast.Name(id=name)) if name == self._response:
                return True
            case ast.Return() if self._kind != "before_request":
                self.block("return-value", "it returns something else than it was given", node)
                return True
        return self._is_response_use(node)

    def _known_call(self, node: ast.Call | ast.Attribute | ast.Subscript) -> Shape | None:
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name == self._error and attr in _READ:
                return _READ[attr]
            case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=name)]) if name == self._error:
                return TEXT
        return super()._known_call(node)

    def _is_error_read(self, node: ast.AST) -> bool:
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name == self._error and attr in _READ:
                self.reads.append(ErrorRead(self._key(node), attr))
            case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=name)], keywords=[]) if name == self._error:
                self.reads.append(ErrorRead(self._key(node), "text"))
            case ast.Name(id=name) if name == self._error:
                self.block("flask-call", f"it uses `{name}` in a way that is not converted", node)
            case _:
                return False
        return True

    def _is_response_use(self, node: ast.AST) -> bool:
        """``response.headers["x-a"] = "b"``, ``response.status_code``: spelled alike by Starlette's responses."""
        match node:
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Attribute(value=ast.Name(id=name), attr="headers"), slice=key)],
                value=value,
            ) if (
                name == self._response and self._is_text(key) and self._is_text(value)
            ):
                self.walk(key)
                self.walk(value)
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr="status_code")], value=value) if (
                name == self._response and self._shapes.of(value).kind is Kind.INTEGER
            ):
                self.walk(value)
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(value=ast.Name(id=name), attr="headers"), attr=method) as func,
                args=args,
                keywords=[],
            ) if name == self._response and all(map(self._is_text, args)):
                return self._is_headers_call(func, method, args)
            case ast.Attribute(value=ast.Name(id=name), attr="status_code", ctx=ast.Load()) if name == self._response:
                pass
            case ast.Name(id=name) if self._response and name == self._response:
                self.block("flask-call", f"it uses `{name}` in a way that is not converted", node)
            case _:
                return False
        return True

    def _is_headers_call(self, func: ast.Attribute, method: str, args: list[ast.expr]) -> bool:
        if method == "add" and len(args) == 2:
            self.adds.append(HeaderAdd(self._key(func), ast.unparse(func.value)))
        elif method not in _SAFE_HEADERS:
            return False
        for each in args:
            self.walk(each)
        return True

    def _is_text(self, node: ast.expr) -> bool:
        return self._shapes.of(node) == TEXT

    kinds: ClassVar[Mapping[type[ast.AST], Callable[[Any, Any], None]]] = {
        **View.kinds,
        **{cls: _unless_taken(View.kinds[cls]) for cls in (ast.Return, ast.Assign, ast.Call, ast.Attribute, ast.Name)},
    }


def around_facts(
    world: Program, functions: Functions, rebound: Callable[[Module], frozenset[str]]
) -> Iterator[AroundFact]:
    """The hooks and error handlers that decorators register, tests apart."""
    facts: list[HookFact | HandlerFact] = [*world.recorder.hooks, *world.recorder.handlers]
    for fact in facts:
        kind = HANDLER if isinstance(fact, HandlerFact) else fact.kind.replace("_app_", "_")
        found = functions.get(fact.function) if fact.function is not None else None
        if found is None or kind not in _KINDS or fact.owner is None:
            continue
        module, scanned, node = found
        for index, decorator in enumerate(node.decorator_list):
            if module.path == fact.path and module.span(decorator) == fact.span:
                yield _fact(world, fact, kind, (module, scanned, node), rebound, index)


def _fact(
    world: Program,
    fact: HookFact | HandlerFact,
    kind: str,
    found: tuple[Module, ScannedBody, FunctionNode],
    rebound: Callable[[Module], frozenset[str]],
    index: int,
) -> AroundFact:
    module, scanned, node = found
    error = fact.error if isinstance(fact, HandlerFact) else ""
    is_http = error.isdigit() or error in _ANY or error.startswith("werkzeug.exceptions.")
    body = Around(world, module, scanned, node, rebound(module), kind, is_http=is_http)
    body.read()
    owner, argument = _taken_apart(module, node.decorator_list[index])
    made = AroundFact(
        kind=kind,
        owner=fact.owner or "",
        path=fact.path,
        span=fact.span,
        function=fact.function or "",
        view=body.view_fact(()),
        decorator=index,
        owner_source=owner,
        error="?" if error and not is_http and _is_of_werkzeug(world, module, node, index) else error,
        error_source=argument,
        is_http=is_http,
        parameters=body.parameters,
        reads=tuple(body.reads),
        app_wide=fact.app_wide if isinstance(fact, HandlerFact) else "_app_" in fact.kind,
        adds=tuple(body.adds),
    )
    body.forget()
    return made


def _taken_apart(module: Module, decorator: ast.expr) -> tuple[str, str]:
    """Source of what is decorated with, and of its argument."""
    match decorator:
        case ast.Call(func=ast.Attribute(value=owner), args=[argument], keywords=[]):
            return module.lines.segment(owner), module.lines.segment(argument)
        case ast.Attribute(value=owner):
            return module.lines.segment(owner), ""
    return "", ""


def _is_of_werkzeug(world: Program, module: Module, node: FunctionNode, index: int) -> bool:
    """Whether a handled exception of the project is an HTTP error of Werkzeug, or nobody knows."""
    decorator = node.decorator_list[index]
    argument = decorator.args[0] if isinstance(decorator, ast.Call) and decorator.args else None
    value = world.evaluate(argument, world.run_module(module)) if argument is not None else None
    if isinstance(value, Foreign):
        return False
    if not isinstance(value, Class):
        return True
    for each in world.mro(value):
        for base in each.bases:
            name = world.canonical(base.name) if isinstance(base, Foreign) else ""
            if not isinstance(base, Class) and not name.startswith("builtins."):
                return True
    return False
