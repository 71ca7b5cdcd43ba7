"""Follow calls: into functions and classes of the project, and to what Flask and its extensions do."""

from __future__ import annotations

import ast
from abc import abstractmethod

from flask2fastapi.index import builtin_calls
from flask2fastapi.index.discovery import discover
from flask2fastapi.index.flavours import flavour_of, is_class_view
from flask2fastapi.index.folding import NAMED_TUPLE
from flask2fastapi.index.statements import Statements
from flask2fastapi.index.values import (
    UNKNOWN,
    Action,
    Arguments,
    Class,
    ClassView,
    Const,
    Foreign,
    Function,
    Instance,
    Items,
    Made,
    Method,
    ModuleValue,
    Pairs,
    Partial,
    RouteOwner,
    Scope,
    Super,
    Value,
    string,
    strings,
    unwrapped,
)
from flask2fastapi.index.world import DEEPEST_CALL, MOST_STEPS_OF_ONE, Frame
from flask2fastapi.model.location import Location

_WSGI_CALL = 3
"""Parameters of the ``__call__`` of WSGI middleware: itself, the environ, ``start_response``."""
_REGISTERED = RouteOwner | Function | Class | ClassView


class Calls(Statements):
    """Calls."""

    def call(self, value: Value, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        """``value(...)``; ``node`` is the call, or the decorator."""
        if not self.step():
            return UNKNOWN
        match value:
            case Function():
                self._record_call(value, arguments, node, scope)
                return self.call_function(value, arguments)
            case Class():
                return self._construct(value, arguments, node, scope)
            case Foreign(name=name):
                return self._call_foreign(self.canonical(name), arguments, node, scope)
            case Method(receiver=receiver, name=name):
                return self.call_method(receiver, name, arguments, node, scope)
            case Action(act=act):
                return act(arguments.positional[0]) if arguments.positional else UNKNOWN
            case Instance():
                return self.call(self.attribute(value, "__call__"), arguments, node, scope)
            case Made():
                return self._call_made(value, arguments, node, scope)
            case Partial(function=function, arguments=first):
                return self.call(function, arguments.after(first), node, scope)
        self._record_strangers(None, arguments, node, scope)
        return UNKNOWN

    @abstractmethod
    def call_method(self, receiver: Value, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        """A method of something foreign."""

    def call_function(self, function: Function, arguments: Arguments) -> Value:
        """Follow the body of a function of the project and give what it returns, as far as known."""
        count = self.called.get(function.key, 0)
        running = any(frame.function.node is function.node for frame in self.frames)
        spent = self.spent.get(function.key, 0)
        if running or spent >= MOST_STEPS_OF_ONE or len(self.frames) >= DEEPEST_CALL:
            self.cut_short |= spent >= MOST_STEPS_OF_ONE and any(isinstance(v, _REGISTERED) for v in arguments.all())
            return UNKNOWN
        start = self.steps
        self.called[function.key] = count + 1
        scope = Scope(function.scope.module, {}, function.scope, function.key.partition(":")[2])
        self._bind_parameters(function, arguments, scope)
        if isinstance(function.node, ast.Lambda):
            return self.evaluate(function.node.body, scope)
        self.frames.append(Frame(function, scope, self.conditional))
        hints, self.hints = self.hints, []
        try:
            self.execute(function.node.body, scope)
        finally:
            self.frames.pop()
            self.hints = hints
            self.spent[function.key] = spent + self.steps - start
        if scope.yielded:
            return Items(scope.yielded)
        known = [each for each in scope.returned if each is not UNKNOWN and not _is_none(each)]
        result = known[-1] if known else scope.returned[-1] if scope.returned else Const(None)
        _note_wrapper(result, arguments, scope)
        return result

    def _bind_parameters(self, function: Function, arguments: Arguments, scope: Scope) -> None:
        signature = function.node.args
        names = [each.arg for each in (*signature.posonlyargs, *signature.args)]
        known = {*names, *(each.arg for each in signature.kwonlyargs)}
        bound: dict[str, Value] = dict.fromkeys(known, UNKNOWN)
        if arguments.unseen or not arguments.open:
            defaults = self._defaults(function, names)
            bound.update(defaults)
            scope.defaulted.update(() if arguments.unseen else defaults)
        given = [*([function.receiver] if function.receiver is not None else []), *arguments.positional]
        told = {**dict(zip(names, given, strict=False))}
        told.update({name: value for name, value in arguments.keywords.items() if name in known})
        bound.update(told)
        scope.given.update(told)
        scope.defaulted.difference_update(told)
        if signature.vararg:
            bound[signature.vararg.arg] = Items(given[len(names) :]) if not arguments.open else UNKNOWN
        if signature.kwarg:
            rest: dict[object, Value] = {n: value for n, value in arguments.keywords.items() if n not in known}
            bound[signature.kwarg.arg] = Pairs(rest, complete=not arguments.open)
        scope.names.update(bound)

    def _defaults(self, function: Function, names: list[str]) -> dict[str, Value]:
        signature = function.node.args
        values = [self.evaluate(each, function.scope) for each in signature.defaults]
        found = dict(zip(names[len(names) - len(values) :], values, strict=True))
        for each, default in zip(signature.kwonlyargs, signature.kw_defaults, strict=True):
            if default is not None:
                found[each.arg] = self.evaluate(default, function.scope)
        return found

    def _construct(self, cls: Class, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        base = next((name for name in self.foreign_bases(cls) if flavour_of(name)), None)
        foreign = [name for name in self.foreign_bases(cls) if name != "builtins.object"]
        made: Value
        if base is not None:
            made = self.make_owner(base, arguments, node, scope, cls)
        elif foreign and not any(is_class_view(name) for name in foreign):
            made = self._make(foreign[0], arguments, node, scope, cls)
        else:
            made = Instance(cls)
            self._note_middleware(cls, arguments, node, scope)
        start = self.class_attribute(cls, "__init__")
        if isinstance(start, Function):
            bound = Function(start.key, start.name, start.node, start.scope, start.decorators, made)
            self.call_function(bound, arguments)
        elif isinstance(made, Instance | Made):
            made.attributes.update(self._fields(cls, arguments))
        return made

    def _note_middleware(self, cls: Class, arguments: Arguments, node: ast.expr, scope: Scope) -> None:
        """``Guard(app)``, an object that is called with an environ and ``start_response``."""
        called = self.class_attribute(cls, "__call__")
        if isinstance(called, Function) and (len(called.node.args.args) == _WSGI_CALL or called.node.args.vararg):
            place = Location(scope.module.path, scope.module.span(node).line)
            for app in arguments.all():
                if isinstance(app, RouteOwner) and app.is_app:
                    self.recorder.middleware[app.key, place] = None

    def _fields(self, cls: Class, arguments: Arguments) -> dict[str, Value]:
        """What a data class or named tuple, which has no ``__init__`` in the source, is given for its fields."""
        nodes = [node for each in reversed(self.mro(cls)) for node in each.node.body if isinstance(node, ast.AnnAssign)]
        names = [node.target.id for node in nodes if isinstance(node.target, ast.Name)]
        given = dict(zip(names, arguments.positional, strict=False))
        return {**given, **{name: value for name, value in arguments.keywords.items() if name in names}}

    @abstractmethod
    def make_owner(
        self, name: str, arguments: Arguments, node: ast.expr, scope: Scope, cls: Class | None
    ) -> RouteOwner:
        """An application, blueprint or other holder of routes, one for each place of construction."""

    def _make(self, name: str, arguments: Arguments, node: ast.expr, scope: Scope, cls: Class | None) -> Made:
        hint = self.hints[-1] if self.hints else ""
        made = Made(name, arguments, {}, scope, scope.module.span(node), hint, cls)
        self.recorder.extension(self, made, arguments, node, scope)
        return made

    def _call_foreign(self, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        if flavour_of(name):
            return self.make_owner(name, arguments, node, scope, None)
        if name == "builtins.super":
            return self._super(arguments)
        if name in {"importlib.import_module", "werkzeug.utils.import_string", "werkzeug.import_string"}:
            return self._import_string(arguments, scope)
        if name == "builtins.getattr" and len(arguments.positional) > 1:
            attribute = string(arguments.positional[1])
            return self.attribute(arguments.positional[0], attribute) if attribute else UNKNOWN
        if name == "builtins.setattr" and (attribute := arguments.text(1, "")) and len(arguments.positional) > 2:
            self.set_attribute(arguments.positional[0], attribute, arguments.positional[2])
            return UNKNOWN
        if name in {"builtins.globals", "builtins.vars"}:
            return arguments.positional[0] if arguments.positional else ModuleValue(scope.module)
        if name.startswith("flask.current_app."):
            return self.call_method(
                self.recorder.current, name.removeprefix("flask.current_app."), arguments, node, scope
            )
        known = discover(self, name, arguments, scope) or builtin_calls.call(name, arguments)
        if known is not None:
            return known
        return self._make(name, arguments, node, scope, None)

    def _call_made(self, value: Made, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        """Calling an object: a decorator with arguments gives the function back, all else is unknown."""
        if value.name == "collections.namedtuple":
            return _named_tuple(value, arguments)
        wrapping = self.wrapping(value.name, arguments, node, scope)
        if wrapping is not None:
            return wrapping
        inner = unwrapped(value)
        if isinstance(inner, Function | Class):
            return self.call(inner, arguments, node, scope)
        if value.cls is not None and isinstance(self.class_attribute(value.cls, "__call__"), Function):
            return self.call(self.attribute(value, "__call__"), arguments, node, scope)
        self._record_strangers(value.name, arguments, node, scope)
        return UNKNOWN

    def wrapping(self, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value | None:
        """What a foreign decorator makes of a function or class, None when it was not called with one alone."""
        match arguments.positional:
            case [inner] if isinstance(inner, Class) or isinstance(unwrapped(inner), Function | ClassView):
                return Made(name, arguments, {}, scope, scope.module.span(node))
        return None

    def _super(self, arguments: Arguments) -> Value:
        if len(arguments.positional) == 2 and isinstance(arguments.positional[0], Class):
            return Super(arguments.positional[0], arguments.positional[1])
        frame = self.frames[-1] if self.frames else None
        if frame is None or frame.function.receiver is None or isinstance(frame.function.node, ast.Lambda):
            return UNKNOWN
        receiver = frame.function.receiver
        cls = receiver.cls if isinstance(receiver, Instance | Made | RouteOwner) else receiver
        if not isinstance(cls, Class):
            return UNKNOWN
        owner = next((each for each in self.mro(cls) if each.attributes is frame.function.scope.names), cls)
        return Super(owner, receiver)

    def _import_string(self, arguments: Arguments, scope: Scope) -> Value:
        dotted = arguments.text(0, "name") or arguments.text(0, "import_name")
        if not dotted:
            return UNKNOWN
        if dotted.startswith("."):
            name = dotted.lstrip(".")
            return self.import_name(name, scope.module, len(dotted) - len(name))
        module, _, name = dotted.partition(":")
        if name:
            return self.attribute(self.import_name(module, scope.module), name)
        if self.modules.find(scope.module, dotted) is None and "." in dotted:
            module, _, name = dotted.rpartition(".")
            return self.attribute(self.import_name(module, scope.module), name)
        return self.import_name(dotted, scope.module)

    def _record_call(self, function: Function, arguments: Arguments, node: ast.expr, scope: Scope) -> None:
        if isinstance(node, ast.Call):
            hint = self.hints[-1] if self.hints and not self.is_conditional else ""
            self.recorder.calls.append((function.key, scope, node, hint))
        if len(self.frames) >= DEEPEST_CALL:
            self._record_strangers(function.key, arguments, node, scope)

    def _record_strangers(self, name: str | None, arguments: Arguments, node: ast.expr, scope: Scope) -> None:
        """An application that is handed to something that we cannot follow may get hooks and rules there."""
        for value in arguments.all():
            if isinstance(value, RouteOwner) and value.is_app:
                called = name or ast.unparse(node.func if isinstance(node, ast.Call) else node)
                self.recorder.stranger(called, value, node, scope)


def _note_wrapper(result: Value, arguments: Arguments, scope: Scope) -> None:
    """Remember what a function that a decorator made and returned was made for, where ``wraps`` did not say it."""
    if not isinstance(result, Function) or result.wrapped is not None or result.scope is not scope:
        return
    views = [each for each in arguments.positional if isinstance(each, Function | ClassView) and each is not result]
    if len(views) == 1:
        result.wrapped = views[0]


def _named_tuple(made: Made, arguments: Arguments) -> Value:
    fields = made.arguments.get(1, "field_names")
    names = (string(fields) or "").replace(",", " ").split() or strings(fields) or []
    values = {name: arguments.get(index, name) or UNKNOWN for index, name in enumerate(names)}
    return Made(NAMED_TUPLE, arguments, values)


def _is_none(value: Value) -> bool:
    return isinstance(value, Const) and value.value is None
