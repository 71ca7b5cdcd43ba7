"""Make the holders of routes (applications, blueprints, APIs, namespaces) and put them into one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask2fastapi.index.calls import Calls
from flask2fastapi.index.fastapi_side import tag_of
from flask2fastapi.index.flavours import Flavour, flavour_of
from flask2fastapi.index.ready import is_ready, ready_name
from flask2fastapi.index.recorder import Construction, function_of
from flask2fastapi.index.values import UNKNOWN, Arguments, Class, Context, Made, RouteOwner, Scope, Value
from flask2fastapi.model.facts import Registration

if TYPE_CHECKING:
    import ast

SETUP_STATE = "flask.blueprints.BlueprintSetupState"
"""What a function given to ``Blueprint.record`` is called with."""


class Holding(Calls):
    """Construction and nesting of the holders of routes."""

    def make_owner(
        self, name: str, arguments: Arguments, node: ast.expr, scope: Scope, cls: Class | None
    ) -> RouteOwner:
        """An application, blueprint or other holder of routes: one for each place of construction and name."""
        flavour = flavour_of(name)
        variable = (self.hints[-1] if self.hints else "") or ("app" if flavour is Flavour.APP else "")
        own_name = ready_name(name, arguments) if is_ready(name) else arguments.text(0, "name") or ""
        own_name = tag_of(arguments) if flavour is Flavour.ROUTER else own_name
        key = self._owner_key(scope, variable, node, "" if flavour is Flavour.APP else own_name)
        known = self.recorder.constructions.get(key)
        if known is not None:
            return known.owner
        owner = RouteOwner(key, name, own_name, cls, {}, {}, flavour is Flavour.APP, arguments)
        owner.depth = self.frames[-1].depth if self.frames else 0
        self.recorder.constructions[key] = Construction(owner, scope, node, variable, own_name)
        if flavour in {Flavour.RESTFUL, Flavour.RESTX, Flavour.SMOREST}:
            self.attach(owner, arguments.get(0, "app"), node, scope)
        return owner

    def _owner_key(self, scope: Scope, variable: str, node: ast.expr, own_name: str) -> str:
        place = f"{scope.qualname}.<locals>.{variable}" if scope.qualname else variable
        key = f"{scope.module.name}:{place}"
        known = self.recorder.constructions.get(key)
        if not variable or (known is not None and known.node is not node):
            key = f"{key}@{node.lineno}"
            known = self.recorder.constructions.get(key)
        if known is not None and own_name and known.name not in {"", own_name}:
            key = f"{key}#{own_name}"  # made in a loop, or by a function that is called more than once
        return key

    def attach(self, owner: RouteOwner, parent: Value | None, node: ast.expr, scope: Scope) -> None:
        """``Api(app)`` and ``api.init_app(app)``."""
        if isinstance(parent, RouteOwner):
            self.register(parent, owner, None, None, node, scope)

    def register(
        self, parent: RouteOwner, child: RouteOwner, prefix: str | None, name: str | None, node: ast.expr, scope: Scope
    ) -> None:
        """Keep that one holder was put into another."""
        place = (scope.module.path, scope.module.span(node))
        conditional = self.is_conditional_for(parent)
        fact = Registration(parent.key, child.key, *place, prefix, name, conditional, function_of(scope))
        self.recorder.registrations[fact] = None
        if child not in parent.children:
            parent.children.append(child)
        if parent.is_app:
            self._recorded(parent, child, node, scope, frozenset())

    def _recorded(
        self, app: RouteOwner, blueprint: RouteOwner, node: ast.expr, scope: Scope, above: frozenset[str]
    ) -> None:
        """Call what was given to ``Blueprint.record``, on the blueprint and on those nested in it."""
        state = Made(SETUP_STATE, Arguments(), {"app": app, "blueprint": blueprint})
        for function in blueprint.deferred:
            self.call(function, Arguments([state]), node, scope)
        for child in blueprint.children:
            if child.key not in above:
                self._recorded(app, child, node, scope, above | {blueprint.key})

    def register_child(self, owner: RouteOwner, arguments: Arguments, node: ast.expr, scope: Scope) -> None:
        """``app.register_blueprint(bp, …)`` and its relatives."""
        child = arguments.positional[0] if arguments.positional else arguments.get(None, "blueprint")
        child = arguments.get(None, "api") or child
        if isinstance(child, RouteOwner):
            position = 1 if flavour_of(child.class_name) is Flavour.NAMESPACE else None
            prefix = arguments.text(position, "path" if position else "url_prefix")
            self.register(owner, child, prefix, arguments.text(None, "name"), node, scope)
        elif isinstance(child, Made):
            self.recorder.set_up(child.name, child.variable, owner if owner.is_app else None, node, scope)

    def use_owner(self, owner: RouteOwner, name: str, arguments: Arguments) -> Value:
        """A method that registers no route itself."""
        match name:
            case "app_context" | "test_request_context":
                return Context(owner)
            case "record" | "record_once" if arguments.positional:
                owner.deferred.append(arguments.positional[0])
                return arguments.positional[0]
            case "__init__":  # called by a subclass of the project
                owner.arguments, owner.name = arguments, arguments.text(0, "name") or owner.name
        return UNKNOWN
