"""What applications, blueprints and the holders of extensions do when their methods are called."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index import builtin_calls
from flask2fastapi.index.fastapi_side import DECLARING, endpoint_of, flask_rule, is_fastapi, operation_arguments
from flask2fastapi.index.flavours import Flavour, flavour_of
from flask2fastapi.index.folding import elements
from flask2fastapi.index.holding import SETUP_STATE, Holding
from flask2fastapi.index.hooks import HANDLERS, HOOK_TABLES, HOOKS, record_handler, record_hook, record_in_table
from flask2fastapi.index.recorder import PendingRoute
from flask2fastapi.index.values import (
    UNKNOWN,
    Action,
    Arguments,
    Class,
    ClassView,
    Config,
    Const,
    Context,
    Foreign,
    Function,
    Instance,
    Items,
    Made,
    Method,
    ModuleValue,
    Pairs,
    RouteOwner,
    Scope,
    Value,
    string,
    unwrapped,
)
from flask2fastapi.model.facts import RouteKind

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHORTCUTS = {"get", "post", "put", "patch", "delete"}
_DECLARING = {"route", *_SHORTCUTS}


class Owners(Holding):
    """Registration of routes, blueprints, hooks and handlers."""

    def call_method(self, receiver: Value, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        """A method of something foreign."""
        match receiver:
            case RouteOwner():
                return self._owner_method(receiver, name, arguments, node, scope)
            case Context(app=app) if name == "push":
                self.contexts.append(app)
            case Config(owner=owner):
                return self._configure(owner, name, arguments, scope)
            case Class() if name == "as_view":
                return ClassView(receiver, arguments.text(0, "name") or "", arguments)
            case Made(name=kind, attributes={"blueprint": RouteOwner() as blueprint}) if kind == SETUP_STATE:
                return self.call_method(blueprint, name, arguments, node, scope)
            case Made() | Instance():
                return self._object_method(receiver, name, arguments, node, scope)
            case Method(receiver=RouteOwner() as owner, name="url_map") if name == "add":
                return self._add_rule_object(owner, arguments, node, scope)
            case Method(receiver=RouteOwner(), name=table) if table in HOOK_TABLES:
                return self._use_table(receiver, name, arguments, node, scope)
            case Const() | Items() | Pairs() | Function():
                return builtin_calls.method(receiver, name, arguments)
        self._record_strangers(None, arguments, node, scope)
        return UNKNOWN

    def _use_table(self, table: Method, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        """``app.before_request_funcs.setdefault(None, []).append(hook)`` and its like."""
        if name in {"append", "insert"}:
            record_in_table(self, table, arguments.positional[-1:], node, scope)
        elif name == "extend" and arguments.positional:
            record_in_table(self, table, elements(arguments.positional[0]) or [UNKNOWN], node, scope)
        return table

    def _owner_method(self, owner: RouteOwner, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        flavour = flavour_of(owner.class_name)
        if is_fastapi(owner):
            return self._fastapi_method(owner, name, arguments, node, scope)
        if name in HOOKS and (hook := arguments.get(0, "f")) is not None:
            record_hook(self, owner, name, hook, node, scope)
            return hook
        if name in HANDLERS:
            return record_handler(self, owner, name, arguments, node, scope)
        if name in _DECLARING and flavour not in {Flavour.RESTFUL, Flavour.SMOREST}:
            return self._route(owner, name, arguments, node, scope)
        match name:
            case "add_url_rule":
                self._add_url_rule(owner, arguments, node, scope)
            case "add_resource" | "resource":
                return self._resource(owner, name, arguments, node, scope)
            case "register_blueprint" | "add_namespace" | "register_api":
                self.register_child(owner, arguments, node, scope)
            case "namespace":
                child = self.make_owner(
                    f"{owner.class_name.rpartition('.')[0]}.Namespace", arguments, node, scope, None
                )
                self.register(owner, child, None, None, node, scope)
                return child
            case "init_app":
                owner.config.update(arguments.keywords)
                self.attach(owner, arguments.get(0, "app"), node, scope)
            case "endpoint":
                return Action(lambda view: self._endpoint(owner, arguments, view), routes=True)
        return self.use_owner(owner, name, arguments)

    def _fastapi_method(
        self, owner: RouteOwner, name: str, arguments: Arguments, node: ast.expr, scope: Scope
    ) -> Value:
        """``@app.get("/")`` and ``app.include_router(router, prefix="/shop")``."""
        child = arguments.get(0, "router")
        if name == "include_router" and isinstance(child, RouteOwner):
            self.register(owner, child, arguments.text(None, "prefix"), None, node, scope)
        if name == "add_api_route":
            rule, endpoint = flask_rule(arguments.get(0, "path")), endpoint_of(owner, arguments)
            methods = arguments.get(None, "methods")
            given = Arguments([], {"methods": methods} if methods is not None else {})
            self.add_route(
                owner, RouteKind.ADD_URL_RULE, rule, endpoint, arguments.get(1, "endpoint"), given, node, scope
            )
        if name not in DECLARING:
            return self.use_owner(owner, name, arguments)

        def act(view: Value) -> Value:
            rule, given = flask_rule(arguments.get(0, "path")), operation_arguments(name, arguments)
            endpoint = endpoint_of(owner, arguments)
            self.add_route(owner, RouteKind.DECORATOR, rule, endpoint, view, given, node, scope)
            return view

        return Action(act, routes=True)

    def _route(self, owner: RouteOwner, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        """``@app.route("/")``, ``@bp.get("/")``, ``@ns.route("/a", "/b")``."""
        given = Arguments([], dict(arguments.keywords), arguments.open)
        if name in _SHORTCUTS:
            given.keywords["methods"] = Items([Const(name.upper())])
        several = flavour_of(owner.class_name) in {Flavour.RESTX, Flavour.NAMESPACE}
        rules = arguments.positional if several else [arguments.get(0, "rule") or UNKNOWN]

        override = self.class_attribute(owner.cls, "add_url_rule") if owner.cls is not None else UNKNOWN
        if isinstance(override, Function):
            return Action(lambda view: self._through(owner, rules[0], arguments, given, view, node, scope), routes=True)

        def act(view: Value) -> Value:
            kind = RouteKind.DECORATOR if isinstance(view, Function) else RouteKind.CLASS_VIEW
            kind = RouteKind.RESOURCE if several else kind
            for rule in rules:
                self.add_route(owner, kind, rule, arguments.text(None, "endpoint"), view, given, node, scope)
            return view

        return Action(act, routes=True)

    def _through(
        self,
        owner: RouteOwner,
        rule: Value,
        arguments: Arguments,
        given: Arguments,
        view: Value,
        node: ast.expr,
        scope: Scope,
    ) -> Value:
        """Register as ``Scaffold.route`` does, by the ``add_url_rule`` of a class of the project."""
        rest = {name: value for name, value in given.keywords.items() if name not in {"rule", "endpoint"}}
        endpoint = arguments.get(None, "endpoint") or Const(None)
        method = self.attribute(owner, "add_url_rule")
        self.call(method, Arguments([rule, endpoint, view], rest, given.open), node, scope)
        return view

    def _add_url_rule(self, owner: RouteOwner, arguments: Arguments, node: ast.expr, scope: Scope) -> None:
        view = arguments.get(2, "view_func")
        kind = RouteKind.ADD_URL_RULE
        if view is None or (isinstance(view, Const) and view.value is None):
            view, kind = None, RouteKind.ALIAS
        elif isinstance(unwrapped(view), ClassView):
            kind = RouteKind.CLASS_VIEW
        elif scope.qualname and self.frames and self._is_helper(arguments, scope):
            kind = RouteKind.HELPER
        rule = arguments.get(0, "rule") or UNKNOWN
        self.add_route(owner, kind, rule, arguments.text(1, "endpoint"), view, arguments, node, scope)

    def _is_helper(self, arguments: Arguments, scope: Scope) -> bool:
        """Whether a registration stands in a function of the project that is told what to register."""
        view = unwrapped(arguments.get(2, "view_func"))
        return isinstance(view, Function) and view.scope is not scope and view in scope.names.values()

    def _resource(self, owner: RouteOwner, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        """Flask-RESTful: ``api.add_resource(Item, "/items", …)`` and ``@api.resource("/items", …)``."""
        endpoint = arguments.text(None, "endpoint")
        given = Arguments([], dict(arguments.keywords), arguments.open)

        def act(view: Value) -> Value:
            for rule in arguments.positional[1 if name == "add_resource" else 0 :]:
                self.add_route(owner, RouteKind.RESOURCE, rule, endpoint, view, given, node, scope)
            return view

        if name == "resource":
            return Action(act, routes=True)
        return act(arguments.positional[0]) if arguments.positional else UNKNOWN

    def _add_rule_object(self, owner: RouteOwner, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        """``app.url_map.add(Rule("/", endpoint="x"))``."""
        rule = arguments.positional[0] if arguments.positional else UNKNOWN
        if isinstance(rule, Made) and rule.name.endswith("Rule"):
            endpoint = rule.arguments.text(None, "endpoint")
            text = rule.arguments.get(0, "string") or UNKNOWN
            self.add_route(owner, RouteKind.ALIAS, text, endpoint, None, rule.arguments, node, scope)
        return UNKNOWN

    def set_item(self, owner: Value, key: Value, value: Value, node: ast.expr, scope: Scope) -> None:
        """``owner[key] = value``, also in the tables that Flask keeps."""
        match owner:
            case Method(receiver=RouteOwner(), name=table) if table in HOOK_TABLES:
                record_in_table(self, owner, elements(value) or [UNKNOWN], node, scope)
            case Method(receiver=RouteOwner() as app, name="view_functions"):
                self._endpoint(app, Arguments([key]), value)
            case _:
                super().set_item(owner, key, value, node, scope)

    def _endpoint(self, owner: RouteOwner, arguments: Arguments, view: Value) -> Value:
        name = arguments.text(0, "endpoint")
        for pending in self.recorder.routes.values():
            if pending.owner is owner and pending.endpoint == name and pending.kind is RouteKind.ALIAS:
                pending.view = view
        return view

    def add_route(
        self,
        owner: RouteOwner | None,
        kind: RouteKind,
        rule: Value,
        endpoint: str | None,
        view: Value | None,
        arguments: Arguments,
        node: ast.expr,
        scope: Scope,
    ) -> None:
        """Keep one registration of one rule."""
        conditional = self.is_conditional_for(owner)
        pending = PendingRoute(owner, kind, string(rule), endpoint, view, arguments, node, scope, conditional)
        self.recorder.route(pending)

    def _configure(self, owner: RouteOwner, name: str, arguments: Arguments, scope: Scope) -> Value:
        """``app.config.update(…)``, ``from_mapping``, ``from_object``, ``get``, ``setdefault``."""
        if name in {"update", "from_mapping"}:
            for value in arguments.positional:
                owner.config.update({str(k): v for k, v in value.pairs.items()} if isinstance(value, Pairs) else {})
            owner.config.update(arguments.keywords)
        elif name == "from_object" and arguments.positional:
            owner.config.update(self._settings(arguments.positional[0], scope))
        elif name in {"get", "setdefault"} and (key := arguments.text(0, "key")):
            return owner.config.get(key, arguments.get(1, "default") or Const(None))
        return UNKNOWN

    def _settings(self, source: Value, scope: Scope) -> dict[str, Value]:
        text = string(source)
        if text:
            source = self.call(Foreign("werkzeug.utils.import_string"), Arguments([source]), ast.Name(text), scope)
        match source:
            case Class():
                layers: Sequence[dict[str, Value]] = [each.attributes for each in reversed(self.mro(source))]
            case Instance():
                layers = [*(each.attributes for each in reversed(self.mro(source.cls))), source.attributes]
            case ModuleValue(module=module):
                layers = [self.run_module(module).names]
            case _:
                layers = []
        return {name: value for layer in layers for name, value in layer.items() if name.isupper()}

    def _object_method(
        self, receiver: Made | Instance, name: str, arguments: Arguments, node: ast.expr, scope: Scope
    ) -> Value:
        apps = [value for value in arguments.all() if isinstance(value, RouteOwner) and value.is_app]
        label = receiver.name if isinstance(receiver, Made) else receiver.cls.key.replace(":", ".")
        if apps:
            variable = None
            if isinstance(receiver, Made):
                variable = receiver.variable
                receiver.apps += apps
            self.recorder.set_up(self.canonical(label), variable, apps[0], node, scope)
        return self.wrapping(f"{self.canonical(label)}.{name}", arguments, node, scope) or UNKNOWN
